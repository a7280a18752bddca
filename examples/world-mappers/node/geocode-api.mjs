// The API of World Mappers: turns an address into a place, for who holds a token with the scope.
import express from "express";
import { auth, requiredScopes } from "express-oauth2-jwt-bearer";
import { fail, required } from "./settings.mjs";

// What a token may be signed with: neither nothing, nor a secret that both sides would know.
const algorithms = ["RS256", "RS512", "PS256"];

// All the world there is.
const places = [
  { address: "Pariser Platz 1, Berlin", latitude: 52.5163, longitude: 13.3786 },
  { address: "10 Downing Street, London", latitude: 51.5034, longitude: -0.1276 },
  { address: "Strada Regina 5, Ascona", latitude: 46.1571, longitude: 8.7726 },
];

function serve() {
  const { ISSUER, KEY_SET, AUDIENCE } = required("ISSUER", "KEY_SET", "AUDIENCE");
  const listen = process.env.LISTEN || "127.0.0.1:8080";

  const checkToken = auth({
    issuer: ISSUER,
    jwksUri: KEY_SET,
    audience: AUDIENCE,
    validators: { alg: (algorithm) => algorithms.includes(algorithm) },
    // Anybody can name an unknown key. The issuer is asked for one at most once a minute.
    cooldownDuration: 60_000,
    // Only bearer tokens are taken, so no other kind is offered.
    dpop: { enabled: false },
  });

  const api = express().disable("x-powered-by");
  api.get("/api/location/geocode", checkToken, requiredScopes("geocode:location"), (request, answer) => {
    const { address } = request.query;
    if (typeof address !== "string") {
      return answer.status(400).type("text").send("which address? say ?address=\n");
    }
    const place = places.find((place) => place.address === address);
    if (!place) return answer.status(404).type("text").send("no such address\n");
    answer.json(place);
  });
  // What the middleware refuses has its status, and a header that says why.
  api.use((error, request, answer, next) => {
    if (!error.headers) console.error(error);
    answer.status(error.status ?? 500).set(error.headers ?? {}).end();
  });

  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, "");
  const listener = api.listen({ host, port: listen.slice(colon + 1) }, (error) => {
    if (error) fail("geocode-api", new Error(`cannot listen on LISTEN=${listen}`, { cause: error }));
    const { address, family, port } = listener.address();
    console.log(`Listening on http://${family === "IPv6" ? `[${address}]` : address}:${port}`);
  });
}

try {
  serve();
} catch (error) {
  fail("geocode-api", error);
}

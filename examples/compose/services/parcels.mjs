// The API: where a parcel is, for who holds a token with the scope.
import { createServer } from "node:http";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { answer, listen, required } from "./http.mjs";

const parcels = new Map([["1", "Lisbon"], ["2", "Oslo"]]);

// What each method asks for.
const scopes = { GET: "read:parcels", PUT: "write:parcels" };

export function parcelsApi({ issuer, audience }) {
  const keys = createRemoteJWKSet(new URL(".well-known/jwks.json", issuer));

  return createServer(async (request, response) => {
    const scope = scopes[request.method];
    const id = /^\/parcels\/(\w+)$/.exec(request.url)?.[1];
    if (!scope || !id) return answer(response, 404);

    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (!token) return refuse(response, 401, "Bearer");

    let claims;
    try {
      ({ payload: claims } = await jwtVerify(token, keys, { issuer, audience, algorithms: ["RS256"] }));
    } catch {
      return refuse(response, 401, 'Bearer error="invalid_token"');
    }
    if (!(claims.scope ?? "").split(" ").includes(scope)) {
      return refuse(response, 403, `Bearer error="insufficient_scope", scope="${scope}"`);
    }

    const place = parcels.get(id);
    return place ? answer(response, 200, { id, place }) : answer(response, 404);
  });
}

function refuse(response, status, challenge) {
  response.setHeader("www-authenticate", challenge);
  return answer(response, status);
}

if (import.meta.filename === process.argv[1]) {
  const { ISSUER: issuer, AUDIENCE: audience } = required("ISSUER", "AUDIENCE");
  await listen(parcelsApi({ issuer, audience }), process.env.PORT ?? 8080);
}

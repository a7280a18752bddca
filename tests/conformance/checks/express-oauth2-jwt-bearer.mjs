// Auth0's middleware for Express lets in who holds a token of ours with the scope, and nobody else.
import assert from "node:assert/strict";
import { once } from "node:events";
import test from "node:test";
import express from "express";
import { auth, requiredScopes } from "express-oauth2-jwt-bearer";
import { issuer, scene, tokenOf } from "../support.mjs";

/** Calls a service that guards `/read` and `/write` by the scopes of that name. */
async function call(options, door, token) {
  const service = express();
  service.use(auth({ issuerBaseURL: issuer, clockTolerance: 0, ...options }));
  service.get("/read", requiredScopes("read:maps"), (request, answer) =>
    answer.json(request.auth.payload),
  );
  service.get("/write", requiredScopes("write:maps"), (request, answer) =>
    answer.json(request.auth.payload),
  );
  service.use((error, request, answer, next) =>
    answer.status(error.status ?? 500).json({ error: error.code ?? error.message }),
  );
  const listening = service.listen(0, "127.0.0.1");
  await once(listening, "listening");
  try {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${listening.address().port}${door}`, { headers });
    return { status: answer.status, body: await answer.json() };
  } finally {
    listening.close();
  }
}

const maps = await scene({ name: "maps" });
const token = await tokenOf(maps);
const refused = (status, error) => ({ status, body: { error } });

test("a token with the scope opens the door", async () => {
  const { status, body } = await call({ audience: maps.audience }, "/read", token);
  assert.deepEqual([status, body.azp, body.scope], [200, maps.clientId, "read:maps"]);
});

test("a token without the scope does not", async () => {
  assert.deepEqual(
    await call({ audience: maps.audience }, "/write", token),
    refused(403, "insufficient_scope"),
  );
});

test("a token of another audience does not", async () => {
  assert.deepEqual(
    await call({ audience: "https://other.example/" }, "/read", token),
    refused(401, "invalid_token"),
  );
});

test("a token of another address does not", async () => {
  // As with Auth0's custom domains, the issuer is the address that was asked.
  const elsewhere = issuer.replace("localhost", "127.0.0.1");
  const stranger = await tokenOf(maps, elsewhere);
  assert.deepEqual(
    await call({ audience: maps.audience }, "/read", stranger),
    refused(401, "invalid_token"),
  );
  const known = await call(
    { audience: maps.audience, issuerBaseURL: elsewhere },
    "/read",
    stranger,
  );
  assert.equal(known.status, 200);
});

test("a garbled token does not, nor none", async () => {
  const [header, claims, signature] = token.split(".");
  const garbled = [header, claims, [...signature].reverse().join("")].join(".");
  assert.deepEqual(
    await call({ audience: maps.audience }, "/read", garbled),
    refused(401, "invalid_token"),
  );
  assert.equal((await call({ audience: maps.audience }, "/read")).status, 401);
});

test("a token that has expired does not", async () => {
  const brief = await scene({ name: "brief", api: { token_lifetime: 0 } });
  const expired = await tokenOf(brief);
  assert.deepEqual(
    await call({ audience: brief.audience }, "/read", expired),
    refused(401, "invalid_token"),
  );
});

test("a token of the standard profile passes the strict check", async () => {
  const standard = await scene({ name: "standard", api: { token_dialect: "rfc9068_profile" } });
  const { status, body } = await call(
    { audience: standard.audience, strict: true },
    "/read",
    await tokenOf(standard),
  );
  assert.deepEqual([status, body.client_id], [200, standard.clientId]);
  assert.deepEqual(
    await call({ audience: maps.audience, strict: true }, "/read", token),
    refused(401, "invalid_token"),
  );
});

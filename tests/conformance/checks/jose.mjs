// jose finds the key by what the token says of itself in the published key set, for each algorithm that an API of Auth0
// may sign with a key, and holds a token to its signature, issuer, audience and expiry.
import assert from "node:assert/strict";
import test from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { issuer, scene, tokenOf } from "../support.mjs";

// Each service fetches the keys for itself, and for half a minute then not again: so one that was there before an API
// signed by another algorithm waits for so long.
const fetchKeys = () => createRemoteJWKSet(new URL(`${issuer}.well-known/jwks.json`));
const keys = fetchKeys();
const refused = (code, claim) => (error) =>
  assert.deepEqual([error.code, error.claim], [code, claim]) ?? true;

for (const algorithm of ["RS256", "RS512", "PS256"]) {
  test(`a token signed with ${algorithm}`, async () => {
    const name = algorithm.toLowerCase();
    const signed = await scene({ name, api: { signing_alg: algorithm } });
    const { audience, clientId } = signed;
    const token = await tokenOf(signed);
    const keys = fetchKeys();
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer, audience });
    assert.equal(protectedHeader.alg, algorithm);
    assert.deepEqual([payload.azp, payload.scope], [clientId, "read:maps"]);

    const garbled = `${token.slice(0, -8)}AAAAAAAA`;
    await assert.rejects(
      jwtVerify(garbled, keys, { issuer, audience }),
      refused("ERR_JWS_SIGNATURE_VERIFICATION_FAILED"),
    );
  });
}

test("a token of another audience or issuer, or whose time is over", async () => {
  const maps = await scene({ name: "maps" });
  const token = await tokenOf(maps);
  await assert.rejects(
    jwtVerify(token, keys, { issuer, audience: "https://other.example/" }),
    refused("ERR_JWT_CLAIM_VALIDATION_FAILED", "aud"),
  );
  await assert.rejects(
    jwtVerify(token, keys, { issuer: "https://elsewhere.example/", audience: maps.audience }),
    refused("ERR_JWT_CLAIM_VALIDATION_FAILED", "iss"),
  );
  const brief = await scene({ name: "brief", api: { token_lifetime: 0 } });
  await assert.rejects(
    jwtVerify(await tokenOf(brief), keys, { issuer, audience: brief.audience }),
    refused("ERR_JWT_EXPIRED", "exp"),
  );
});

test("a token of the standard profile says its type", async () => {
  const standard = await scene({ name: "standard", api: { token_dialect: "rfc9068_profile" } });
  const { audience } = standard;
  const token = await tokenOf(standard);
  const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: "at+jwt" });
  assert.equal(payload.client_id, standard.clientId);
});

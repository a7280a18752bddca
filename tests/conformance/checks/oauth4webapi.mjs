// oauth4webapi, which takes the standards by the letter, discovers the tenant, gets tokens, and
// accepts those of the standard profile (RFC 9068) as a resource server.
import assert from "node:assert/strict";
import test from "node:test";
import * as oauth from "oauth4webapi";
import { issuer, scene, sceneWithKey, strangersKey } from "../support.mjs";

const address = new URL(issuer);

async function discovered(algorithm) {
  const answer = await oauth.discoveryRequest(address, { algorithm });
  return oauth.processDiscoveryResponse(address, answer);
}

const server = await discovered("oidc");

/** The token endpoint's answer, as the standard has it. */
async function grant({ clientId, audience }, authentication, more = {}) {
  const client = { client_id: clientId };
  const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, {
    audience,
    ...more,
  });
  return oauth.processClientCredentialsResponse(server, client, answer);
}

const withStatus = (status) => (cause) => assert.equal(cause.status, status, cause.message) ?? true;

test("both documents are one", async () => {
  assert.deepEqual(await discovered("oauth2"), server);
});

for (const [method, authentication] of [
  ["client_secret_post", oauth.ClientSecretPost],
  ["client_secret_basic", oauth.ClientSecretBasic],
]) {
  test(method, async () => {
    const ours = await scene({
      name: method.replaceAll("_", "-"),
      client: { token_endpoint_auth_method: method },
    });
    const answer = await grant(ours, authentication(ours.clientSecret));
    assert.deepEqual([answer.token_type, answer.scope], ["bearer", "read:maps"]);
    await assert.rejects(grant(ours, authentication("wrong")), withStatus(401));
  });
}

test("private_key_jwt", async () => {
  const ours = await sceneWithKey("private-key-jwt");
  const signed = (modify) =>
    oauth.PrivateKeyJwt(
      ours.key,
      modify && { [oauth.modifyAssertion]: (header, claims) => modify(claims) },
    );
  const answer = await grant(ours, signed());
  assert.deepEqual([answer.token_type, answer.scope], ["bearer", "read:maps"]);

  await assert.rejects(grant(ours, oauth.PrivateKeyJwt(await strangersKey())), withStatus(401));
  const wrong = {
    "made for another server": (claims) => (claims.aud = "https://elsewhere.example/"),
    "of another client": (claims) => (claims.iss = claims.sub = "somebody"),
    expired: (claims) => (claims.exp = claims.iat - 60),
    "used before": (claims) => (claims.jti = "once"),
  };
  await grant(ours, signed(wrong["used before"]));
  for (const [what, modify] of Object.entries(wrong)) {
    await assert.rejects(grant(ours, signed(modify)), (cause) => cause.status === 401, what);
  }
});

test("a token of the standard profile is accepted where it is meant for", async () => {
  const ours = await scene({ name: "standard", api: { token_dialect: "rfc9068_profile" } });
  const { access_token } = await grant(ours, oauth.ClientSecretPost(ours.clientSecret));
  const call = new Request(ours.audience, { headers: { authorization: `Bearer ${access_token}` } });
  const claims = await oauth.validateJwtAccessToken(server, call, ours.audience);
  assert.deepEqual(
    [claims.iss, claims.client_id, claims.scope, claims.sub],
    [issuer, ours.clientId, "read:maps", `${ours.clientId}@clients`],
  );
  await assert.rejects(oauth.validateJwtAccessToken(server, call, "https://elsewhere.example/"));
});

// openid-client discovers the tenant by both documents, and gets tokens in the three ways a service
// can prove who it is.
import assert from "node:assert/strict";
import test from "node:test";
import * as openid from "openid-client";
import { issuer, scene, sceneWithKey, strangersKey } from "../support.mjs";

const discover = (clientId, authentication, options) =>
  openid.discovery(new URL(issuer), clientId, undefined, authentication, options);

const refused = (status, error) => (cause) =>
  assert.deepEqual([cause.status, cause.error], [status, error]) ?? true;

const maps = await scene({ name: "maps" });

test("both documents name the endpoints", async () => {
  for (const algorithm of ["oidc", "oauth2"]) {
    const found = (await discover("anybody", openid.None(), { algorithm })).serverMetadata();
    assert.equal(found.issuer, issuer);
    assert.equal(found.token_endpoint, `${issuer}oauth/token`);
    assert.equal(found.jwks_uri, `${issuer}.well-known/jwks.json`);
  }
});

for (const [method, authentication] of [
  ["client_secret_post", openid.ClientSecretPost],
  ["client_secret_basic", openid.ClientSecretBasic],
]) {
  test(method, async () => {
    const { clientId, clientSecret, audience } = await scene({
      name: method.replaceAll("_", "-"),
      client: { token_endpoint_auth_method: method },
    });
    const config = await discover(clientId, authentication(clientSecret));
    assert.ok(config.serverMetadata().token_endpoint_auth_methods_supported.includes(method));
    const answer = await openid.clientCredentialsGrant(config, { audience, scope: "read:maps" });
    assert.deepEqual(
      [answer.token_type, answer.scope, answer.expires_in],
      ["bearer", "read:maps", 86400],
    );

    const wrong = await discover(clientId, authentication(`${clientSecret}!`));
    await assert.rejects(
      openid.clientCredentialsGrant(wrong, { audience }),
      refused(401, "access_denied"),
    );
  });
}

test("private_key_jwt", async () => {
  const { clientId, clientSecret, audience, key } = await sceneWithKey("private-key-jwt");
  const ask = async (authentication) =>
    openid.clientCredentialsGrant(await discover(clientId, authentication), { audience });
  assert.equal((await ask(openid.PrivateKeyJwt(key))).scope, "read:maps");
  // Neither another key, nor the secret it had, opens what the key does.
  const wrong = [openid.PrivateKeyJwt(await strangersKey()), openid.ClientSecretPost(clientSecret)];
  for (const authentication of wrong)
    await assert.rejects(ask(authentication), (cause) => cause.status === 401);
});

test("what is not granted is refused", async () => {
  const config = await discover(maps.clientId, openid.ClientSecretPost(maps.clientSecret));
  for (const asked of [
    { audience: maps.audience, scope: "write:maps" },
    { audience: "https://unknown.example/" },
  ]) {
    await assert.rejects(
      openid.clientCredentialsGrant(config, asked),
      refused(403, "access_denied"),
    );
  }
  await assert.rejects(openid.clientCredentialsGrant(config, {}), (cause) => cause.status >= 400);
});

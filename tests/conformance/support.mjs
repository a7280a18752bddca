// What the checks in JavaScript share: where the tenant is, and a scene in it that is set by plain
// HTTP, so that a check of a token proves nothing but the token.
import assert from "node:assert/strict";
import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

const { AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, AUTH0_AUDIENCE } = process.env;

export const tenant = {
  domain: AUTH0_DOMAIN,
  clientId: AUTH0_CLIENT_ID,
  clientSecret: AUTH0_CLIENT_SECRET,
  audience: AUTH0_AUDIENCE,
};
export const issuer = `https://${AUTH0_DOMAIN}/`;

/** The token endpoint's answer to a form, whatever its status. */
async function askForToken(form, at = issuer) {
  const body = new URLSearchParams({ grant_type: "client_credentials", ...form });
  return (await fetch(`${at}oauth/token`, { method: "POST", body })).json();
}

let ours;

/** Calls the Management API as its own client, and insists on success. */
export async function management(method, path, body) {
  ours ??= await askForToken({
    client_id: AUTH0_CLIENT_ID,
    client_secret: AUTH0_CLIENT_SECRET,
    audience: AUTH0_AUDIENCE,
  });
  const headers = {
    authorization: `Bearer ${ours.access_token}`,
    "content-type": "application/json",
  };
  const answer = await fetch(`${issuer}api/v2/${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/**
 * An API with two scopes, and a client that is granted one of them. `api` and `client` change what
 * is sent for them.
 */
export async function scene({ name, api = {}, client = {} }) {
  const audience = `https://${name}.example/`;
  const scopes = [{ value: "read:maps" }, { value: "write:maps" }];
  await management("POST", "resource-servers", { identifier: audience, scopes, ...api });
  const made = await management("POST", "clients", {
    name,
    app_type: "non_interactive",
    grant_types: ["client_credentials"],
    ...client,
  });
  await management("POST", "client-grants", {
    client_id: made.client_id,
    audience,
    scope: ["read:maps"],
  });
  return { audience, clientId: made.client_id, clientSecret: made.client_secret };
}

/** A client that authenticates with a key: its scene, and the key. */
export async function sceneWithKey(name) {
  const { publicKey, privateKey } = await keyPair();
  const ours = await scene({ name, client: { jwt_configuration: { alg: "RS256" } } });
  const pem = publicKey.export({ type: "spki", format: "pem" });
  const path = `clients/${ours.clientId}`;
  const { id } = await management("POST", `${path}/credentials`, {
    credential_type: "public_key",
    pem,
  });
  await management("PATCH", path, {
    client_authentication_methods: { private_key_jwt: { credentials: [{ id }] } },
    token_endpoint_auth_method: null,
  });
  return { ...ours, key: await signing(privateKey) };
}

const keyPair = () => promisify(generateKeyPair)("rsa", { modulusLength: 2048 });

const signing = (privateKey) =>
  crypto.subtle.importKey(
    "pkcs8",
    privateKey.export({ type: "pkcs8", format: "der" }),
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    false,
    ["sign"],
  );

/** A key that nobody knows. */
export const strangersKey = async () => signing((await keyPair()).privateKey);

/** A token of the scene, got by form at the address. */
export async function tokenOf({ audience, clientId, clientSecret }, at = issuer) {
  const answer = await askForToken(
    { client_id: clientId, client_secret: clientSecret, audience },
    at,
  );
  assert.ok(answer.access_token, JSON.stringify(answer));
  return answer.access_token;
}

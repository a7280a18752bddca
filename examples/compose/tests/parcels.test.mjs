// Both services with the tenant: in containers of their own (PARCELS_URL, SHIPPING_URL), or else in this process.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { listen } from "../services/http.mjs";
import { parcelsApi } from "../services/parcels.mjs";
import { shipping } from "../services/shipping.mjs";
import { countTokenRequests, credentialsOf, issuer, putClock, requestToken, reset, revoke } from "./tenant.mjs";

const audience = "https://parcels.example/";
const servers = [];
let credentials;
let api = process.env.PARCELS_URL;
let service = process.env.SHIPPING_URL;

async function start(server) {
  servers.push(server);
  return listen(server, 0, "localhost");
}

const startShipping = () => {
  const { client_id: clientId, client_secret: clientSecret } = credentials;
  return start(shipping({ issuer, audience, api, clientId, clientSecret }));
};

before(async () => {
  credentials = await credentialsOf("Shipping");
  api ??= await start(parcelsApi({ issuer, audience }));
  service ??= await startShipping();
});
after(() => servers.forEach((server) => server.close()));

// Each test finds the tenant that the configuration says, whatever the one before it has done.
beforeEach(reset);

async function callApi(token, method = "GET") {
  const response = await fetch(`${api}/parcels/1`, { method, headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, challenge: response.headers.get("www-authenticate"), body: await response.text() };
}

async function tokenFor(audience, fields = {}) {
  const answer = await requestToken({ ...credentials, audience, ...fields });
  assert.equal(answer.status, 200, answer.error_description);
  return answer.access_token;
}

const where = async (id, url = service) => {
  const response = await fetch(`${url}/where/${id}`);
  return { status: response.status, ...(await response.json()) };
};

test("a token with the scope opens the API", async () => {
  const { status, body } = await callApi(await tokenFor(audience));
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(body), { id: "1", place: "Lisbon" });
});

test("the service calls the API, and keeps its token", async () => {
  assert.deepEqual(await where("1"), { status: 200, place: "Lisbon" });

  // One of its own, which holds no token from before.
  const own = await startShipping();
  const earlier = await countTokenRequests(credentials.client_id);
  assert.deepEqual(await where("1", own), { status: 200, place: "Lisbon" });
  assert.deepEqual(await where("2", own), { status: 200, place: "Oslo" });
  assert.equal(await countTokenRequests(credentials.client_id), earlier + 1);
});

test("a token without the scope does not", async () => {
  const { status, challenge } = await callApi(await tokenFor(audience), "PUT");
  assert.equal(status, 403);
  assert.equal(challenge, 'Bearer error="insufficient_scope", scope="write:parcels"');
});

test("a scope that was not granted is not had by asking", async () => {
  const refused = await requestToken({ ...credentials, audience, scope: "write:parcels" });
  assert.equal(refused.status, 403);
  assert.equal(refused.error_description, "Client has not been granted scopes: write:parcels");
});

test("a token that has ended does not", async () => {
  // What is issued there has ended an hour ago by the clock of the API.
  await putClock("-2h");
  const { status, challenge } = await callApi(await tokenFor(audience));
  assert.equal(status, 401);
  assert.equal(challenge, 'Bearer error="invalid_token"');
});

test("the service takes a new token where the API refuses the old one", async () => {
  const own = await startShipping();
  await putClock("-2h");
  assert.deepEqual(await where("1", own), { status: 502, error: "the API answered 401" });
  assert.equal(await countTokenRequests(credentials.client_id), 2);

  await putClock("+0s");
  assert.deepEqual(await where("1", own), { status: 200, place: "Lisbon" });
});

test("a token of another API does not", async () => {
  const { status, challenge } = await callApi(await tokenFor("https://invoices.example/"));
  assert.equal(status, 401);
  assert.equal(challenge, 'Bearer error="invalid_token"');
});

test("a grant that is gone gives no token", async () => {
  await revoke(credentials.client_id, audience);
  const refused = await requestToken({ ...credentials, audience });
  assert.equal(refused.status, 403);
});

test("and is there again for the next test", async () => {
  assert.equal((await callApi(await tokenFor(audience))).status, 200);
});

// Auth0's SDK for Node manages the three kinds, and reads back what it wrote. It is set up with what its
// README asks for: a domain, an id and a secret.
import assert from "node:assert/strict";
import test from "node:test";
import { ManagementClient } from "auth0";
import { AuthenticationClient } from "auth0/legacy";
import { tenant } from "../support.mjs";

const { domain, clientId, clientSecret } = tenant;
const auth0 = new ManagementClient({ domain, clientId, clientSecret });

/** Every object of a listing by pages of two, where each page says how many there are in all. */
async function byTotals(list) {
  const seen = [];
  for (let page = 0; ; page += 1) {
    const { data, response } = await list({ page, per_page: 2, include_totals: true });
    assert.equal(response.start, page * 2);
    assert.equal(response.limit, 2);
    if (data.length === 0) {
      assert.equal(response.total, seen.length, "a page past the end still knows the total");
      return seen;
    }
    seen.push(...data);
  }
}

/** Every object of a listing by checkpoints, two at a time; the last page names no next one. */
async function byCheckpoints(list) {
  const seen = [];
  for (let from; ;) {
    const { data, response } = await list(from === undefined ? { take: 2 } : { take: 2, from });
    assert.equal(response.total, undefined, "totals are ignored with take");
    seen.push(...data);
    from = response.next;
    if (from === undefined) return seen;
    assert.equal(data.length, 2, "only the last page is shorter");
  }
}

const refused = (statusCode, errorCode) => (error) =>
  assert.deepEqual([error.statusCode, error.body.errorCode], [statusCode, errorCode]) ?? true;

const names = (objects, key) => objects.map((object) => object[key]).sort();

test("resource servers", async () => {
  const made = await auth0.resourceServers.create({
    identifier: "https://maps.example/v 1/",
    name: "Maps",
    token_lifetime: 3600,
    scopes: [{ value: "read:maps", description: "Read map tiles" }, { value: "write:maps" }],
  });
  assert.match(made.id, /^[0-9a-f]{24}$/);
  assert.equal(made.token_lifetime, 3600);
  assert.equal(made.signing_alg, "RS256");
  for (const name of [made.id, made.identifier]) {
    assert.deepEqual(await auth0.resourceServers.get(name), made);
  }

  const more = ["urn:a", "urn:b", "urn:c"];
  for (const identifier of more) await auth0.resourceServers.create({ identifier });
  const listed = await byTotals((paging) => auth0.resourceServers.list(paging));
  const expected = [made.identifier, tenant.audience, ...more].sort();
  assert.deepEqual(names(listed, "identifier"), expected);
  assert.deepEqual(
    listed.find((api) => api.id === made.id),
    made,
  );
  const two = await auth0.resourceServers.list({ identifiers: ["urn:a", made.identifier] });
  assert.deepEqual(names(two.data, "identifier"), [made.identifier, "urn:a"]);

  const change = { name: "Maps of the world", scopes: [{ value: "read:maps" }] };
  assert.deepEqual(await auth0.resourceServers.update(made.id, change), { ...made, ...change });
  await assert.rejects(
    auth0.resourceServers.update(made.id, { identifier: "urn:new" }),
    refused(400, "invalid_body"),
  );
  await assert.rejects(
    auth0.resourceServers.create({ identifier: "urn:a" }),
    (error) => error.statusCode === 409,
  );

  await auth0.resourceServers.delete(made.id);
  await assert.rejects(
    auth0.resourceServers.get(made.id),
    refused(404, "inexistent_resource_server"),
  );
  await auth0.resourceServers.delete(made.id);
});

test("clients", async () => {
  const made = await auth0.clients.create({
    name: "Gift Deliveries",
    app_type: "non_interactive",
    grant_types: ["client_credentials"],
    token_endpoint_auth_method: "client_secret_post",
    client_metadata: { team: "gifts", floor: "3" },
  });
  assert.match(made.client_id, /^[0-9A-Za-z]{32}$/);
  assert.equal(made.oidc_conformant, false);
  const { client_secret: secret, grant_types: grantTypes } = await auth0.clients.get(
    made.client_id,
  );
  assert.deepEqual([secret, grantTypes], [made.client_secret, ["client_credentials"]]);

  const more = ["a", "b", "same", "same"];
  for (const name of more) await auth0.clients.create({ name });
  const expected = ["Gift Deliveries", "Grantry emulator management", ...more];
  const totals = await byTotals((paging) => auth0.clients.list({ ...paging, is_global: false }));
  assert.deepEqual(names(totals, "name"), expected);
  // The SDK has no parameters of its own for checkpoints of clients.
  const checkpoints = await byCheckpoints((queryParams) =>
    auth0.clients.list({ is_global: false }, { queryParams }),
  );
  assert.deepEqual(checkpoints, totals);
  const few = await auth0.clients.list({
    app_type: "non_interactive",
    fields: "name,client_id",
    include_fields: true,
  });
  assert.deepEqual(
    few.data.find(({ name }) => name === made.name),
    { name: made.name, client_id: made.client_id },
  );

  const changed = await auth0.clients.update(made.client_id, {
    description: "Resolves addresses",
    client_metadata: { team: null, shift: "night" },
    token_endpoint_auth_method: null,
  });
  assert.equal(changed.description, "Resolves addresses");
  assert.equal(changed.name, made.name);
  assert.deepEqual(changed.client_metadata, { floor: "3", shift: "night" });
  assert.equal("token_endpoint_auth_method" in changed, false);
  await assert.rejects(auth0.clients.update(made.client_id, {}), refused(400, "invalid_body"));
  const rotated = await auth0.clients.rotateSecret(made.client_id);
  assert.notEqual(rotated.client_secret, made.client_secret);

  await auth0.clients.delete(made.client_id);
  await assert.rejects(auth0.clients.get(made.client_id), refused(404, "inexistent_client"));
  await auth0.clients.delete(made.client_id);
});

test("client grants", async () => {
  const audience = "https://granted.example/";
  await auth0.resourceServers.create({ identifier: audience, scopes: [{ value: "read:maps" }] });
  const grants = [];
  for (const name of ["one", "two", "three"]) {
    const { client_id } = await auth0.clients.create({ name });
    const grant = { client_id, audience, scope: ["read:maps"] };
    const made = await auth0.clientGrants.create(grant);
    assert.match(made.id, /^cgr_[0-9A-Za-z]{16}$/);
    assert.deepEqual(made, { id: made.id, ...grant, subject_type: "client" });
    await assert.rejects(auth0.clientGrants.create(grant), (error) => error.statusCode === 409);
    grants.push(made);
  }
  const [made] = grants;
  assert.deepEqual(await auth0.clientGrants.get(made.id), made);

  const checkpoints = await byCheckpoints((paging) =>
    auth0.clientGrants.list({ audience, ...paging }),
  );
  assert.deepEqual(names(checkpoints, "id"), names(grants, "id"));
  // The SDK has no parameters of its own for pages of grants, and sends no `take` but its caller's.
  const totals = await byTotals((queryParams) =>
    auth0.clientGrants.list({ audience, take: null }, { queryParams }),
  );
  assert.deepEqual(totals, checkpoints);
  const mine = await auth0.clientGrants.list({ client_id: made.client_id });
  assert.deepEqual(mine.data, [made]);

  const changed = await auth0.clientGrants.update(made.id, {
    scope: [],
    organization_usage: "allow",
  });
  assert.deepEqual(changed, { ...made, scope: [], organization_usage: "allow" });
  await assert.rejects(
    auth0.clientGrants.update(made.id, { audience: "urn:a" }),
    refused(400, "invalid_body"),
  );

  await auth0.clientGrants.delete(made.id);
  await assert.rejects(auth0.clientGrants.get(made.id), refused(404, "inexistent_client_grant"));
  await auth0.clientGrants.delete(made.id);
  // A client takes its grants with it.
  await auth0.clients.delete(grants[1].client_id);
  await assert.rejects(
    auth0.clientGrants.get(grants[1].id),
    refused(404, "inexistent_client_grant"),
  );
});

test("a token of a service", async () => {
  const audience = "https://tokens.example/";
  const scopes = [{ value: "read:maps" }, { value: "write:maps" }];
  await auth0.resourceServers.create({ identifier: audience, scopes });
  const made = await auth0.clients.create({ name: "service", app_type: "non_interactive" });
  const grant = { client_id: made.client_id, audience, scope: ["read:maps"] };
  await auth0.clientGrants.create(grant);

  const service = new AuthenticationClient({
    domain,
    clientId: made.client_id,
    clientSecret: made.client_secret,
  });
  const { data } = await service.oauth.clientCredentialsGrant({ audience });
  assert.deepEqual([data.token_type, data.scope], ["Bearer", "read:maps"]);
  await assert.rejects(
    service.oauth.clientCredentialsGrant({ audience: "https://nothing.example/" }),
    (error) => error.statusCode === 403 && error.error === "access_denied",
  );
});

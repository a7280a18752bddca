// The emulated tenant as the tests see it.

// As the emulator prints it; the client and its secret are the same in every emulator, and public.
const domain = process.env.AUTH0_DOMAIN ?? "http://localhost:4600";
const management = {
  client_id: process.env.AUTH0_CLIENT_ID ?? "GrantryEmulatorManagementClient0",
  client_secret: process.env.AUTH0_CLIENT_SECRET ?? "grantry-emulator-management-secret",
  audience: process.env.AUTH0_AUDIENCE ?? "https://grantry-emulator.eu.auth0.com/api/v2/",
};

export const issuer = `${domain}/`;

/** A token, or else the refusal. */
export async function requestToken(fields) {
  const body = new URLSearchParams({ grant_type: "client_credentials", ...fields });
  const response = await fetch(`${domain}/oauth/token`, { method: "POST", body });
  return { status: response.status, ...(await response.json()) };
}

async function askManagement(method, path) {
  const { access_token } = await requestToken(management);
  const headers = { authorization: `Bearer ${access_token}` };
  const response = await fetch(`${domain}/api/v2/${path}`, { method, headers });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
  return response.status === 204 ? undefined : response.json();
}

/** What a service is started with: of production it would be told by whoever starts it. */
export async function credentialsOf(name) {
  const clients = await askManagement("GET", "clients?fields=name,client_id,client_secret");
  const { client_id, client_secret } = clients.find((client) => client.name === name);
  return { client_id, client_secret };
}

/** Takes away what a client was granted of an API. */
export async function revoke(client_id, audience) {
  const query = new URLSearchParams({ client_id, audience });
  for (const { id } of await askManagement("GET", `client-grants?${query}`)) {
    await askManagement("DELETE", `client-grants/${id}`);
  }
}

async function control(method, path, body) {
  const response = await fetch(`${domain}/grantry/${path}`, { method, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

/** The tenant, its clock and what it remembers, as they were at the start. */
export const reset = () => control("POST", "reset");

/** The clock of the tenant, so far from that of everybody else. */
export const putClock = (offset) => control("POST", "clock", { offset });

/** How often a client has asked for a token. */
export async function countTokenRequests(client_id) {
  const { requests } = await control("GET", "requests");
  return requests.filter((request) => request.path === "/oauth/token" && request.client_id === client_id).length;
}

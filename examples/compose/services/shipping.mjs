// The service: it gets a token of its own, and calls the API with it.
import { createServer } from "node:http";
import { answer, listen, required } from "./http.mjs";

export function shipping({ issuer, audience, api, clientId, clientSecret }) {
  let token;

  async function getToken() {
    const response = await fetch(new URL("oauth/token", issuer), {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        audience,
      }),
    });
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
    return (await response.json()).access_token;
  }

  async function call(path) {
    token ??= await getToken();
    return fetch(new URL(path, api), { headers: { authorization: `Bearer ${token}` } });
  }

  async function find(id) {
    const first = await call(`/parcels/${id}`);
    if (first.status !== 401) return first;

    // The token is good no more: once, with a new one.
    token = undefined;
    const second = await call(`/parcels/${id}`);
    if (second.status === 401) token = undefined;
    return second;
  }

  return createServer(async (request, response) => {
    const id = /^\/where\/(\w+)$/.exec(request.url)?.[1];
    if (!id) return answer(response, 404);

    try {
      const found = await find(id);
      if (!found.ok) return answer(response, 502, { error: `the API answered ${found.status}` });
      return answer(response, 200, { place: (await found.json()).place });
    } catch (error) {
      return answer(response, 502, { error: error.message });
    }
  });
}

if (import.meta.filename === process.argv[1]) {
  const settings = required("ISSUER", "AUDIENCE", "API_URL", "CLIENT_ID", "CLIENT_SECRET");
  const server = shipping({
    issuer: settings.ISSUER,
    audience: settings.AUDIENCE,
    api: settings.API_URL,
    clientId: settings.CLIENT_ID,
    clientSecret: settings.CLIENT_SECRET,
  });
  await listen(server, process.env.PORT ?? 8080);
}

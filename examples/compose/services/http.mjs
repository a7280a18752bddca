// What both services need of HTTP and of their environment.
import { once } from "node:events";

export function answer(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body ? JSON.stringify(body) : undefined);
}

/** Listens, and says where. */
export async function listen(server, port, host) {
  server.listen(port, host);
  await once(server, "listening");

  const url = `http://localhost:${server.address().port}`;
  console.log(`Listening on ${url}`);
  return url;
}

/** The variables of these names, or an end that says which are missing. */
export function required(...names) {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length === 0) return process.env;

  console.error(`these environment variables are missing or empty: ${missing.join(", ")}`);
  process.exit(1);
}

// Starts a service with the id and the secret that its client has in the emulated tenant.
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { credentialsOf } from "./tenant.mjs";

const [name, service] = process.argv.slice(2);
const { client_id, client_secret } = await credentialsOf(name);

Object.assign(process.env, { CLIENT_ID: client_id, CLIENT_SECRET: client_secret });
process.argv[1] = resolve(service);
await import(pathToFileURL(process.argv[1]));

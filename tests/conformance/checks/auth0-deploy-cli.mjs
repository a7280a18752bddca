// Auth0's Deploy CLI imports the three kinds, exports them, and imports that without a change; Grantry
// then exports the same tenant as a configuration that takes its clients over and changes nothing else.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { after } from "node:test";
import { management } from "../support.mjs";

const here = import.meta.dirname;
const program = join(
  dirname(createRequire(import.meta.url).resolve("auth0-deploy-cli/package.json")),
  "lib/index.js",
);
const folder = mkdtempSync(join(tmpdir(), "grantry-conformance-"));
after(() => rmSync(folder, { recursive: true }));

const input = join(here, "auth0-deploy-cli.yaml");
const exported = join(folder, "tenant.yaml");

/** Runs a program to its end; its exit status and what it said. */
function run(command, args, variables = {}) {
  const env = { ...process.env, ...variables };
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env,
    encoding: "utf8",
    cwd: folder,
  });
  assert.ifError(error);
  return { status, stdout, said: stdout + stderr };
}

function deploy(args) {
  const { status, said } = run(process.execPath, [program, ...args]);
  assert.equal(status, 0, said);
  return said;
}

/** All that the tenant holds of the three kinds, and some of what it is set to. */
async function held() {
  const kinds = ["resource-servers", "clients?is_global=false", "client-grants"];
  const settings = ["guardian/factors", "attack-protection/captcha", "branding"];
  return Promise.all([...kinds, ...settings].map((path) => management("GET", path)));
}

/** How often something was done to an object of the three kinds. */
function count(said, deed) {
  return said.match(RegExp(`${deed} \\[(resourceServers|clients|clientGrants)\\]`, "g"))?.length;
}

let imported;

test("an import creates the three kinds", async () => {
  const said = deploy(["import", "--input_file", input]);
  assert.equal(count(said, "Created"), 5, said);
  imported = await held();
  const [apis, clients, grants] = imported;
  const api = apis.find(({ identifier }) => identifier === "https://api.world-mappers.example/");
  assert.deepEqual(
    api.scopes.map(({ value }) => value),
    ["geocode:location", "read:maps"],
  );
  const named = (name) => clients.find((client) => client.name === name);
  assert.deepEqual(named("Gift Deliveries").client_metadata, { team: "gifts" });
  const grantOf = (name) => grants.find(({ client_id }) => client_id === named(name).client_id);
  assert.deepEqual(grantOf("Gift Deliveries").scope, ["geocode:location"]);
  assert.deepEqual(grantOf("Route Planner").scope, ["geocode:location", "read:maps"]);
});

test("an export with its defaults reads the whole tenant, and says what is there", () => {
  deploy(["export", "--output_folder", folder, "--format", "yaml"]);
  const text = readFileSync(exported, "utf8");
  const lines = ["name: World Mappers API", "name: Gift Deliveries", "client_id: Route Planner"];
  for (const line of [...lines, "team: gifts", "token_lifetime: 3600"]) {
    assert.ok(text.includes(line), `${line} is missing:\n${text}`);
  }
});

test("an import of the export writes everything again, and changes nothing", async () => {
  const said = deploy(["import", "--input_file", exported]);
  assert.equal(count(said, "Updated"), 5, said);
  assert.doesNotMatch(said, /(Created|Deleted) \[/);
  assert.deepEqual(await held(), imported);
});

test("an export by Grantry takes the clients over, and plans nothing else", () => {
  const grantry = (...args) => run(process.env.GRANTRY, [...args, "--provider", "auth0"]);
  const { status, stdout, said } = grantry("export", "--stack", "world-mappers");
  assert.equal(status, 0, said);
  const configuration = join(folder, "grantry.yaml");
  writeFileSync(configuration, stdout);
  const plan = grantry("plan", configuration, "--detailed-exitcode");
  assert.equal(plan.status, 2, plan.said);
  const summary = "Plan: 0 to create, 2 to adopt, 0 to update, 0 to delete; 3 unchanged.";
  assert.ok(plan.stdout.includes(summary), plan.said);
  // Nothing but the mark of each, which is said in words.
  const edits = [...plan.stdout.matchAll(/^ {6}([-+~] \S+)/gm)].map(([, edit]) => edit);
  assert.deepEqual(edits, []);
  assert.equal([...plan.stdout.matchAll(/\(exists, and is taken over\)/g)].length, 2, plan.said);
});

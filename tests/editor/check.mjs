// What an editor shows of Grantry's schemas: see README.md.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { start } from "./server.mjs";

const { GRANTRY, GRANTRY_BLESS, GRANTRY_ROOT: root } = process.env;
const CURSOR = "‸";

const place = fs.mkdtempSync(path.join(os.tmpdir(), "grantry-editor-"));
const server = await start(place);
let failures = 0;
let asked = 0;

// The blocks of a case: a line that says what it is, and what is indented below it.
function parse(text) {
  const blocks = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("  ") || line === "") blocks.at(-1)?.lines.push(line.slice(2));
    else blocks.push({ title: line, lines: [] });
  }
  return blocks;
}

const unindented = (block) => block.lines.join("\n").trimEnd() + "\n";
const indented = (text) => text.trimEnd().split("\n").map((line) => (line ? `  ${line}` : "")).join("\n");

// The document without the cursor, and where that was.
function takeCursor(text) {
  const [before, after] = text.split(CURSOR);
  if (after === undefined) return { text };
  const lines = before.split("\n");
  return { text: before + after, position: { line: lines.length - 1, character: lines.at(-1).length } };
}

const firstLine = (text) => (text?.value ?? text ?? "").split("\n")[0];

// The words of a hover, without what every one of them has.
const wordsOf = (hover) =>
  (hover?.contents?.value ?? "(nothing)").replace(/\n*Source: .*$/s, "").replace(/^#### .*\n+/, "").trim();

const answers = {
  async complete({ uri, position }) {
    const completion = await server.ask("completion", uri, position);
    const items = completion.items ?? completion;
    return items.map(({ label, documentation }) => `${label}  ${firstLine(documentation)}`.trimEnd()).join("\n");
  },

  async insert({ uri, position }) {
    const completion = await server.ask("completion", uri, position);
    const items = completion.items ?? completion;
    return items.map(({ textEdit, insertText }) => textEdit?.newText ?? insertText).join("\n");
  },

  async hover({ uri, position }) {
    return wordsOf(await server.ask("hover", uri, position));
  },

  // Each key of the document, with the first line of what its hover says.
  async "hover-all"({ uri, text }) {
    const said = [];
    for (const [line, words] of text.split("\n").entries()) {
      const key = words.match(/^([ -]*)([^\s#:][^\s]*):(\s|$)/);
      if (!key) continue;
      const hover = wordsOf(await server.ask("hover", uri, { line, character: key[1].length + 1 }));
      said.push(`${key[1].replace("-", " ")}${key[2]}  ${firstLine(hover)}`);
    }
    return said.join("\n");
  },

  async diagnose({ diagnostics }) {
    const lines = diagnostics.map(({ range: { start }, message }) => ({ ...start, message }));
    lines.sort((a, b) => a.line - b.line || a.character - b.character);
    // The first line of the document is the modeline.
    return lines.map(({ line, character, message }) => `${line}:${character + 1} ${message}`).join("\n");
  },
};

async function ask(folder, schema, what, document) {
  // A document of its own each time: of one that was closed, the server has more to say.
  asked += 1;
  const file = path.join(folder, `asked-${asked}.yaml`);
  const modeline = `# yaml-language-server: $schema=${schema}.json\n`;
  const { text, position } = takeCursor(modeline + document);
  const { uri, diagnostics } = await server.open(file, text);
  const answer = await answers[what]({ uri, text, position, diagnostics });
  await server.close(uri);
  return answer || "(nothing)";
}

const grantry = (...words) =>
  execFileSync(GRANTRY, words, { encoding: "utf8", maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "ignore"] });

// The schemas of a folder, each beside its files.
function writeSchemas(folder) {
  fs.writeFileSync(path.join(folder, "config.json"), grantry("schema", "config"));
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  if (files.length === 0) return;
  fs.writeFileSync(path.join(folder, "project.json"), grantry("schema", "project", folder));
}

async function runCase(file) {
  const committed = fs.readFileSync(file, "utf8");
  const folder = fs.mkdtempSync(path.join(place, "case-"));
  const blocks = parse(committed);
  for (const block of blocks) {
    const name = block.title.match(/^-- (\S+)$/)?.[1];
    if (name) fs.writeFileSync(path.join(folder, name), unindented(block));
  }
  writeSchemas(folder);

  let said = "";
  for (const block of blocks) {
    const question = block.title.match(/^\? (\S+) with (config|project)$/);
    if (block.title === "=") continue;
    said += `${block.title}\n`;
    if (block.lines.some(Boolean)) said += `${indented(unindented(block))}\n`;
    if (question) said += `=\n${indented(await ask(folder, question[2], question[1], unindented(block)))}\n`;
    said += "\n";
  }
  said = said.replace(/^(#.*\n)\n(?=#)/gm, "$1").trimEnd() + "\n";

  if (said === committed) return console.log(`ok      ${path.basename(file)}`);
  if (GRANTRY_BLESS) {
    fs.writeFileSync(file, said);
    return console.log(`blessed ${path.basename(file)}`);
  }
  failures += 1;
  const other = path.join(place, "said.txt");
  fs.writeFileSync(other, said);
  console.log(`FAILED  ${path.basename(file)}`);
  try {
    execFileSync("diff", ["-u", file, other], { stdio: "inherit" });
  } catch {
    // It differs, which is what was to be shown.
  }
}

// No example has anything that an editor would mark: with the schema of its modeline, and with its own.
async function runExample(file, project) {
  const text = fs.readFileSync(file, "utf8");
  const opened = await server.open(file, text);
  await server.close(opened.uri);

  const folder = fs.mkdtempSync(path.join(place, "example-"));
  fs.writeFileSync(path.join(folder, "project.json"), project);
  const own = text.replace(/\$schema=\S+/, "$schema=project.json");
  const asProject = await server.open(path.join(folder, path.basename(file)), own);
  await server.close(asProject.uri);

  const name = path.relative(root, file);
  const marked = [...opened.diagnostics, ...asProject.diagnostics];
  const hasModeline = /^# yaml-language-server: \$schema=/.test(text);
  if (marked.length === 0 && hasModeline) return console.log(`ok      ${name}`);
  failures += 1;
  console.log(`FAILED  ${name}${hasModeline ? "" : ": it has no modeline"}`);
  for (const { range, message } of marked) console.log(`        ${range.start.line + 1}: ${message}`);
}

const cases = path.join(root, "tests/editor/cases");
for (const name of fs.readdirSync(cases).sort()) await runCase(path.join(cases, name));

/** The folder of a configuration: the one that says which stack it is, or the nearest above it that does. */
function configurationOf(folder) {
  const saysStack = (file) => file.endsWith(".yaml") && /^stack:/m.test(fs.readFileSync(path.join(folder, file), "utf8"));
  return fs.readdirSync(folder).some(saysStack) ? folder : configurationOf(path.dirname(folder));
}

const examples = execFileSync("git", ["ls-files", "examples"], { cwd: root, encoding: "utf8" }).trim().split("\n");
for (const name of examples) {
  // The others are workflows and manifests, which are copied.
  if (!name.endsWith(".yaml") || /^examples\/(github|gitlab|kubernetes|slurm)\/|\/compose\.yaml$/.test(name)) continue;
  const file = path.join(root, name);
  const configuration = path.dirname(name) === "examples" ? file : configurationOf(path.dirname(file));
  await runExample(file, grantry("schema", "project", configuration));
}

await server.stop();
fs.rmSync(place, { recursive: true });
process.exitCode = failures ? 1 : 0;

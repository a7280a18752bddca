// yaml-language-server over stdio, asked as an editor asks it.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { once } from "node:events";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = require("vscode-jsonrpc/node");

// What VS Code sends unless somebody says otherwise, but for what would ask the network.
const SETTINGS = {
  yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false }, schemas: {} },
  editor: { tabSize: 2 },
};

export async function start(root) {
  const program = require.resolve("yaml-language-server/bin/yaml-language-server");
  const server = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );

  const waiting = new Map();
  connection.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }) => {
    waiting.get(uri)?.(diagnostics);
  });
  connection.onRequest("workspace/configuration", ({ items }) =>
    items.map(({ section }) => SETTINGS[section] ?? {}),
  );
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();

  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    capabilities: {
      textDocument: {
        completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown", "plaintext"] } },
        hover: { contentFormat: ["markdown"] },
        publishDiagnostics: { relatedInformation: true },
      },
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
    },
  });
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("workspace/didChangeConfiguration", { settings: SETTINGS });

  return {
    // The diagnostics of the document, which come once it is open.
    async open(path, text) {
      const uri = pathToFileURL(path).href;
      const diagnostics = new Promise((resolve) => waiting.set(uri, resolve));
      await connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "yaml", version: 1, text },
      });
      return { uri, diagnostics: await diagnostics };
    },

    async close(uri) {
      waiting.delete(uri);
      await connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    },

    ask: (what, uri, position) =>
      connection.sendRequest(`textDocument/${what}`, { textDocument: { uri }, position }),

    async stop() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      await once(server, "exit");
      connection.dispose();
    },
  };
}

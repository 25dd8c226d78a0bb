// Runs a script of steps through the official TypeScript MCP client, unmodified.
// Enters: a JSON file (see ../drivers.md); a step may name a `tool` with `arguments` instead of `sql`. Leaves: one JSON line a step on standard output.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const need = createRequire(`${process.env.NODE_PATH}/`);
const load = (path) => import(pathToFileURL(need.resolve(path)));
const { Client } = await load("@modelcontextprotocol/sdk/client/index.js");
const { StreamableHTTPClientTransport } = await load("@modelcontextprotocol/sdk/client/streamableHttp.js");

const script = JSON.parse(readFileSync(process.argv[2], "utf8"));
const say = (fields) => process.stdout.write(JSON.stringify(fields) + "\n");

function told(result, heard) {
  const structure = result.structuredContent ?? {};
  if (result.isError) {
    const error = { code: structure.code, state: structure.sql_state, message: structure.message };
    return { ok: false, error, told: structure, heard };
  }
  const columns = (structure.columns ?? []).map((column) => column.name);
  return { ok: (structure.status ?? "done") === "done", columns, rows: structure.rows ?? [], told: structure, heard };
}

async function run(client, step) {
  const heard = [];
  const options = { onprogress: (one) => heard.push(one.message), resetTimeoutOnProgress: true };
  if (step.cancel_after_s) options.signal = AbortSignal.timeout(step.cancel_after_s * 1000);
  const call = step.tool
    ? { name: step.tool, arguments: step.arguments ?? {} }
    : { name: "run_statement", arguments: { sql: step.sql, binds: step.binds ?? [], max_rows: 5000 }, _meta: { conversationId: "conversation-7" } };
  return told(await client.callTool(call, undefined, options), heard);
}

async function main() {
  const url = new URL(`${script.protocol ?? "http"}://${script.host}:${script.port}/mcp`);
  const headers = { Authorization: `Bearer ${script.login.token}` };
  const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
  const client = new Client({ name: "firn-test", version: "1.0.0" });
  try {
    await client.connect(transport);
    const { tools } = await client.listTools();
    say({ step: "login", ok: true, tools: tools.map((tool) => tool.name) });
  } catch (error) {
    say({ step: "login", ok: false, error: { message: String(error) } });
    return;
  }
  for (const [number, step] of script.steps.entries()) {
    await new Promise((done) => setTimeout(done, (step.pause_s ?? 0) * 1000));
    let answer;
    try {
      answer = await run(client, step);
    } catch (error) {
      answer = { ok: false, error: { message: String(error) } };
    }
    say({ step: number, ...answer });
  }
  await transport.terminateSession();
  await client.close();
  say({ step: "close", ok: true });
}

await main();
process.exit(0);

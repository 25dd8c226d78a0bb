// Runs a script of steps through snowflake-sdk, unmodified.
// Enters: a JSON file (see ../drivers.md). Leaves: one JSON line a step on standard output.
const fs = require("fs");
const snowflake = require("snowflake-sdk");

snowflake.configure({ logLevel: "OFF", additionalLogToConsole: false, ocspFailOpen: true });
const script = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const say = (fields) => process.stdout.write(JSON.stringify(fields) + "\n");
const failure = (error) => ({ code: error.code, state: error.sqlState, message: error.message });
const plain = (value) => (value instanceof Date ? value.toISOString() : value);

const shown = (rows) => (rows || []).map((row) => (Array.isArray(row) ? row : Object.values(row)).map(plain));

function run(connection, step) {
  const sets = [];
  return new Promise((resolve) => {
    const statement = connection.execute({
      sqlText: step.sql,
      binds: step.binds,
      asyncExec: Boolean(step.async),
      parameters: step.statements ? { MULTI_STATEMENT_COUNT: step.statements } : undefined,
      rowMode: "array",
      complete: async (error, finished, rows) => {
        if (error) return resolve({ ok: false, error: failure(error) });
        if (step.statements) {
          sets.push(shown(rows));
          if (finished.hasNext()) return finished.NextResult();
          return resolve({ ok: true, columns: [], rows: sets[0], more: sets.slice(1) });
        }
        if (step.async) {
          try {
            const done = await connection.getResultsFromQueryId({ queryId: finished.getQueryId(), rowMode: "array" });
            rows = await new Promise((ok, no) => {
              const all = [];
              done.streamRows().on("data", (row) => all.push(row)).on("end", () => ok(all)).on("error", no);
            });
          } catch (failed) {
            return resolve({ ok: false, error: failure(failed) });
          }
        }
        // The driver knows no columns of what it did not fetch itself.
        const columns = step.async ? [] : (finished.getColumns() || []).map((column) => column.getName());
        resolve({ ok: true, columns, rows: shown(rows), query_id: finished.getQueryId() });
      },
    });
    if (step.cancel_after_s) setTimeout(() => statement.cancel(() => {}), step.cancel_after_s * 1000);
  });
}

async function main() {
  const { token, database, schema, warehouse } = script.login;
  const connection = snowflake.createConnection({
    account: "firn",
    accessUrl: `${script.protocol || "http"}://${script.host}:${script.port}`,
    authenticator: "OAUTH",
    token,
    database,
    schema,
    warehouse,
  });
  try {
    await new Promise((ok, no) => connection.connect((error) => (error ? no(error) : ok())));
  } catch (error) {
    say({ step: "login", ok: false, error: failure(error) });
    return;
  }
  say({ step: "login", ok: true });
  for (const [number, step] of script.steps.entries()) {
    await new Promise((done) => setTimeout(done, (step.pause_s || 0) * 1000));
    say({ step: number, ...(await run(connection, step)) });
  }
  await new Promise((done) => connection.destroy(() => done()));
  say({ step: "close", ok: true });
}

main().then(() => process.exit(0));

// What the console's tests share: the driver beside the page, and somebody who signed in.
// Enters: FIRN_BASE, FIRN_GATEWAY, FIRN_PYTHON, FIRN_CONNECTOR, FIRN_SCRATCH. Leaves: a driver's answers, pages. Never here: what a test asserts.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { test as begin } from "node:test";
import path from "node:path";
import { open } from "./browser.mjs";

const { FIRN_GATEWAY: gateway, FIRN_PYTHON: python, FIRN_CONNECTOR: connector, FIRN_SCRATCH: scratch } = process.env;
export const base = process.env.FIRN_BASE;

/** A test that ends, whatever it waits for: the others say then what they have to. */
export const test = (name, body, minutes = 5) => begin(name, { timeout: minutes * 60_000 }, body);

const drivers = new Set();

/** Ends drivers that still wait: a test that failed leaves its statement held, for as long as the policy lets it wait. */
export function endDrivers() {
  for (const child of drivers) child.kill("SIGKILL");
}

/** Runs statements through the driver; the steps' answers, and when the last line came. */
export function drive(token, statements) {
  const file = path.join(scratch, `script-${Math.random().toString(36).slice(2)}.json`);
  const login = { user: "agent", authenticator: "oauth", token, database: "SHOP", schema: "PUBLIC" };
  fs.writeFileSync(file, JSON.stringify({ host: "127.0.0.1", port: Number(gateway), protocol: "http", login, steps: statements.map((sql) => ({ sql })) }));
  const child = spawn(python, ["-W", "ignore", connector, file], { env: { ...process.env, SNOWFLAKE_DISABLE_PLATFORM_DETECTION: "true" } });
  drivers.add(child);
  const lines = [];
  let rest = "";
  child.stdout.on("data", (piece) => {
    rest += piece;
    const parts = rest.split("\n");
    rest = parts.pop();
    for (const line of parts) lines.push({ at: performance.now(), said: JSON.parse(line) });
  });
  return new Promise((resolve) => child.on("close", () => {
    drivers.delete(child);
    resolve(lines);
  }));
}

/** A page that somebody signed in to. */
export async function signedIn(who, at = "/", { init, ...options } = {}) {
  const opened = await open([base], options);
  const { page, context } = opened;
  if (init) await page.addInitScript(init);
  // The issuer is another origin on this machine; only signing in goes there.
  await page.goto(base + at);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel(/Somebody else/).fill(who);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  opened.faults.splice(0, opened.faults.length, ...opened.faults.filter((fault) => !fault.includes("/firn-development/") && !fault.includes("/auth/login")));
  return { ...opened, context };
}

export const rowsOf = (page) => page.getByRole("region", { name: "Sessions found" }).getByRole("listitem");
/** Opens the first of the sessions found, by a corner of its row where nothing else takes a click. */
export const openFirst = (page) => rowsOf(page).first().getByRole("link").first().click({ position: { x: 6, y: 6 } });
export const moment = (page) => page.locator('[aria-current="step"]');

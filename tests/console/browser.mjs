// A real Chromium for the console's tests, and what they share.
// Enters: a page's address. Leaves: pages that fail a test when a script fails, a policy is broken, or a request leaves the origin.
// Never here: what a test asserts.
import { createRequire } from "node:module";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

const modules = createRequire(path.join(process.cwd(), "package.json"));
const load = async (name) => {
  const loaded = await import(pathToFileURL(modules.resolve(name)));
  return { ...loaded.default, ...loaded };
};
const { chromium } = await load("playwright-core");
export const { AxeBuilder } = await load("@axe-core/playwright");

/** Debian's Chromium, or what FIRN_CHROMIUM names. */
function executable() {
  const names = [process.env.FIRN_CHROMIUM, "chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"].filter(Boolean);
  for (const name of names) {
    const found = spawnSync("sh", ["-c", `command -v "$0"`, name], { encoding: "utf8" }).stdout.trim();
    if (found) return found;
  }
  throw new Error("no Chromium: tests/provision.sh test installs it, or set FIRN_CHROMIUM");
}

// Root has no sandbox; containers that run tests are root.
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
export const browser = await chromium.launch({ executablePath: executable(), args });

/** A page whose faults are kept: script errors, broken policy, requests elsewhere. */
export async function open(base, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("console", (line) => {
    // A refusal that the page shows is logged by the browser too.
    if (line.type() === "error" && !/status of (400|401|403|404|408|409)/.test(line.text())) faults.push(`console: ${line.text()}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const origins = new Set(base);
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (["http:", "https:", "ws:", "wss:"].includes(url.protocol) && !origins.has(url.origin)) faults.push(`elsewhere: ${request.url()}`);
  });
  return { context, page, faults };
}

/** What axe finds serious or worse. */
export async function serious(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("\n  ")}`);
}

// A long session in a real browser: when it shows, how long a jump takes, what it costs the page and the server.
// Enters: FIRN_BASE, FIRN_SESSION, FIRN_STATEMENTS, FIRN_ROWS, FIRN_PID. Leaves: figures, exit status. Never here: a limit on time.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, test } from "node:test";
import { browser, open, serious } from "./browser.mjs";

const { FIRN_BASE: base, FIRN_SESSION: session, FIRN_PID: pid } = process.env;
const statements = Number(process.env.FIRN_STATEMENTS);
const rows = Number(process.env.FIRN_ROWS);
after(() => browser.close());

const resident = () => Number(/RssAnon:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
const heap = (page) => page.evaluate(() => performance.memory.usedJSHeapSize / 1048576);
const of = (times, share) => times.toSorted((one, other) => one - other)[Math.min(times.length - 1, Math.floor(times.length * share))];
const tell = (what, text) => console.log(`  ${what.padEnd(44)} ${text}`);
const ms = (time) => `${time.toFixed(0)} ms`;

/** Notes in the page when the list, a moment and a statement's panes first show. */
function watch() {
  const seen = (window.seen = {});
  const look = () => {
    if (!seen.moment && document.querySelector('[aria-current="step"]')) seen.moment = performance.now();
    if (!seen.panes && document.querySelector('section[aria-label="Decision"]')) seen.panes = performance.now();
    if (!seen.panes) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Does something and waits, in the page, until what is chosen is shown whole. */
const jump = (page, action) => page.evaluate(async ([kind, value]) => {
  const before = document.querySelector('[aria-current="step"]')?.textContent;
  const began = performance.now();
  if (kind === "key") window.dispatchEvent(new KeyboardEvent("keydown", { key: value, bubbles: true }));
  else {
    const strip = document.querySelector(".strip");
    const box = strip.getBoundingClientRect();
    strip.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: box.left + box.width * value, clientY: box.top + 10 }));
  }
  const shown = () => {
    const chosen = document.querySelector('[aria-current="step"]');
    if (!chosen || chosen.textContent === before) return false;
    const number = /#(\d+)/.exec(chosen.textContent)?.[1];
    const head = document.querySelector('section[aria-label="Statement"] h2')?.textContent ?? "";
    return !number || head === `Statement #${number}`;
  };
  while (!shown() && performance.now() - began < 60_000) await new Promise((next) => requestAnimationFrame(next));
  return performance.now() - began;
}, action);

test("a long session shows piece by piece", async () => {
  const { page, context, faults } = await open([base]);
  await page.goto(base);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel(/Somebody else/).fill("olga@data-oncall,auditors");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  faults.length = 0;
  await context.addInitScript(watch);
  console.log(`\n${statements} statements, a result of ${rows} rows; the server holds ${resident().toFixed(0)} MiB`);
  const firsts = { paint: [], moment: [], panes: [] };
  for (let time = 0; time < 5; time += 1) {
    await page.goto(`${base}/sessions/${session}`, { waitUntil: "commit" });
    await page.waitForFunction(() => window.seen?.panes, undefined, { timeout: 120_000 });
    const times = await page.evaluate(() => ({
      ...window.seen,
      document: performance.getEntriesByType("navigation")[0].responseEnd,
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    }));
    firsts.paint.push(times.paint - times.document);
    firsts.moment.push(times.moment - times.document);
    firsts.panes.push(times.panes - times.document);
  }
  tell("document to the first paint, each of five", firsts.paint.map(ms).join(", "));
  tell("document to the first moment, each of five", firsts.moment.map(ms).join(", "));
  tell("document to its statement, each of five", firsts.panes.map(ms).join(", "));
  const parts = await page.evaluate(() => performance.getEntriesByType("resource").filter((one) => one.name.includes("/api/")).map((one) => [new URL(one.name).pathname.split("/").at(-1), one.startTime, one.responseStart, one.responseEnd, one.decodedBodySize]));
  for (const [name, start, first, last, size] of parts) tell(`  ${name}`, `asked at ${ms(start)}, first byte after ${ms(first - start)}, all after ${ms(last - start)}, ${(size / 1024).toFixed(0)} KiB`);

  const seeks = [];
  for (let time = 0; time < 20; time += 1) seeks.push(await jump(page, ["strip", ((time * 37 + 11) % 97) / 97]));
  tell("a seek on the strip, middle, 95 of 100, most", [0.5, 0.95, 1].map((share) => ms(of(seeks, share))).join(", "));
  await page.waitForTimeout(1_500);
  const steps = [];
  for (let time = 0; time < 20; time += 1) {
    steps.push(await jump(page, ["key", "j"]));
    await page.waitForTimeout(100);
  }
  tell("the next statement, middle, 95 of 100, most", [0.5, 0.95, 1].map((share) => ms(of(steps, share))).join(", "));
  tell("the page's heap", `${(await heap(page)).toFixed(1)} MiB`);
  const items = await page.getByRole("list", { name: "Moments of the session" }).getByRole("listitem").count();
  assert.ok(items < 120, `${items} of the list are drawn`);
  const marks = await page.locator(".strip rect").count();
  assert.ok(marks < 2_500, `${marks} marks are drawn`);

  // The large result is the last statement's: its rows come as they are looked at.
  await page.keyboard.press("End");
  await page.keyboard.press("k");
  const result = page.getByRole("region", { name: "Result" });
  await result.getByText(`${rows.toLocaleString("en-US")} rows`).first().waitFor();
  await page.keyboard.press("i");
  const began = performance.now();
  await page.keyboard.press("End");
  await result.getByText(`${statements}-${rows - 1}`, { exact: true }).waitFor();
  tell("to the last row of the result", ms(performance.now() - began));
  const pages = [];
  for (let time = 1; time < 12; time += 1) {
    const wanted = Math.floor((rows * ((time * 5) % 12)) / 12);
    pages.push(await page.evaluate(async ([share]) => {
      const grid = document.querySelector('[role="grid"]');
      const began = performance.now();
      grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * share;
      await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
      while (grid.querySelector(".wait") && performance.now() - began < 60_000) await new Promise((next) => requestAnimationFrame(next));
      return performance.now() - began;
    }, [wanted / rows]));
  }
  tell("a page of its rows, middle, 95 of 100, most", [0.5, 0.95, 1].map((share) => ms(of(pages, share))).join(", "));
  const drawn = await result.getByRole("row").count();
  assert.ok(drawn < 120, `${drawn} rows are drawn`);
  tell("the page's heap after that", `${(await heap(page)).toFixed(1)} MiB`);
  tell("the server holds", `${resident().toFixed(0)} MiB`);

  // Words are found beyond what the page has; a file is written without it.
  const searched = performance.now();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.keyboard.type(`${Math.min(statements - 1, 501)}-3`);
  await page.getByText(/^\d+ found$/).waitFor({ timeout: 300_000 });
  assert.match(await page.getByText(/^\d+ found$/).innerText(), /^[1-9]/);
  tell("words searched in every row", ms(performance.now() - searched));
  await page.keyboard.press("Escape");
  for (const [key, ending] of [["s", "json"], ["x", "csv"], ["a", "cast"]]) {
    const began = performance.now();
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press(key)]);
    const file = await download.path();
    assert.equal(download.suggestedFilename(), `firn-session-${session}.${ending}`);
    tell(`the session as ${ending}`, `${ms(performance.now() - began)}, ${(fs.statSync(file).size / 1048576).toFixed(1)} MiB`);
    const lines = fs.readFileSync(file, "utf8").trimEnd().split("\n");
    if (ending === "json") assert.equal(JSON.parse(lines[0]).totals.statements, statements);
    if (ending === "csv") assert.ok(lines.length > statements, `${lines.length} lines`);
    if (ending === "cast") assert.equal(JSON.parse(lines[0]).version, 2);
  }
  tell("the server holds after that", `${resident().toFixed(0)} MiB`);
  assert.deepEqual(await serious(page), []);
  assert.deepEqual(faults, []);
});

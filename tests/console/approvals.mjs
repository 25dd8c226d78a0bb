// What people decide on a page, in a real browser, on a real firn, with events of the real Python driver.
// Enters: what `world.mjs` takes, tokens of an agent and of one that attacks whoever looks; a policy under which deletes take two people, and a yes
// may cover a session or break the glass. Leaves: exit status. Never here: a mock.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { browser, serious } from "./browser.mjs";
import { base, drive, endDrivers, signedIn, test } from "./world.mjs";

const { FIRN_AGENT: agent, FIRN_EVIL: evil } = process.env;
const held = (page) => page.getByRole("article", { name: "Held statement" });
const pane = (page) => page.getByRole("region", { name: "Standing grants" });
const ok = (lines) => lines.find((line) => line.said.step === 0).said.ok;

let olga;
let otto;
before(async () => {
  olga = await signedIn("olga@data-oncall,auditors", "/approvals");
  // Who answers and may not read the record.
  otto = await signedIn("otto@data-oncall", "/approvals");
});
after(() => {
  endDrivers();
  return browser.close();
});

test("an approver sees what a grant shows, and what was answered before", async () => {
  const { page, faults } = otto;
  const first = drive(agent, ["SELECT full_name, ssn FROM customers WHERE ssn = '512-44-8271'"]);
  await held(page).waitFor({ timeout: 60_000 });
  const shows = page.getByRole("region", { name: "What a grant shows" });
  assert.match(await shows.innerText(), /FULL_NAME\s+SHOP\.PUBLIC\.CUSTOMERS\.FULL_NAME[\s\S]*SSN\s+SHOP\.PUBLIC\.CUSTOMERS\.SSN\s+\w+ by mask-pii/i);
  assert.equal(await page.getByRole("region", { name: "Answered before" }).count(), 0);
  await page.getByRole("button", { name: /Grant/ }).click();
  await page.getByText("Granted. It runs now").waitFor();
  await first;
  const second = drive(agent, ["SELECT segment FROM customers WHERE ssn = '512-44-8272'"]);
  await page.getByRole("region", { name: "Answered before" }).waitFor({ timeout: 60_000 });
  const answered = await page.getByRole("region", { name: "Answered before" }).innerText();
  assert.match(answered, /granted[\s\S]*agent-7, by otto/);
  assert.ok(!answered.includes("512-44"), answered);
  assert.equal(await page.getByRole("region", { name: "Answered before" }).getByRole("link").count(), 0, "no way into what one may not read");
  await page.getByRole("button", { name: /Deny/ }).click();
  await page.getByText(/^Denied\./).waitFor();
  assert.equal(ok(await second), false);
  assert.deepEqual(faults, []);
});

test("an answer is to the one statement that was read, whatever comes in its place", async () => {
  const { page, faults } = otto;
  const driven = [1, 2].map((id) => drive(agent, [`UPDATE orders SET status = 'held ${id}' WHERE id = ${id}`]));
  const waits = page.getByRole("list", { name: "What waits" }).getByRole("listitem");
  await waits.nth(1).waitFor({ timeout: 60_000 });
  await page.getByLabel("Note, kept with your answer").fill("for the first");
  await page.keyboard.press("Escape");
  // A statement that has only just come takes no answer.
  await page.waitForTimeout(1_500);
  // A key that is held down answers once, and the next statement takes no answer while it comes.
  for (let times = 0; times < 20; times += 1) await page.keyboard.down("x");
  await page.keyboard.up("x");
  await waits.nth(1).waitFor({ state: "detached" });
  assert.equal(await waits.count(), 1, "the other waits still");
  assert.equal(await page.getByLabel("Note, kept with your answer").inputValue(), "");
  await page.getByRole("button", { name: /Deny/ }).click();
  await page.getByText("Nothing waits for you").waitFor();
  for (const lines of await Promise.all(driven)) assert.equal(ok(lines), false);
  assert.deepEqual(faults, []);
});

test("two must agree where the policy says two", async () => {
  const driven = drive(agent, ["DELETE FROM orders WHERE id = 3"]);
  await held(otto.page).waitFor({ timeout: 60_000 });
  assert.match(await held(otto.page).innerText(), /data-oncall\s+0 of 2/);
  await otto.page.getByRole("button", { name: /Grant/ }).click();
  await otto.page.getByText("Your yes counts. Others must agree too.").waitFor();
  await held(otto.page).getByText("You granted it. Others must agree too.").waitFor();
  await held(olga.page).getByText(/1 of 2/).waitFor({ timeout: 60_000 });
  await olga.page.getByRole("button", { name: /Grant/ }).click();
  await olga.page.getByText("Granted. It runs now").waitFor();
  assert.equal(ok(await driven), true);
  assert.deepEqual([...olga.faults, ...otto.faults], []);
});

test("what covers more than one statement is listed, taken back and looked at", async () => {
  const { page, faults } = olga;
  await page.goto(`${base}/approvals`);
  await pane(page).getByText("Nothing is granted for more than one statement.").waitFor();
  const driven = drive(agent, ["UPDATE orders SET status = 'a' WHERE id = 2"]);
  await held(page).waitFor({ timeout: 60_000 });
  await page.getByLabel("What a grant covers").selectOption("session");
  await page.getByRole("button", { name: /Grant/ }).click();
  const standing = pane(page).getByRole("list", { name: "In force" }).getByRole("listitem");
  await standing.first().waitFor();
  await driven;
  assert.match(await standing.first().innerText(), /session[\s\S]*agent-7[\s\S]*for ana@example\.com[\s\S]*ends in[\s\S]*what its session asks[\s\S]*by olga/);
  assert.deepEqual(await serious(page), []);
  await pane(page).getByRole("button", { name: "Take it back …" }).click();
  await pane(page).getByLabel("Note, kept with your word").fill("enough");
  await pane(page).getByRole("button", { name: "Take it back", exact: true }).click();
  await pane(page).getByText("Taken back: nothing more runs by it.").waitFor();
  await pane(page).getByText("Nothing is granted for more than one statement.").waitFor();
  // An emergency, by somebody who may declare one; another looks at it afterwards.
  const sid = await signedIn("sid@data-oncall,security", "/approvals");
  const urgent = drive(agent, ["UPDATE orders SET status = 'b' WHERE id = 2"]);
  await held(sid.page).waitFor({ timeout: 60_000 });
  await sid.page.getByLabel("What a grant covers").selectOption("break-glass");
  await sid.page.getByLabel("Note, kept with your answer").fill("the shop is down");
  await sid.page.getByRole("button", { name: /Grant/ }).click();
  await sid.page.getByText("Granted. It runs now").waitFor();
  await urgent;
  await page.keyboard.press("r");
  const glass = pane(page).getByRole("list", { name: "To be looked at" });
  await glass.getByText("the shop is down").waitFor();
  await glass.getByRole("button", { name: "I looked at it …" }).click();
  await glass.getByLabel("Note, kept with your word").fill("it was");
  await glass.getByRole("button", { name: "I looked at it", exact: true }).click();
  await pane(page).getByText("Noted that you looked at it.").waitFor();
  await glass.waitFor({ state: "detached" });
  assert.deepEqual([...faults, ...sid.faults], []);
  await sid.context.close();
});

/** Notifications as the page makes them, from a window that nobody looks at. */
function notified() {
  window.told = [];
  window.Notification = class {
    static permission = "granted";
    constructor(title, { body }) {
      window.told.push({ title, body });
      window.shown = this;
    }

    close() {}
  };
  Object.defineProperty(document, "visibilityState", { get: () => (window.away ? "hidden" : "visible") });
}

test("what a hostile agent asks for is text where people decide, and in what the desktop tells them", async () => {
  const { page, faults, context } = await signedIn("vera@data-oncall,auditors", "/approvals", { init: notified });
  await page.getByText("Nothing waits for you").waitFor();
  await page.evaluate(() => (window.away = true));
  const statement = "UPDATE orders SET note = '<img src=x onerror=alert(5)>' WHERE id = 1 /* <svg onload=alert(6)> \u202e */";
  const driven = drive(evil, [statement]);
  await held(page).waitFor({ timeout: 60_000 });
  const [told] = await page.waitForFunction(() => window.told.length > 0 && window.told).then((value) => value.jsonValue());
  assert.match(told.title, /^<img src=x onerror=alert\(1\)> waits for an answer$/);
  assert.match(told.body, /second pair of eyes/);
  assert.ok(!/[\u001b\u202e]/.test(told.title + told.body));
  // A click on it leads to the statement.
  await page.evaluate(() => window.shown.onclick());
  assert.match(page.url(), /\/approvals\?id=[0-9a-f-]{36}$/);
  const text = await page.locator("main").innerText();
  for (const part of ["<img src=x onerror=alert(1)>", "\u27e8U+202E\u27e9</title><script>alert(2)</script>", "<svg onload=alert(6)> \u27e8U+202E\u27e9"]) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.ok(!/[\u001b\u202e]/.test(text));
  assert.equal(await page.locator("main img, main script, main iframe, main style").count(), 0);
  assert.deepEqual(await serious(page), []);
  await page.getByRole("button", { name: /Deny/ }).click();
  await page.getByText(/^Denied\./).waitFor();
  assert.equal(ok(await driven), false);
  // Two sessions of it side by side.
  await drive(evil, [`SELECT 1 AS "</style><img src=x onerror=alert(7)>" /* \u202e */`]);
  const { rows } = await page.evaluate(() => fetch("/api/sessions").then((answer) => answer.json()));
  const [later, earlier] = rows.filter((row) => row.includes("<img src=x onerror=alert(1)>")).map((row) => row[0]);
  await page.goto(`${base}/sessions/${later}/diff/${earlier}`);
  await page.getByText(/\d+ the same, \d+ changed/).waitFor();
  const both = await page.locator("main").innerText();
  assert.ok(both.includes("<img src=x onerror=alert(7)>") && both.includes("\u27e8U+202E\u27e9"), both);
  assert.ok(!/[\u001b\u202e]/.test(both));
  assert.equal(await page.locator("main img, main script, main iframe, main style").count(), 0);
  assert.deepEqual(faults, []);
  await context.close();
});

test("a page that nobody touches asks for nothing: what moves is told", async () => {
  const quiet = async (at) => {
    const { page, faults, context } = await signedIn("olga@data-oncall,auditors", at);
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(base + at);
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
    // What is asked when a page opens comes within moments, and what moved while it did is asked once more.
    await page.waitForTimeout(16_000);
    asked.length = 0;
    await page.waitForTimeout(10_000);
    assert.deepEqual(asked.filter((path) => path !== "/api/live"), [], at);
    assert.deepEqual(faults, []);
    await context.close();
  };
  // Beside each other: all of it is waiting.
  await Promise.all(["/", "/approvals"].map(quiet));
});

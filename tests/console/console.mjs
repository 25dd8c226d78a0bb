// The console in a real browser, on a real firn, with events of the real Python driver.
// Enters: what `world.mjs` takes, tokens of an agent and of one that attacks whoever looks.
// Leaves: exit status; with FIRN_SHOTS a picture of each page, in both themes and widths. Never here: a mock.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, before } from "node:test";
import { browser, serious } from "./browser.mjs";
import { base, drive, endDrivers, moment, openFirst, rowsOf, signedIn, test } from "./world.mjs";

const { FIRN_AGENT: agent, FIRN_EVIL: evil, FIRN_SHOTS: shots } = process.env;

let auditor;
before(async () => {
  await drive(agent, [
    "SELECT id, full_name, email, ssn, segment FROM customers ORDER BY id",
    "SELECT order_no, amount FROM orders ORDER BY id",
    "DROP TABLE customers",
    "SELECT nope FROM orders",
  ]);
  await drive(evil, [
    `SELECT '<script>alert(1)</script>' AS "<b>x</b>", '=1+1' AS "=cmd|' /C calc'!A0", '@SUM(A1)' AS at_sign, chr(27) || '[2J' AS esc, '-5' AS minus`,
    `SELECT 1 AS "</style><img src=x onerror=alert(1)>" /* <svg onload=alert(3)> \u202e */`,
  ]);
  auditor = await signedIn("olga@data-oncall,auditors", "/?q=table%3ACUSTOMERS");
});
after(() => {
  endDrivers();
  return browser.close();
});

test("a session is found by its table, in the address where one began", async () => {
  const { page, faults } = auditor;
  assert.equal(page.url(), `${base}/?q=table%3ACUSTOMERS`);
  await rowsOf(page).first().waitFor();
  assert.equal(await rowsOf(page).count(), 1);
  assert.match(await rowsOf(page).first().innerText(), /agent-7[\s\S]*full_name[\s\S]*denied/);
  for (const [line, count] of [["actor:agent-7 -verdict:allow table:CUSTOMERS", 1], ['text:"select nope"', 1], ["outcome:denied", 1], ["created:1h", 2], ["actor:nobody", 0], ["table:NOWHERE", 0], ["column:CUSTOMERS.SSN", 1], ["rule:mask-pii masked:>0", 1], ["-connection:firn", 0], ["rows:>2", 1]]) {
    await page.getByRole("combobox", { name: "Search sessions" }).fill(line);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("q") === line);
    await (count ? page.getByText(new RegExp(`^${count} sessions? found`)) : page.getByText("No session is like that")).waitFor();
  }
  await page.getByRole("combobox", { name: "Search sessions" }).fill("actr:ana");
  await page.keyboard.press("Enter");
  await page.getByText("did you mean actor:?").waitFor();
  assert.deepEqual(faults, []);
});

test("a replay shows what was denied and who masked a cell, and its address comes back to it", async () => {
  const { page, faults } = auditor;
  await page.goto(`${base}/?q=actor%3Aagent-7`);
  await openFirst(page);
  await moment(page).waitFor();
  await page.keyboard.press("Home");
  await page.keyboard.press("m");
  assert.match(await moment(page).innerText(), /full_name[\s\S]*masked/);
  const decision = page.getByRole("region", { name: "Decision" });
  assert.match(await decision.innerText(), /mask-pii[\s\S]*SSN/);
  const result = page.getByRole("region", { name: "Result" });
  await result.locator("#cell-0-3").click();
  assert.match(await result.getByRole("status").innerText(), /SSN[\s\S]*by rule:mask-pii[\s\S]*SHOP\.PUBLIC\.CUSTOMERS\.SSN/);
  assert.ok(!(await page.content()).includes("219-09-9999"));
  const address = page.url();
  assert.match(address, /[?&]s=[0-9a-f-]{36}&cell=0\.3$/);
  await page.goto(address);
  await result.getByRole("status").waitFor();
  assert.match(await result.getByRole("status").innerText(), /SSN/);
  await page.keyboard.press("d");
  assert.match(await moment(page).innerText(), /DROP TABLE customers[\s\S]*denied/);
  assert.match(await decision.innerText(), /Denied[\s\S]*Nothing went to Snowflake/);
  // What a rule speaks of is underlined, and leads to it.
  const named = page.locator("pre.sql .named").first();
  assert.match(await named.getAttribute("title"), /^block-ddl is about this$/);
  await named.click();
  await page.keyboard.press("r");
  assert.match(await page.getByLabel("JSON", { exact: true }).innerText(), /"verdict": "deny"/);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  // Search inside.
  await page.keyboard.press("/");
  await page.keyboard.type("order_no");
  await page.getByText(/^\d found$/).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Home");
  await page.keyboard.press("n");
  assert.match(await moment(page).innerText(), /order_no/);
  // Playing comes to the end.
  await page.keyboard.press("Home");
  for (let faster = 0; faster < 8; faster += 1) await page.keyboard.press("+");
  await page.keyboard.press(" ");
  await moment(page).filter({ hasText: "closed" }).waitFor();
  await page.getByRole("button", { name: "Play" }).waitFor();
  assert.deepEqual(faults, []);
});

test("a held statement is granted, and the driver's call returns", async () => {
  const { page, faults } = auditor;
  await page.goto(`${base}/approvals`);
  await page.getByText("Nothing waits for you").waitFor();
  const driven = drive(agent, ["UPDATE orders SET status = 'refunded', note = 'card 4111 1111 1111 1111' WHERE id = 2"]);
  const held = page.getByRole("article", { name: "Held statement" });
  await held.waitFor({ timeout: 60_000 });
  const text = await held.innerText();
  for (const part of [/agent-7\s+on behalf of\s+ana@example\.com/, /second pair of eyes/, /UPDATE orders/, /writes\s*SHOP\.PUBLIC\.ORDERS/, /STATUS/, /nobody checked them/, /data-oncall\s+0 of 1/]) assert.match(text, part);
  assert.ok(!text.includes("4111 1111"), text);
  await page.keyboard.press("e");
  await page.keyboard.type("ticket 4711");
  await page.keyboard.press("Escape");
  const granted = performance.now();
  await page.keyboard.press("y");
  await page.getByText("Granted. It runs now").waitFor();
  const lines = await driven;
  const answer = lines.find((line) => line.said.step === 0);
  assert.equal(answer.said.ok, true, JSON.stringify(answer.said));
  const waited = answer.at - granted;
  console.log(`from the grant to the driver's answer: ${Math.round(waited)} ms`);
  await page.getByRole("link", { name: "See it in its session" }).click();
  const decision = page.getByRole("region", { name: "Decision" });
  await decision.getByText("ticket 4711").waitFor();
  assert.match(await decision.innerText(), /olga granted/);
  // And one that is denied.
  const refused = drive(agent, ["UPDATE orders SET status = 'x' WHERE id = 3"]);
  await page.goto(`${base}/approvals`);
  await held.waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: /Deny/ }).click();
  await page.getByText(/^Denied\./).waitFor();
  assert.equal((await refused).find((line) => line.said.step === 0).said.ok, false);
  assert.deepEqual(faults, []);
});

test("SQL is asked, canceled and taken away", async () => {
  const { page, faults } = auditor;
  await page.goto(`${base}/sql`);
  const editor = page.locator(".cm-content");
  await editor.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("select value, '=1+1' as formula from generate_series(1, 5000)");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  await page.getByText("5,000 rows").waitFor();
  const grid = page.getByRole("grid", { name: "Rows" });
  assert.ok((await grid.getByRole("row").count()) < 80, "rows that nobody looks at are not drawn");
  await page.keyboard.press("i");
  await page.keyboard.press("End");
  await grid.getByText("5000", { exact: true }).last().waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
  const csv = fs.readFileSync(await download.path(), "utf8").split("\r\n");
  assert.deepEqual([csv[0], csv[1], csv.length], ["value,formula", "1,'=1+1", 5002]);
  // All rows as Parquet, by a key; and as a chart.
  await page.keyboard.press("Escape");
  const [parquet] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Parquet" }).click()]);
  const bytes = fs.readFileSync(await parquet.path());
  assert.deepEqual([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()], ["PAR1", "PAR1"]);
  const [arrow] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Arrow" }).click()]);
  assert.deepEqual([...fs.readFileSync(await arrow.path()).subarray(0, 4)], [255, 255, 255, 255]);
  // What is taken is what shows, whatever was written since.
  await page.keyboard.press("e");
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("select 1");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  const [asked] = await Promise.all([page.waitForRequest((one) => one.url().endsWith("/api/sql")), page.waitForEvent("download"), page.getByRole("button", { name: "Arrow" }).click()]);
  assert.match(asked.postDataJSON().sql, /generate_series\(1, 5000\)/);
  await page.getByRole("button", { name: "Chart" }).click();
  const chart = page.getByRole("img", { name: /^Chart of value from 1 to 5000 by the row's number|^Chart of value from 1 to 5000 by row, 5000 points/ });
  await chart.locator("canvas").waitFor();
  assert.ok(await chart.locator("canvas").evaluate((canvas) => new Set(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data).size > 8), "something is drawn");
  assert.deepEqual(await serious(page), []);
  await page.getByRole("button", { name: "Table" }).click();
  await grid.waitFor();
  const ask = async (sql) => {
    await page.keyboard.press("e");
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(sql);
    await page.keyboard.press("Control+Enter");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
  };
  // Long, and read piece by piece, so that whoever cancels it frees the server, too.
  await ask("select sum(n.value % 7) from events e, generate_series(1, 1000000000) n");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Canceled", { exact: true }).waitFor();
  await ask("select nope from sessions");
  await page.getByRole("alert").getByText(/nope/).waitFor();
  // Names are offered while one types, and what was asked before comes back.
  await page.keyboard.press("e");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("select * from quaran");
  await page.locator(".cm-tooltip-autocomplete").getByText("quarantine").first().waitFor();
  // An offer that has only just come takes no Enter.
  await page.waitForTimeout(200);
  await page.keyboard.press("Enter");
  await editor.filter({ hasText: "select * from quarantine" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByLabel("What you asked before").selectOption({ label: "select nope from sessions" });
  await editor.filter({ hasText: "select nope from sessions" }).waitFor();
  assert.deepEqual(faults, []);
});

test("the record is verified from the page", async () => {
  const { page, faults } = auditor;
  await page.goto(`${base}/health`);
  await page.getByText("The journal takes events").waitFor();
  await page.keyboard.press("v");
  await page.getByText("Nothing was altered").waitFor({ timeout: 60_000 });
  await page.getByText("Nothing is missing").waitFor();
  // How recording stands: lag, quarantine, degraded stretches, sinks, heartbeats, verifications.
  await page.getByRole("region", { name: "Lag" }).getByText(/not archived yet/).waitFor();
  await page.getByText("no stretch of degraded recording").waitFor();
  await page.getByRole("region", { name: "Exports" }).getByText(/No sink is configured/).waitFor();
  const runs = page.getByRole("region", { name: "Who records" });
  assert.match(await runs.innerText(), /Heartbeats[\s\S]*up/);
  assert.match(await page.getByRole("table", { name: "Verifications so far" }).innerText(), /olga\s+nothing\s+nothing/);
  assert.deepEqual(faults, []);
});

test("what an agent wrote is text, in every page and every file", async () => {
  const { page, faults } = auditor;
  await page.goto(`${base}/`);
  await page.getByText("<img src=x onerror=alert(1)>").first().waitFor();
  await page.goto(`${base}/?q=${encodeURIComponent('actor:"<img src=x onerror=alert(1)>"')}`);
  await openFirst(page);
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.getByRole("gridcell").first().waitFor();
  const text = await page.locator("main").innerText();
  for (const part of ["<script>alert(1)</script>", "<b>x</b>", "\u27e8U+001B\u27e9[2J", "\u27e8U+202E\u27e9"]) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.ok(!/[\u001b\u202e]/.test(text));
  const [csvFile] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("c")]);
  const csv = fs.readFileSync(await csvFile.path(), "utf8");
  for (const line of csv.split("\r\n").filter(Boolean)) for (const cell of line.split(",")) assert.doesNotMatch(cell, /^"?[=+@\t\r]/, csv);
  assert.match(csv, /,-5\r\n/);
  const [jsonFile] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("s")]);
  assert.equal(JSON.parse(fs.readFileSync(await jsonFile.path(), "utf8")).head.principal.display, "<img src=x onerror=alert(1)>");
  assert.doesNotMatch(jsonFile.suggestedFilename(), /[^\w.-]/);
  const [tableFile] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("x")]);
  assert.match(fs.readFileSync(await tableFile.path(), "utf8"), /^number,time_ns,/);
  const [castFile] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("a")]);
  const cast = fs.readFileSync(await castFile.path(), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(cast[0].version, 2);
  assert.ok(!/[\u0007\u202e]|\u001b(?!\[[\d;]*m)/.test(cast.slice(1).map((event) => event[2]).join("")), "nothing but colours steers the terminal");
  await page.goto(`${base}/sql?q=${encodeURIComponent("select principal, on_behalf_of, text from statements where principal like '<%'")}`);
  await page.getByText("2 rows").waitFor();
  await page.goto(`${base}/sessions/${encodeURIComponent("<img src=x onerror=alert(9)>")}`);
  await page.getByRole("alert").waitFor();
  assert.equal(await page.locator("main img, main script, main iframe, main style").count(), 0);
  assert.deepEqual(faults, []);
});

test("the policy is read, asked and tried on the record", async () => {
  const { page, faults } = auditor;
  await page.goto(`${base}/policy`);
  const rules = page.getByRole("region", { name: "Rules in force" });
  await rules.getByText("mask-pii").first().waitFor();
  await page.keyboard.press("e");
  await page.keyboard.type("select ssn, segment from customers");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("region", { name: "Explain a statement" }).getByText(/mask-/).first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("y");
  await page.keyboard.insertText('@id("no-orders") @reason("<img src=x onerror=alert(7)>") forbid (principal, action == Action::"read", resource == Table::"SHOP.PUBLIC.ORDERS");');
  await page.keyboard.press("Control+Enter");
  const tried = page.getByRole("region", { name: "Backtest" });
  await tried.getByText("newly denied").waitFor({ timeout: 60_000 });
  await tried.getByText("<img src=x onerror=alert(7)>").or(tried.getByText("no-orders")).first().waitFor();
  assert.equal(await page.locator("main img").count(), 0);
  // For whom and through what is part of the question.
  const asked = page.waitForRequest((request) => request.url().endsWith("/api/policy/explain"));
  await page.getByLabel("Through").selectOption("firn");
  await page.getByLabel("By the agent").fill("refunds-bot");
  await page.getByLabel("On behalf of").fill("ana@example.com");
  await page.getByRole("button", { name: "Explain" }).click();
  const { connection, agent: program, on_behalf_of } = (await asked).postDataJSON();
  assert.deepEqual([connection, program, on_behalf_of], ["firn", "refunds-bot", "ana@example.com"]);
  // That the rules were read, and asked, is in the record.
  await page.goto(`${base}/sql?q=${encodeURIComponent("select distinct exported from auditors where kind = 'auditor.listed' and exported in ('policy', 'explain') order by 1")}`);
  await page.getByText("2 rows").waitFor();
  assert.deepEqual(faults, []);
});

test("a search is kept by its name, a bar narrows to its time, and times are of here or of UTC", async () => {
  const { page, faults, context } = await signedIn("olga@data-oncall,auditors", "/?q=actor%3Aagent-7", { timezoneId: "America/New_York" });
  const row = rowsOf(page).first();
  await row.waitFor();
  const when = row.locator("[title]").first();
  assert.match(await when.getAttribute("title"), / UTC$/);
  await page.getByRole("button", { name: "UTC" }).click();
  await page.getByRole("button", { name: "Local" }).waitFor();
  assert.doesNotMatch(await when.getAttribute("title"), /UTC/);
  await page.keyboard.press("u");
  await page.getByRole("button", { name: "UTC" }).waitFor();
  // What is asked of sessions once they show: whether they are whole, and how long they waited.
  await row.getByText(/no event is missing/).waitFor({ state: "attached" });
  await page.getByRole("region", { name: "Sessions found" }).getByText(/^waited /).first().waitFor();
  const kept = page.getByRole("group", { name: "Kept searches" });
  await kept.getByRole("button", { name: "Keep this search" }).click();
  await page.getByLabel("Name of the search").fill("mine");
  await page.keyboard.press("Enter");
  await kept.getByRole("button", { name: "mine", exact: true }).waitFor();
  await page.goto(`${base}/`);
  await kept.getByRole("button", { name: "mine", exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get("q") === "actor:agent-7");
  await kept.getByRole("button", { name: "Forget mine" }).click();
  await kept.getByRole("button", { name: "mine", exact: true }).waitFor({ state: "detached" });
  await page.getByRole("figure", { name: "Sessions over time" }).locator("button:enabled").last().click();
  await page.waitForURL((url) => /^actor:agent-7 created:\S+Z\.\.\S+Z$/.test(url.searchParams.get("q") ?? ""));
  await rowsOf(page).first().waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("what happens shows without asking again, and two sessions stand side by side", async () => {
  const { page, faults } = auditor;
  await page.goto(`${base}/?q=actor%3Aagent-7`);
  await rowsOf(page).first().waitFor();
  const before = await rowsOf(page).count();
  await page.getByRole("button", { name: "Live" }).waitFor();
  await drive(agent, ["SELECT order_no, amount FROM orders ORDER BY id"]);
  await page.waitForFunction((count) => document.querySelectorAll('[aria-label="Sessions found"] li').length > count, before, { timeout: 60_000 });
  // Who reads is not disturbed: the list stays, and says that more is to be had.
  await page.keyboard.press("j");
  await drive(agent, ["SELECT 1 AS one"]);
  const more = page.getByRole("button", { name: /sessions? moved|more happened/ });
  await more.waitFor({ timeout: 60_000 });
  assert.equal(await rowsOf(page).count(), before + 1);
  await more.click();
  await page.waitForFunction((count) => document.querySelectorAll('[aria-label="Sessions found"] li').length > count, before + 1, { timeout: 60_000 });
  await openFirst(page);
  await page.getByRole("button", { name: "Hold against an earlier session" }).click();
  await page.getByRole("dialog").getByRole("link").first().click();
  await page.getByRole("heading", { name: "Two sessions" }).waitFor();
  await page.getByText(/\d+ the same, \d+ changed/).waitFor();
  assert.deepEqual(faults, []);
});

test("everything is done with keys alone", async () => {
  const { page, faults } = await signedIn("olga@data-oncall,auditors");
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
  await rowsOf(page).first().waitFor();
  await press("/");
  await page.keyboard.type('actor:agent-7 text:"drop table"');
  await press("Enter", "Escape");
  await page.getByText(/^\d sessions? found/).waitFor();
  await press("j", "Enter");
  await moment(page).waitFor();
  await press("Home", "d");
  assert.match(await moment(page).innerText(), /denied/);
  await press("M");
  // What a moment shows is fetched when one gets there: the key waits for it.
  await press("i");
  await page.locator('[role="grid"][aria-label="Rows as delivered"]:focus').waitFor();
  await press("ArrowRight", "ArrowRight", "ArrowRight", "Enter");
  await page.getByRole("region", { name: "Result" }).getByRole("status").waitFor();
  await press("Escape", "b");
  await rowsOf(page).first().waitFor();
  await press("g", "a");
  await page.getByRole("heading", { name: "Approvals" }).waitFor();
  await press("g", "q");
  await page.locator(".cm-content").waitFor();
  await press("e", "Control+a");
  await page.keyboard.insertText("select 7 as seven");
  await press("Control+Enter", "Escape", "Escape");
  await page.getByText("1 row", { exact: true }).waitFor();
  await press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await help.waitFor();
  assert.match(await help.innerText(), /next denial[\s\S]*actor:/);
  await press("Escape", "t", "g", "h");
  await page.getByRole("heading", { name: "Health" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "light");
  // Everything that takes a click is reached by Tab.
  const reached = new Set();
  for (let step = 0; step < 40; step += 1) {
    await press("Tab");
    reached.add(await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent?.trim().slice(0, 30)));
  }
  for (const name of ["Sessions", "Approvals", "SQL", "Sign out", "Verify the record"]) assert.ok(reached.has(name), `${name} in ${[...reached]}`);
  assert.deepEqual(faults, []);
});

test("who may not read sees no page for it", async () => {
  const { page, faults } = await signedIn("otto@data-oncall");
  await page.getByRole("heading", { name: "Approvals" }).waitFor();
  assert.deepEqual(await page.getByRole("navigation", { name: "Pages" }).getByRole("link").allInnerTexts(), ["Approvals", "Health"]);
  await page.goto(`${base}/sql`);
  await page.getByText("Not for you").first().waitFor();
  assert.deepEqual(faults, []);
});

test("another site can neither frame it nor act in its name", async () => {
  const { context, faults } = auditor;
  const other = http.createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<iframe src="${base}/approvals"></iframe><form method="post" action="${base}/auth/logout"></form>`);
  });
  await new Promise((ready) => other.listen(0, "127.0.0.1", ready));
  // Another name is another site, so its requests carry no strict cookie.
  const site = `http://localhost:${other.address().port}`;
  const page = await context.newPage();
  await page.goto(site);
  await page.waitForTimeout(500);
  const framed = page.frames().find((frame) => frame !== page.mainFrame());
  const inside = await framed.content().catch(() => "");
  assert.ok(!inside.includes('id="app"'), "it was framed");
  const outcome = await page.evaluate(async (to) => {
    const read = await fetch(`${to}/api/me`, { credentials: "include" }).then(() => "read", () => "closed");
    const write = await fetch(`${to}/api/sql`, { method: "POST", mode: "no-cors", credentials: "include", body: "{}" }).then((answer) => answer.type, () => "closed");
    return { read, write };
  }, base);
  assert.equal(outcome.read, "closed");
  assert.ok(["opaque", "closed"].includes(outcome.write));
  await page.evaluate(() => document.forms[0].submit());
  await page.waitForLoadState();
  other.close();
  await page.close();
  faults.length = 0;
  const still = await auditor.page.evaluate(() => fetch("/api/me").then((answer) => answer.status));
  assert.equal(still, 200, "still signed in");
});

const PAGES = { sessions: "/", found: "/?q=table%3AORDERS", nothing: "/?q=actor%3Anobody", wrong: "/?q=actr%3Ax", approvals: "/approvals", sql: "/sql?q=select%20*%20from%20sessions", policy: "/policy", health: "/health", lost: "/sessions/x" };

/** What shows only once somebody did something: an address, and what is done there. */
const reached = (later, earlier) => ({
  raw: [`/sessions/${later}?s=1`, async (page) => {
    await moment(page).waitFor();
    await page.keyboard.press("r");
    await page.getByLabel("JSON", { exact: true }).waitFor();
  }],
  compare: [`/sessions/${later}?s=1`, async (page) => {
    await page.getByRole("button", { name: "Hold against an earlier session" }).click();
    await page.getByRole("dialog").getByRole("link").first().waitFor();
  }],
  diff: [`/sessions/${later}/diff/${earlier}`, async (page) => page.getByText(/\d+ the same, \d+ changed/).waitFor()],
  verified: ["/health", async (page) => {
    await page.getByText("The journal takes events").waitFor();
    await page.keyboard.press("v");
    await page.getByText("Nothing was altered").waitFor({ timeout: 60_000 });
  }],
  tried: ["/policy", async (page) => {
    await page.getByRole("region", { name: "Rules in force" }).getByText("mask-pii").first().waitFor();
    await page.keyboard.press("e");
    await page.keyboard.type("select ssn, segment from customers");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("region", { name: "Explain a statement" }).getByText(/mask-/).first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("y");
    await page.keyboard.insertText('@id("no-orders") @reason("orders are closed") forbid (principal, action == Action::"read", resource == Table::"SHOP.PUBLIC.ORDERS");');
    await page.keyboard.press("Control+Enter");
    await page.getByRole("region", { name: "Backtest" }).getByText("newly denied").waitFor({ timeout: 60_000 });
  }],
  // Last, for no field takes the keys there.
  session: [`/sessions/${earlier}?s=1&cell=0.3`, async (page) => page.getByRole("region", { name: "Result" }).getByRole("status").waitFor()],
});

test("axe finds nothing serious on any page, in either theme and width", async () => {
  const waiting = drive(agent, ["UPDATE orders SET status = 'kept', note = 'the agent was told it is urgent' WHERE id = 1"]);
  const ids = await auditor.page.evaluate(() => fetch("/api/sessions").then((answer) => answer.json()));
  const mine = ids.rows.filter((row) => row.includes("agent-7"));
  const pages = { ...Object.fromEntries(Object.entries(PAGES).map(([name, at]) => [name, [at, async () => {}]])), ...reached(mine.at(0)[0], mine.at(-1)[0]) };
  const found = [];
  // Each theme and each width once; pictures are of all four.
  const looks = shots ? [["light", 1280], ["dark", 1280], ["light", 390], ["dark", 390]] : [["light", 1280], ["dark", 390]];
  for (const [theme, width] of looks) {
    const { page, context } = await signedIn("olga@data-oncall,auditors", "/", { colorScheme: theme, viewport: { width, height: width > 500 ? 800 : 844 } });
    for (const [name, [at, then]] of Object.entries(pages)) {
      await page.goto(base + at);
      await page.getByRole("navigation", { name: "Pages" }).waitFor();
      // Not "networkidle": the stream of what moves is open as long as the page is.
      await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .busy'));
      await then(page);
      await page.waitForTimeout(300);
      found.push(...(await serious(page)).map((one) => `${name} ${theme} ${width}: ${one}`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 1) found.push(`${name} ${theme} ${width}: ${wide} px too wide`);
      if (shots) await page.screenshot({ path: path.join(shots, `${name}-${theme}-${width}.png`) });
    }
    // Where there is no room for much, times can be changed all the same.
    await page.getByRole("button", { name: /^(UTC|Local)$/ }).waitFor();
    await page.keyboard.press("?");
    found.push(...(await serious(page)).map((one) => `help ${theme} ${width}: ${one}`));
    await context.clearCookies();
    await page.goto(base);
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    found.push(...(await serious(page)).map((one) => `sign in ${theme} ${width}: ${one}`));
    if (shots) await page.screenshot({ path: path.join(shots, `sign-in-${theme}-${width}.png`) });
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel(/Somebody else/).waitFor();
    found.push(...(await serious(page)).map((one) => `issuer ${theme} ${width}: ${one}`));
    if (shots) await page.screenshot({ path: path.join(shots, `issuer-${theme}-${width}.png`) });
    await context.close();
  }
  await auditor.page.goto(`${base}/approvals`);
  await auditor.page.getByRole("button", { name: /Deny/ }).click();
  await waiting;
  assert.deepEqual(found, []);
}, 15);

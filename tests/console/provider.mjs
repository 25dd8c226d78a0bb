// Signing in at an OpenID provider that somebody else wrote (oidc-provider), with its own pages.
// Enters: FIRN_BASE, of a firn whose [console] names that provider. Leaves: exit status.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { browser, open } from "./browser.mjs";

const base = process.env.FIRN_BASE;
after(() => browser.close());

test("a person signs in at the provider and comes back to where it began", async () => {
  const { page } = await open([base]);
  await page.goto(`${base}/approvals?id=7`);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.locator('input[name="login"]').fill("olga@data-oncall,auditors");
  await page.locator('input[name="password"]').fill("any");
  await page.getByRole("button").first().click();
  // Consent, where the provider asks for it.
  await page.getByRole("button", { name: /continue/i }).click();
  await page.getByRole("heading", { name: "Approvals" }).waitFor();
  assert.equal(page.url(), `${base}/approvals?id=7`);
  const me = await page.evaluate(() => fetch("/api/me").then((answer) => answer.json()));
  assert.deepEqual(me.groups, ["auditors", "data-oncall"]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  assert.equal(await page.evaluate(() => fetch("/api/me").then((answer) => answer.status)), 401);
});

import { expect, test } from "vitest";
import { mark } from "./whole";

const LAST = Date.parse("2026-11-10T00:00:00Z");

test.each([
  [{ missing: 2, verified: "2026-11-11T00:00:00Z" }, "broken", /^2 events missing$/],
  [{ missing: 0, verified: null }, "dense", /not verified/],
  [{ missing: 0, verified: "2026-11-09T23:59:59Z" }, "dense", /not verified/],
  [{ missing: 0, verified: "2026-11-10T00:00:01Z" }, "verified", /found whole at 2026-11-10 00:00:01 UTC/],
])("%o", (detail, kind, words) => {
  const got = mark(detail, LAST, "utc");
  expect(got.kind).toBe(kind);
  expect(got.words).toMatch(words);
});

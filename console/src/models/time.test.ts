import { expect, test } from "vitest";
import { ago, offset, plural, short, span, stamp } from "./time";

test.each([
  [0, "0 ms"], [0.4, "<1 ms"], [12, "12 ms"], [999.4, "999 ms"], [3400, "3.4 s"], [59_990, "59.9 s"], [60_000, "1 min"], [310_000, "5 min 10 s"],
  [7_500_000, "2 h 5 min"], [86_400_000, "1 d"], [273_600_000, "3 d 4 h"], [NaN, "–"],
])("%d ms last %s", (ms, said) => expect(span(ms)).toBe(said));

test.each([[0, "just now"], [30_000, "30 s ago"], [300_000, "5 min ago"], [7_200_000, "2 h ago"], [259_200_000, "3 d ago"], [-9, "just now"]])(
  "%d ms before now is %s", (past, said) => expect(ago(1e12 - past, 1e12)).toBe(said));

test.each([[0, "0:00.000"], [250_000_000, "0:00.250"], [62_003_000_000, "1:02.003"], [3_723_000_000_000, "1:02:03"], [-5, "0:00.000"]])(
  "%d ns after the start is %s", (ns, said) => expect(offset(ns)).toBe(said));

const AT = Date.parse("2026-11-29T05:07:03.042Z");
test("a moment", () => {
  expect(stamp(AT, "utc")).toBe("2026-11-29 05:07:03 UTC");
  expect(stamp(AT, "utc", true)).toBe("2026-11-29 05:07:03.042 UTC");
  expect(stamp(NaN, "utc")).toBe("–");
  expect(short(AT, AT + 3_600_000, "utc")).toBe("05:07");
  expect(short(AT, AT + 86_400_000, "utc")).toBe("Nov 29 05:07");
  expect(short(AT, AT + 86_400_000 * 60, "utc")).toBe("Nov 29 2026 05:07");
});
test("counts", () => expect([plural(1, "row"), plural(0, "row"), plural(1234, "entry", "entries")]).toEqual(["1 row", "0 rows", "1,234 entries"]));

import { expect, test } from "vitest";
import { fixed, pagesOf, revealed, widths, windowOf } from "./rows";

test.each([
  [0, 0, 500, [0, 0]],
  [5, 0, 500, [0, 5]],
  [1_000_000, 0, 500, [0, 30]],
  [1_000_000, 28_000, 500, [988, 1030]],
  [1_000_000, 28 * 1_000_000, 500, [999_988, 1_000_000]],
  [10, 99_999, 500, [10, 10]],
])("of %d rows at %d px in %d px: %j", (total, top, room, [from, to]) => {
  const got = windowOf(total, 28, top, room);
  expect([got.from, got.to]).toEqual([from, to]);
});

test("a row is scrolled to no further than needed", () => {
  expect(revealed(3, 10, 0, 100)).toBe(0);
  expect(revealed(12, 10, 0, 100)).toBe(30);
  expect(revealed(2, 10, 50, 100)).toBe(20);
});

test("columns are as wide as what is in them, within bounds", () => {
  expect(widths(["id", "text"], [[1, "x".repeat(99)], [null, "y"]])).toEqual([6, 48]);
});

test.each([
  [0, 0, []],
  [0, 1, [0]],
  [0, 500, [0]],
  [499, 501, [0, 1]],
  [1_000, 2_001, [2, 3, 4]],
  [7, 3, []],
])("rows %d to %d are in pages %j", (from, to, pages) => expect(pagesOf(from, to, 500)).toEqual(pages));

test("rows that are all here", () => {
  const rows = fixed([[1], [2]]);
  expect([rows.length, rows.at(1), rows.at(2)]).toEqual([2, [2], undefined]);
});

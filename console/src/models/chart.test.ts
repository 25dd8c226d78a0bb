import { expect, test } from "vitest";
import { axesOf, firstAlong, numberOf, seriesOf, told, type Column } from "./chart";

const columns: Column[] = [
  { name: "text", type: "text" },
  { name: "rows", type: "bigint" },
  { name: "time", type: "timestamp" },
  { name: "share", type: "decimal128(10, 2)" },
];

test.each<[string, Column[], ReturnType<typeof axesOf>]>([
  ["nothing", [], null],
  ["no number", [columns[0] as Column, columns[2] as Column], null],
  ["a number alone", [columns[1] as Column], { along: [0], over: [0] }],
  ["times come first", columns, { along: [2, 1, 3], over: [1, 3] }],
])("axes: %s", (_, given, want) => expect(axesOf(given)).toEqual(want));

test("a chart begins along the time, or the row's number", () => {
  expect(firstAlong(columns, { along: [2, 1, 3], over: [1, 3] })).toBe(2);
  expect(firstAlong([columns[1] as Column], { along: [0], over: [0] })).toBe(-1);
});

test.each<[number, unknown, number | null]>([
  [1, 7, 7],
  [1, "7", 7],
  [3, "1.50", 1.5],
  [1, null, null],
  [1, "", null],
  [1, true, null],
  [1, "x", null],
  [1, {}, null],
  [2, "2026-03-01T12:00:00.500Z", 1772366400.5],
  [2, "2026-03-01T12:00:00.500", 1772366400.5],
  [2, "2026-03-01", 1772323200],
  [2, "no time", null],
])("column %d: %j is %j", (column, cell, want) => expect(numberOf(columns[column], cell)).toBe(want));

test("points ascend, and a row without a place is left out", () => {
  const rows = [["a", 3, "2026-03-01T12:00:02Z", null], ["b", 1, "2026-03-01T12:00:01Z", "0.5"], ["c", 9, null, "1"]];
  const series = seriesOf(columns, rows, 2, [1, 3]);
  expect(series).toEqual([[1772366401, 1772366402], [1, 3], [0.5, null]]);
  expect(told(columns, series, 2, [1, 3])).toBe("Chart of rows from 1 to 3, share from 0.5 to 0.5 by time, 2 points.");
  expect(seriesOf(columns, rows, -1, [1])).toEqual([[1, 2, 3], [3, 1, 9]]);
  expect(told(columns, seriesOf(columns, [], -1, [1]), -1, [1])).toBe("Chart of rows without a number by row, 0 points.");
});

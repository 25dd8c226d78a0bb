import { expect, test } from "vitest";
import { readCell, writeCell } from "./cell";

test.each([
  ["0.3", { result: 0, row: 0, column: 3 }],
  ["12.0", { result: 0, row: 12, column: 0 }],
  ["2.0.3", { result: 2, row: 0, column: 3 }],
])("%s is a cell", (text, cell) => {
  expect(readCell(text)).toEqual(cell);
  expect(writeCell(cell)).toBe(text);
});

test.each([null, "", "3", "a.b", "-1.2", "1.2.3.4", "1e3.2", "99999999999.1", "1.2 "])("%j is none", (text) => expect(readCell(text)).toBeNull());

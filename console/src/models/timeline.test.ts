import { expect, test } from "vitest";
import { aboutFile, maskOf, masksOf, spans, type Decision, type Grid, type StatementResult } from "./timeline";

const grid = (more: Partial<Grid> = {}): Grid => ({
  columns: [
    { name: "ID", data_type: "fixed", scale: 0, operator: null, rule: null, masked: [] },
    { name: "SSN", data_type: "text", scale: null, operator: "redact", rule: "mask-pii", masked: [{ by: "rule:mask-pii", cells: 2 }] },
    { name: "NOTE", data_type: "text", scale: null, operator: null, rule: null, masked: [{ by: "detector:EMAIL", cells: 1 }] },
  ],
  rows: [["1", "[US_SSN]", "write to [EMAIL]"], ["2", null, "nothing"]],
  rows_delivered: 2, holes: [], mask_all: false, ...more,
});

test("a masked cell names who masked it", () => {
  const of = (row: number, column: number, all = false) => maskOf(grid({ mask_all: all }), grid().rows[row]?.[column], column);
  expect(of(0, 0)).toEqual([]);
  expect(of(0, 1)).toEqual(["rule:mask-pii"]);
  expect(of(1, 1), "nothing was there to mask").toEqual([]);
  expect(of(0, 2)).toEqual(["detector:EMAIL"]);
  expect(of(1, 2)).toEqual([]);
  expect(of(0, 0, true)).toEqual(["every column"]);
  expect(of(9, 9)).toEqual([]);
});

test.each<[string, [number, number][], string]>([
  ["select ssn from t", [[7, 10]], "select |<ssn>| from t"],
  ["select ü, ssn", [[11, 14]], "select ü, |<ssn>"],
  ["select ssn", [], "select ssn"],
  ["select ssn", [[0, 10]], "<select ssn>"],
  ["DROP TABLE customers", [[0, 20]], "<DROP TABLE customers>"],
  ["SELECT 1; DROP TABLE customers", [[10, 30]], "SELECT 1; |<DROP TABLE customers>"],
  ["select ssn", [[7, 99]], "select ssn"],
  ["select [EMAIL], ssn", [[16, 19]], "select [EMAIL], ssn"],
  ["ssn, [EMAIL]", [[0, 3]], "<ssn>|, [EMAIL]"],
  ["select a, b", [[7, 8], [10, 11], [7, 11]], "select |<a, b>"],
  ["select ssn from customers where id = 1", [[0, 31], [7, 10]], "select |<ssn>| from customers where id = 1"],
  ["", [[0, 0]], ""],
])("spans of %j", (text, places, want) => {
  const reasons = places.map(([span_start, span_end]) => ({ rule: "r", text: "", span_start, span_end }));
  expect(spans(text, reasons).map((part) => (part.rule ? `<${part.text}>` : part.text)).join("|")).toBe(want);
});

test("masked columns have names, of one result and of several", () => {
  const masks = [{ ordinal: 1, operator: "redact", rule: "mask-pii", sources: ["A.B.C.SSN"] }, { ordinal: 7, operator: "hash", rule: "mask-phi", sources: [] }];
  const decision = { masks } as unknown as Decision;
  const result = { grid: grid() } as StatementResult;
  const named = (results: StatementResult[]) => masksOf({ decision, results }).map(({ name, rule }) => `${name} ${rule}`);
  expect(named([])).toEqual(["column 2 mask-pii", "column 8 mask-phi"]);
  expect(named([result])).toEqual(["SSN mask-pii", "column 8 mask-phi"]);
  expect(named([result, result]), "each result says which").toEqual(["SSN mask-pii", "SSN mask-pii"]);
  expect(masksOf({ decision: null, results: [] })).toEqual([]);
});

test.each<[Parameters<typeof aboutFile>[0], string]>([
  [{ bytes: 1, content: "unread", found: [], masked_cells: 0 }, "1 byte, not looked into"],
  [{ bytes: 1234, content: "text", found: [{ class: "US_SSN", cells: 1200 }, { class: "EMAIL", cells: 3 }], masked_cells: 2 }, "1,234 bytes, read as text, 1,200 US_SSN, 3 EMAIL, 2 cells masked"],
])("of a file: %j", (file, said) => expect(aboutFile(file)).toBe(said));

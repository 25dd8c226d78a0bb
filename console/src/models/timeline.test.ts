import { expect, test } from "vitest";
import {
  clockOf, entryAt, IDLE_LEFT_NS, IDLE_NS, isStatement, jump, marked, maskOf, mentions, rowsOf, spans, word,
  type Entry, type Grid, type Marker, type Note, type Statement,
} from "./timeline";

const S = 1e9;

function statement(at: number, fingerprint: string, markers: Marker[] = [], more: Partial<Statement> = {}): Statement {
  return {
    entry: "statement", statement: `s${at}`, number: 1, at_ns: at * S, time: 0, duration_ns: S / 10,
    request: {
      text: `select ${fingerprint}`, binds: [], kinds: ["select"], reads: ["SHOP.PUBLIC.ORDERS"], writes: [], columns: [], flags: [],
      fingerprint, request_id: "", describe_only: false, asynchronous: false,
      context: { database: null, schema: null, warehouse: null, role: null },
    },
    decision: null, approval: null, forwarded: null, results: [], failure: null, canceled: null, markers, events: [], ...more,
  };
}

function note(at: number, markers: Marker[] = []): Note {
  return { entry: "note", at_ns: at * S, time: 0, kind: "session.opened", text: "logged in", markers, event: { event_id: "", kind: "", at_ns: 0, partition: "", offset: 0 } };
}

const brief = (entries: Entry[], open?: Set<number>) =>
  rowsOf(entries, open).map((row) => (row.row === "entry" ? `${row.index}` : row.row === "group" ? `${row.from}-${row.to}` : `idle ${row.ns / S}`));

test.each<[string, Entry[], string[]]>([
  ["nothing", [], []],
  ["single ones", [note(0), statement(1, "a"), statement(2, "b")], ["0", "1", "2"]],
  ["two equal ones stay", [statement(1, "a"), statement(2, "a")], ["0", "1"]],
  ["three equal ones fold", [note(0), statement(1, "a"), statement(2, "a"), statement(3, "a"), statement(4, "b")], ["0", "1-3", "4"]],
  ["what stands out never folds", [statement(1, "a"), statement(2, "a", ["denied"]), statement(3, "a"), statement(4, "a")], ["0", "1", "2", "3"]],
  ["a pause shows", [note(0), statement(100, "a")], ["0", "idle 100", "1"]],
  ["a pause ends a fold", [statement(1, "a"), statement(2, "a"), statement(3, "a"), statement(90, "a")], ["0-2", "idle 86.9", "3"]],
  ["a long statement is no pause", [statement(0, "a", [], { duration_ns: 300 * S }), statement(301, "b")], ["0", "1"]],
])("rows: %s", (_, entries, rows) => expect(brief(entries)).toEqual(rows));

test("an opened fold shows each", () => {
  expect(brief([statement(1, "a"), statement(2, "a"), statement(3, "a")], new Set([0]))).toEqual(["0", "1", "2"]);
});

test.each<[Entry, string]>([
  [note(0), "session"],
  [note(0, ["denied"]), "denied"],
  [statement(0, "a"), "allowed"],
  [statement(0, "a", ["masked"]), "masked"],
  [statement(0, "a", ["held"]), "held"],
  [statement(0, "a", ["held", "masked"], { approval: { outcome: "granted" } as never }), "approved"],
  [statement(0, "a", ["held", "denied"]), "denied"],
  [statement(0, "a", ["failed", "masked"]), "failed"],
  [statement(0, "a", ["canceled", "held"]), "canceled"],
])("a word for each: %#", (entry, said) => expect(word(entry)).toBe(said));

test("pauses are taken out, and times map back", () => {
  const entries = [note(0), statement(10, "a"), statement(1000, "b"), statement(5000, "c")];
  const clock = clockOf({ entries, duration_ns: 5001 * S });
  expect(clock.length).toBeLessThan(20 * S);
  expect(clock.toReplay(10 * S)).toBe(10 * S);
  expect(clock.toReplay(1000 * S)).toBeCloseTo(10.1 * S + IDLE_LEFT_NS, -3);
  for (const wall of [0, 5, 10, 1000, 1000.05, 5000, 5001]) {
    expect(clock.toWall(clock.toReplay(wall * S))).toBeCloseTo(wall * S, -3);
  }
  let before = -1;
  for (let wall = 0; wall <= 5001; wall += 7) {
    const now = clock.toReplay(wall * S);
    expect(now).toBeGreaterThanOrEqual(before);
    before = now;
  }
  expect(clockOf({ entries: [], duration_ns: 0 }).length).toBe(1);
  expect(clockOf({ entries: [note(0), statement(IDLE_NS / S, "a")], duration_ns: IDLE_NS }).toReplay(IDLE_NS)).toBe(IDLE_NS);
});

test("the entry of a time", () => {
  const entries = [note(0), statement(1, "a"), statement(2, "b")];
  expect([-1, 0, 0.5, 1, 1.9, 2, 99].map((at) => entryAt(entries, at * S))).toEqual([0, 0, 0, 1, 1, 2, 2]);
});

test("jumps go to the next that stands out, and stay where there is none", () => {
  const entries = [note(0), statement(1, "a"), statement(2, "b", ["denied"]), statement(3, "c", ["held"]), statement(4, "d", ["denied"])];
  expect(jump(entries, 0, 1, marked("denied"))).toBe(2);
  expect(jump(entries, 2, 1, marked("denied"))).toBe(4);
  expect(jump(entries, 4, 1, marked("denied"))).toBe(4);
  expect(jump(entries, 4, -1, marked("denied"))).toBe(2);
  expect(jump(entries, 0, 1, marked("masked"))).toBe(0);
  expect(jump(entries, 0, 1, isStatement)).toBe(1);
});

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
  const of = (row: number, column: number, all = false) => maskOf(grid({ mask_all: all }), row, column);
  expect(of(0, 0)).toEqual([]);
  expect(of(0, 1)).toEqual(["rule:mask-pii"]);
  expect(of(1, 1), "nothing was there to mask").toEqual([]);
  expect(of(0, 2)).toEqual(["detector:EMAIL"]);
  expect(of(1, 2)).toEqual([]);
  expect(of(0, 0, true)).toEqual(["every column"]);
  expect(of(9, 9)).toEqual([]);
});

test.each([
  ["ORDERS", true], ["select a", true], ["SELECT A", true], ["4711", true], ["olga", true], ["no-drop", true], ["[email]", true], ["absent", false],
])("search inside: %j is %s", (words, found) => {
  const entry = statement(1, "a", [], {
    decision: { at_ns: 0, verdict: "hold", masks: [], mask_all: false, policy: null, reasons: [{ rule: "no-drop", text: "x", span_start: null, span_end: null }] },
    approval: { answers: [{ note: "ticket 4711", by: { display: "olga" } }] } as never,
    results: [{ grid: grid() } as never],
  });
  expect(mentions(entry, words)).toBe(found);
});

test.each<[string, [number, number][], string]>([
  ["select ssn from t", [[7, 10]], "select |<ssn>| from t"],
  ["select ü, ssn", [[11, 14]], "select ü, |<ssn>"],
  ["select ssn", [], "select ssn"],
  ["select ssn", [[0, 10]], "select ssn"],
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

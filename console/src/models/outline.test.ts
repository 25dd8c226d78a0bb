import { expect, test } from "vitest";
import {
  clockOf, end, entryAt, foldOf, IDLE_LEFT_NS, IDLE_NS, isStatement, jump, marked, marksOf, mentions, outlineOf, rowsOf, word,
  type Brief, type Moment,
} from "./outline";
import type { Marker, Note } from "./timeline";

const S = 1e9;

function statement(at: number, shape: string, markers: Marker[] = [], more: Partial<Brief> = {}): Brief {
  return { entry: "statement", statement: `s${at}`, number: 1, at_ns: at * S, duration_ns: S / 10, markers, granted: false, title: `select ${shape}`, shape: shape.charCodeAt(0), rows: 0, ...more };
}

function note(at: number, markers: Marker[] = []): Note {
  return { entry: "note", at_ns: at * S, time: 0, kind: "session.opened", text: "logged in", markers, event: { event_id: "", kind: "session.opened", at_ns: 0, partition: "", offset: 0 } };
}

const brief = (entries: Moment[], open?: Set<number>) =>
  rowsOf(entries, open).map((row) => (row.row === "entry" ? `${row.index}` : row.row === "group" ? `${row.from}-${row.to}` : `idle ${row.ns / S}`));

test.each<[string, Moment[], string[]]>([
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

test("an entry knows what it is folded with", () => {
  const entries = [note(0), statement(1, "a"), statement(2, "a"), statement(3, "a"), statement(4, "b"), statement(5, "b")];
  expect(entries.map((_, index) => foldOf(entries, index))).toEqual([null, 1, 1, 1, null, null]);
});

test.each<[Moment, string]>([
  [note(0), "session"],
  [note(0, ["denied"]), "denied"],
  [statement(0, "a"), "allowed"],
  [statement(0, "a", ["masked"]), "masked"],
  [statement(0, "a", ["held"]), "held"],
  [statement(0, "a", ["held", "masked"], { granted: true }), "approved"],
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
  expect(jump(entries, 0, 1, (_, index) => index === 3)).toBe(3);
});

test("what a line does not say is not so", () => {
  const line = { entry: "statement", statement: "a", number: 1, at_ns: 0, duration_ns: 0, title: null, rows: 0 } as const;
  const sent = { session: "", head: {} as never, start: 0, duration_ns: 0, totals: {} as never, parts: [], truncated: false, entries: [line, note(1)] };
  expect(outlineOf(sent).entries).toEqual([{ ...line, markers: [], granted: false, shape: null }, note(1)]);
});

test.each([["LOGGED", true], ["session.", true], ["absent", false]])("a note mentions %j: %s", (words, found) => expect(mentions(note(0), words)).toBe(found));

test("of many marks in one place the gravest is drawn", () => {
  const entries = [note(0), statement(0.1, "a"), statement(0.2, "a", ["masked"]), statement(0.3, "a", ["denied", "held"]), statement(0.4, "a", ["held"]), statement(5, "a"), note(5.1)];
  const marks = marksOf(entries, (ns) => ns / S);
  expect(marks.map((mark) => [mark.index, mark.kind])).toEqual([[3, "denied"], [5, "plain"]]);
});

test("ten thousand statements with a pause after each", () => {
  const entries = Array.from({ length: 10_000 }, (_, index) => statement(index * 60, "a"));
  const clock = clockOf({ entries, duration_ns: 600_000 * S });
  const marks = marksOf(entries, (ns) => (clock.toReplay(ns) / clock.length) * 1000);
  const rows = rowsOf(entries);
  expect(marks.length).toBeLessThanOrEqual(1001);
  expect(rows.length).toBe(19_999);
  for (const at of [0, 1, 599, 123_456, 599_940]) expect(clock.toWall(clock.toReplay(at * S))).toBeLessThanOrEqual(at * S + 60 * S);
});

test("a stretch without recording is marked from its beginning to its end, and is no pause of its own", () => {
  const gap = { ...note(1, ["degraded"]), duration_ns: 3 * S };
  const entries = [note(0), gap, statement(5, "a")];
  expect(marksOf(entries, (ns) => ns / S).map((mark) => [mark.index, mark.kind, mark.width])).toEqual([[0, "note", 0], [1, "degraded", 3], [2, "plain", expect.any(Number)]]);
  expect(word(gap)).toBe("degraded");
  expect(end(gap)).toBe(1 * S);
});

// A session in lines, and what the player makes of it: rows, idle time taken out, stops to jump to.
// Enters: the outline's JSON. Leaves: rows and positions; each costs the logarithm of a session's length, or is made once. Never here: what a
// statement was answered, the page, or a clock.

import type { components } from "../api/schema";
import type { Marker, Note } from "./timeline";

type Told = components["schemas"];

/** A statement in a line as it is sent: what it does not say is not so. */
type Sent = Told["OutlineStatement"] & { entry: "statement" };

/** A statement in a line, with all that may be said of it. */
export type Brief = Omit<Sent, "markers" | "granted" | "shape"> & { markers: Marker[]; granted: boolean; shape: number | null };

export type Moment = Brief | Note;

export type Outline = Omit<Told["Outline"], "entries"> & { entries: Moment[] };

const NONE: Marker[] = [];

/** An outline from its JSON, which it takes over. */
export function outlineOf(sent: Omit<Outline, "entries"> & { entries: (Sent | Note)[] }): Outline {
  for (const one of sent.entries) {
    if (one.entry === "note") continue;
    one.markers ??= NONE;
    one.granted ??= false;
    one.shape ??= null;
  }
  return sent as Outline;
}

/** What became of a moment, in one word: the gravest first. */
export type Word = "denied" | "failed" | "canceled" | "held" | "approved" | "masked" | "allowed" | "degraded" | "session";

export function word(entry: Moment): Word {
  const has = (marker: Marker) => entry.markers.includes(marker);
  if (has("denied")) return "denied";
  if (has("failed")) return "failed";
  if (has("canceled")) return "canceled";
  if (has("degraded")) return "degraded";
  if (entry.entry === "note") return "session";
  if (has("held")) return entry.granted ? "approved" : "held";
  return has("masked") ? "masked" : "allowed";
}

/** Rows of the list: a moment, equal ones after each other folded, or a pause between them. */
export type Row =
  | { row: "entry"; index: number }
  | { row: "group"; from: number; to: number; count: number }
  | { row: "idle"; after: number; ns: number };

/** Pauses longer than this are taken out of the replay, nanoseconds. */
export const IDLE_NS = 30e9;
/** What is left of such a pause, nanoseconds. */
export const IDLE_LEFT_NS = 1.5e9;
/** As many equal statements without anything to see become one row. */
const FOLD_FROM = 3;

const folds = (entry: Moment | undefined): entry is Brief =>
  entry?.entry === "statement" && entry.markers.length === 0 && entry.shape !== null;

export function end(entry: Moment): number {
  return entry.at_ns + (entry.entry === "statement" ? entry.duration_ns : 0);
}

/** `entries` as rows; those in `open` (by their first index) are not folded. */
export function rowsOf(entries: readonly Moment[], open: ReadonlySet<number> = new Set()): Row[] {
  const rows: Row[] = [];
  let reached = entries[0]?.at_ns ?? 0;
  for (let index = 0; index < entries.length; ) {
    const entry = entries[index] as Moment;
    if (index > 0 && entry.at_ns - reached > IDLE_NS) rows.push({ row: "idle", after: index - 1, ns: entry.at_ns - reached });
    let last = index;
    if (folds(entry)) {
      for (let next = entries[last + 1]; folds(next); next = entries[last + 1]) {
        const near = next.at_ns - end(entries[last] as Moment) <= IDLE_NS;
        if (!near || next.shape !== entry.shape) break;
        last += 1;
      }
    }
    const count = last - index + 1;
    if (count >= FOLD_FROM && !open.has(index)) {
      rows.push({ row: "group", from: index, to: last, count });
    } else {
      for (let each = index; each <= last; each += 1) rows.push({ row: "entry", index: each });
    }
    for (let each = index; each <= last; each += 1) reached = Math.max(reached, end(entries[each] as Moment));
    index = last + 1;
  }
  return rows;
}

/** The first of the equal ones with which an entry is one row where nothing is open; null where it stands alone. */
export function foldOf(entries: readonly Moment[], index: number): number | null {
  const row = rowsOf(entries).find((row) => row.row === "group" && row.from <= index && index <= row.to);
  return row?.row === "group" ? row.from : null;
}

/** How many of `sorted` are at most `value`. */
function upTo<T>(sorted: readonly T[], value: number, of: (one: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(sorted[middle] as T) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Wall time to replay time and back: the same but for long pauses, of which little is left. */
export interface Clock {
  length: number;
  toReplay: (wall: number) => number;
  toWall: (replay: number) => number;
}

export function clockOf(outline: Pick<Outline, "entries" | "duration_ns">): Clock {
  /** What is cut out, and how much was before. */
  const cuts: { from: number; to: number; before: number }[] = [];
  let reached = 0;
  let taken = 0;
  for (const entry of outline.entries) {
    if (entry.at_ns - reached > IDLE_NS) {
      const from = reached + IDLE_LEFT_NS;
      cuts.push({ from, to: entry.at_ns, before: taken });
      taken += entry.at_ns - from;
    }
    reached = Math.max(reached, end(entry));
  }
  const toReplay = (wall: number) => {
    const cut = cuts[upTo(cuts, wall, (one) => one.from) - 1];
    return cut ? wall - cut.before - (Math.min(wall, cut.to) - cut.from) : wall;
  };
  const toWall = (replay: number) => {
    const cut = cuts[upTo(cuts, replay, (one) => one.from - one.before) - 1];
    return cut ? replay + cut.before + (cut.to - cut.from) : replay;
  };
  return { length: Math.max(toReplay(Math.max(outline.duration_ns, reached)), 1), toReplay, toWall };
}

/** The last entry that began by `wall`. */
export function entryAt(entries: readonly Moment[], wall: number): number {
  return Math.max(upTo(entries, wall, (one) => one.at_ns) - 1, 0);
}

/** The next entry after `from` (or before it, with -1) that `wanted` holds for; `from` if there is none. */
export function jump(entries: readonly Moment[], from: number, by: 1 | -1, wanted: (entry: Moment, index: number) => boolean): number {
  for (let index = from + by; index >= 0 && index < entries.length; index += by) {
    if (wanted(entries[index] as Moment, index)) return index;
  }
  return from;
}

export const isStatement = (entry: Moment): entry is Brief => entry.entry === "statement";
export const marked = (marker: Marker) => (entry: Moment) => entry.markers.includes(marker);

/** Whether `words` stand in what happened outside statements; inside them, the server looks. */
export function mentions(note: Note, words: string): boolean {
  const wanted = words.toLowerCase();
  return note.text.toLowerCase().includes(wanted) || note.kind.toLowerCase().includes(wanted);
}

/** A mark of the strip. */
export interface Mark {
  index: number;
  x: number;
  width: number;
  kind: Marker | "note" | "plain";
}

const GRAVEST: Marker[] = ["denied", "failed", "degraded", "held", "masked", "canceled"];

/** When its mark ends: a stretch without recording is drawn whole, but nothing of the session runs for it. */
const until = (entry: Moment): number => entry.at_ns + (entry.duration_ns ?? 0);

const kindOf = (entry: Moment): Mark["kind"] => GRAVEST.find((one) => entry.markers.includes(one)) ?? (entry.entry === "note" ? "note" : "plain");

/** The mark of one entry. */
export function markOf(entries: readonly Moment[], index: number, place: (ns: number) => number): Mark | null {
  const entry = entries[index];
  if (!entry) return null;
  const x = place(entry.at_ns);
  return { index, x, width: Math.max(place(until(entry)) - x, 0), kind: kindOf(entry) };
}

/** The marks of a strip on which `place` puts a time: one for each place, the gravest. */
export function marksOf(entries: readonly Moment[], place: (ns: number) => number): Mark[] {
  const best = new Map<number, { index: number; x: number; kind: Mark["kind"]; grade: number }>();
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index] as Moment;
    const kind = kindOf(entry);
    const grade = kind === "plain" ? GRAVEST.length : kind === "note" ? GRAVEST.length + 1 : GRAVEST.indexOf(kind);
    const x = place(entry.at_ns);
    const at = Math.round(x);
    const known = best.get(at);
    if (!known || grade < known.grade) best.set(at, { index, x, kind, grade });
  }
  return [...best.values()].map(({ index, x, kind }) => ({ index, x, kind, width: Math.max(place(until(entries[index] as Moment)) - x, 0) }));
}

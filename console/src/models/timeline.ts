// A session as the API tells it, and what the player makes of it: rows, idle time taken out, stops to jump to.
// Enters: the timeline's JSON. Leaves: rows and positions. Never here: the page, or a clock.

export type Marker = "denied" | "held" | "masked" | "failed" | "canceled";

export interface EventRef {
  event_id: string;
  kind: string;
  at_ns: number;
  partition: string;
  offset: number;
}

export interface Note {
  entry: "note";
  at_ns: number;
  time: number;
  kind: string;
  text: string;
  markers: Marker[];
  event: EventRef;
}

export interface Reason {
  rule: string;
  text: string;
  span_start: number | null;
  span_end: number | null;
}

export interface ColumnMask {
  ordinal: number;
  operator: string;
  rule: string;
  sources: string[];
}

export interface Decision {
  at_ns: number;
  verdict: "allow" | "mask" | "hold" | "deny";
  reasons: Reason[];
  masks: ColumnMask[];
  mask_all: boolean;
  policy: string | null;
}

export interface Column {
  name: string;
  data_type: string;
  scale: number | null;
  operator: string | null;
  rule: string | null;
  masked: { by: string; cells: number }[];
}

export interface Grid {
  columns: Column[];
  rows: (string | null)[][];
  rows_delivered: number;
  holes: { chunk: number; page: number; rows: number; why: "digest_only" | "missing" | "cut" }[];
  mask_all: boolean;
}

export interface StatementResult {
  result: number;
  at_ns: number;
  finished_at_ns: number | null;
  query_id: string | null;
  grid: Grid;
  rows: number;
  bytes: number;
  masked_cells: number;
  counts: { inserted: number; updated: number; deleted: number; duplicates: number } | null;
  unreadable: string | null;
}

export interface Person {
  issuer: string;
  subject: string;
  display: string;
  groups: string[];
}

export interface Approval {
  at_ns: number;
  quorum: { group: string; needed: number }[];
  reasons: string[];
  expires: number | null;
  answers: { at_ns: number; granted: boolean; by: Person; note: string }[];
  outcome: string;
  ended_at_ns: number | null;
  wait_ns: number | null;
}

export interface Request {
  text: string;
  binds: { name: string; kind: string; values: (string | null)[] }[];
  kinds: string[];
  reads: string[];
  writes: string[];
  columns: { table: string; column: string; usage: string }[];
  flags: string[];
  fingerprint: string;
  request_id: string;
  describe_only: boolean;
  asynchronous: boolean;
  context: { database: string | null; schema: string | null; warehouse: string | null; role: string | null };
}

export interface Statement {
  entry: "statement";
  statement: string;
  number: number;
  at_ns: number;
  time: number;
  duration_ns: number;
  request: Request | null;
  decision: Decision | null;
  approval: Approval | null;
  forwarded: { at_ns: number; query_id: string | null; attempts: number } | null;
  results: StatementResult[];
  failure: { at_ns: number; stage: string; code: string; sql_state: string; message: string } | null;
  canceled: { at_ns: number; by: string } | null;
  markers: Marker[];
  events: EventRef[];
}

export type Entry = Statement | Note;

export interface Timeline {
  session: string;
  head: {
    principal: (Person & { agent: Agent | null }) | null;
    source: { ip: string; tls: string | null } | null;
    connection: string | null;
    context: Request["context"];
    upstream_session: string | null;
    opened: number | null;
    closed: number | null;
    close_reason: string | null;
  };
  start: number;
  duration_ns: number;
  entries: Entry[];
  totals: Record<"events" | "statements" | "denied" | "held" | "masked" | "failed" | "rows" | "bytes" | "masked_cells", number>;
  parts: { run: string; events: number; missing: number }[];
}

export interface Agent {
  application: string | null;
  version: string | null;
  on_behalf_of: string | null;
  correlation_id: string | null;
}

/** What a statement comes to, in one word: the gravest first. */
export type Word = "denied" | "failed" | "canceled" | "held" | "approved" | "masked" | "allowed" | "session";

export function word(entry: Entry): Word {
  const has = (marker: Marker) => entry.markers.includes(marker);
  if (has("denied")) return "denied";
  if (has("failed")) return "failed";
  if (has("canceled")) return "canceled";
  if (entry.entry === "note") return "session";
  if (has("held")) return entry.approval?.outcome === "granted" ? "approved" : "held";
  return has("masked") ? "masked" : "allowed";
}

/** Rows of the list: an entry, equal ones after each other folded, or a pause between them. */
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

const folds = (entry: Entry | undefined): entry is Statement =>
  entry?.entry === "statement" && entry.markers.length === 0 && entry.request !== null;

export function end(entry: Entry): number {
  return entry.at_ns + (entry.entry === "statement" ? entry.duration_ns : 0);
}

/** `entries` as rows; those in `open` (by their first index) are not folded. */
export function rowsOf(entries: readonly Entry[], open: ReadonlySet<number> = new Set()): Row[] {
  const rows: Row[] = [];
  let reached = entries[0]?.at_ns ?? 0;
  for (let index = 0; index < entries.length; ) {
    const entry = entries[index] as Entry;
    if (index > 0 && entry.at_ns - reached > IDLE_NS) rows.push({ row: "idle", after: index - 1, ns: entry.at_ns - reached });
    let last = index;
    if (folds(entry)) {
      for (let next = entries[last + 1]; folds(next); next = entries[last + 1]) {
        const near = next.at_ns - end(entries[last] as Entry) <= IDLE_NS;
        if (!near || next.request?.fingerprint !== entry.request?.fingerprint) break;
        last += 1;
      }
    }
    const count = last - index + 1;
    if (count >= FOLD_FROM && !open.has(index)) {
      rows.push({ row: "group", from: index, to: last, count });
    } else {
      for (let each = index; each <= last; each += 1) rows.push({ row: "entry", index: each });
    }
    for (let each = index; each <= last; each += 1) reached = Math.max(reached, end(entries[each] as Entry));
    index = last + 1;
  }
  return rows;
}

/** Wall time to replay time and back: the same but for long pauses, of which little is left. */
export interface Clock {
  length: number;
  toReplay: (wall: number) => number;
  toWall: (replay: number) => number;
}

export function clockOf(timeline: Pick<Timeline, "entries" | "duration_ns">): Clock {
  const cuts: { from: number; to: number }[] = [];
  let reached = 0;
  for (const entry of timeline.entries) {
    if (entry.at_ns - reached > IDLE_NS) cuts.push({ from: reached + IDLE_LEFT_NS, to: entry.at_ns });
    reached = Math.max(reached, end(entry));
  }
  const toReplay = (wall: number) => {
    let taken = 0;
    for (const cut of cuts) {
      if (wall <= cut.from) break;
      taken += Math.min(wall, cut.to) - cut.from;
    }
    return wall - taken;
  };
  const toWall = (replay: number) => {
    let wall = replay;
    for (const cut of cuts) {
      if (wall < cut.from) break;
      wall += cut.to - cut.from;
    }
    return wall;
  };
  return { length: Math.max(toReplay(Math.max(timeline.duration_ns, reached)), 1), toReplay, toWall };
}

/** The last entry that began by `wall`. */
export function entryAt(entries: readonly Entry[], wall: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Entry).at_ns <= wall) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

/** The next entry after `from` (or before it, with -1) that `wanted` holds for; `from` if there is none. */
export function jump(entries: readonly Entry[], from: number, by: 1 | -1, wanted: (entry: Entry) => boolean): number {
  for (let index = from + by; index >= 0 && index < entries.length; index += by) {
    if (wanted(entries[index] as Entry)) return index;
  }
  return from;
}

export const isStatement = (entry: Entry): entry is Statement => entry.entry === "statement";
export const marked = (marker: Marker) => (entry: Entry) => entry.markers.includes(marker);

/** Whether `words` stands anywhere in what people see of `entry`, whatever the case. */
export function mentions(entry: Entry, words: string): boolean {
  const wanted = words.toLowerCase();
  const has = (text: string | null | undefined) => text?.toLowerCase().includes(wanted) ?? false;
  if (entry.entry === "note") return has(entry.text) || has(entry.kind);
  return (
    has(entry.request?.text) ||
    [...(entry.request?.reads ?? []), ...(entry.request?.writes ?? [])].some(has) ||
    (entry.decision?.reasons ?? []).some((reason) => has(reason.text) || has(reason.rule)) ||
    (entry.approval?.answers ?? []).some((answer) => has(answer.note) || has(answer.by.display)) ||
    has(entry.failure?.message) ||
    entry.results.some(({ grid }) => grid.columns.some((column) => has(column.name)) || grid.rows.some((row) => row.some(has)))
  );
}

/** Parts of a statement's text, those a rule named told apart. Offsets are bytes of the text as it was asked. */
export function spans(text: string, reasons: readonly Reason[]): { text: string; rule: string | null }[] {
  const bytes = new TextEncoder().encode(text);
  // Where a literal was masked, the text is another than the one the rule saw, and its places mean nothing from there on.
  const first = text.search(/\[[A-Z][A-Z0-9_]*\]|\*\*\*/);
  const sure = first < 0 ? bytes.length : new TextEncoder().encode(text.slice(0, first)).length;
  const places = reasons
    .flatMap(({ rule, span_start: from, span_end: to }) => (from !== null && to !== null && from < to && to <= sure ? [{ rule, from, to }] : []))
    // A span over most of it marks nothing.
    .filter(({ from, to }) => to - from <= Math.max(bytes.length * 0.6, 12) && to - from < bytes.length)
    .sort((one, other) => one.from - other.from || other.to - one.to);
  const parts: { text: string; rule: string | null }[] = [];
  const decoder = new TextDecoder();
  let at = 0;
  for (const place of places) {
    if (place.from < at) continue;
    if (place.from > at) parts.push({ text: decoder.decode(bytes.subarray(at, place.from)), rule: null });
    parts.push({ text: decoder.decode(bytes.subarray(place.from, place.to)), rule: place.rule });
    at = place.to;
  }
  if (at < bytes.length || parts.length === 0) parts.push({ text: decoder.decode(bytes.subarray(at)), rule: null });
  return parts;
}

/** Who masked the cell: its column's rule, or detectors where the cell shows that they did. */
export function maskOf(grid: Grid, row: number, column: number): string[] {
  const head = grid.columns[column];
  const cell = grid.rows[row]?.[column];
  if (!head || cell === null || cell === undefined) return [];
  const by = head.masked.map((masked) => masked.by);
  const planned = grid.mask_all || head.operator !== null;
  const shows = /\*\*\*|\[[A-Z0-9_]+\]/.test(cell);
  if (planned) return [head.rule ? `rule:${head.rule}` : grid.mask_all ? "every column" : "plan", ...by.filter((one) => one.startsWith("detector:") && shows)];
  return by.length > 0 && shows ? by : [];
}

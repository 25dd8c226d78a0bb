// A session's statements as the API tells them, and what the panes make of them.
// Enters: the timeline's JSON. Leaves: parts of a text, who masked a cell. Never here: the list of moments (see outline), or the page.

import { count, plural } from "./time";

export type Marker = "denied" | "held" | "masked" | "failed" | "canceled" | "degraded";

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
  /** How long it lasted; absent where it is a moment. */
  duration_ns?: number;
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

/** A file that went to a stage or came from one. */
export interface MovedFile {
  at_ns: number;
  /** To the stage; else from it. */
  uploaded: boolean;
  stage: string;
  file: string;
  bytes: number;
  digest: string;
  content: string;
  found: { class: string; cells: number }[];
  masked_cells: number;
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
  /** Absent where none moved. */
  files?: MovedFile[];
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

/** Parts of a statement's text, those a rule named told apart. Offsets are bytes of the text as it was asked. */
export function spans(text: string, reasons: readonly Reason[]): { text: string; rule: string | null }[] {
  const bytes = new TextEncoder().encode(text);
  // Where a literal was masked, the text is another than the one the rule saw, and its places mean nothing from there on.
  const first = text.search(/\[[A-Z][A-Z0-9_]*\]|\*\*\*/);
  const sure = first < 0 ? bytes.length : new TextEncoder().encode(text.slice(0, first)).length;
  const all = reasons.flatMap(({ rule, span_start: from, span_end: to }) => (from !== null && to !== null && from < to && to <= sure ? [{ rule, from, to }] : []));
  const isNarrow = ({ from, to }: { from: number; to: number }) => to - from <= Math.max(bytes.length * 0.6, 12) && to - from < bytes.length;
  // What covers most of it is drawn where nothing narrower is: over everything else it would hide that.
  const narrow = all.filter(isNarrow);
  const places = (narrow.length > 0 ? narrow : all).sort((one, other) => one.from - other.from || other.to - one.to);
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

/** Who masked a cell of a column: the column's rule, or detectors where the cell shows that they did. */
export function maskOf(grid: Pick<Grid, "columns" | "mask_all">, cell: string | null | undefined, column: number): string[] {
  const head = grid.columns[column];
  if (!head || cell === null || cell === undefined) return [];
  const by = head.masked.map((masked) => masked.by);
  const planned = grid.mask_all || head.operator !== null;
  const shows = /\*\*\*|\[[A-Z0-9_]+\]/.test(cell);
  if (planned) return [head.rule ? `rule:${head.rule}` : grid.mask_all ? "every column" : "plan", ...by.filter((one) => one.startsWith("detector:") && shows)];
  return by.length > 0 && shows ? by : [];
}

/** The columns that a decision masks, by name. A multi-statement's plan does not say which of its results a column is of, but each result does. */
export function masksOf({ decision, results }: Pick<Statement, "decision" | "results">): { name: string; operator: string; rule: string; sources: string[] }[] {
  if (results.length > 1) {
    return results.flatMap(({ grid }) => grid.columns.flatMap(({ name, operator, rule }) => (operator === null ? [] : [{ name, operator, rule: rule ?? "", sources: [] }])));
  }
  const names = results[0]?.grid.columns ?? [];
  return (decision?.masks ?? []).map(({ ordinal, operator, rule, sources }) => ({ name: names[ordinal]?.name ?? `column ${ordinal + 1}`, operator, rule, sources }));
}

/** What is to be said of a moved file besides its name and stage. */
export function aboutFile({ bytes, content, found, masked_cells }: Pick<MovedFile, "bytes" | "content" | "found" | "masked_cells">): string {
  const parts = [plural(bytes, "byte"), content === "unread" ? "not looked into" : `read as ${content}`, ...found.map((one) => `${count(one.cells)} ${one.class}`)];
  if (masked_cells > 0) parts.push(`${plural(masked_cells, "cell")} masked`);
  return parts.join(", ");
}

// The search line: `actor:ana -verdict:allow table:ORDERS created:>2026-11-01 text:"refund"`.
// Enters: what a person typed, or the URL holds. Leaves: terms with their places, and what is wrong with the rest. Never here: SQL.

export const KEYS = {
  actor: "name or subject of who asked contains this",
  agent: "client program contains this",
  behalf: "on whose behalf contains this",
  connection: "through this connection",
  state: "open, closed or refused",
  ip: "from this address",
  created: "opened: >2026-11-01, 24h, 2026-11-01..2026-11-07",
  verdict: "a statement was decided so: allow, mask, hold, deny",
  outcome: "a statement ended so: succeeded, denied, failed, canceled, held, running",
  kind: "a statement of this kind: select, update …",
  table: "a statement touched this table: whole name or its last parts",
  column: "a statement used this column: its name or its last parts",
  rule: "a rule of this name determined the decision",
  flag: "the analysis found this: egress, ddl …",
  text: "the masked text contains this; a word without a name means the same",
  rows: "a statement delivered so many rows: >1000",
  masked: "so many cells of a statement were masked: >0",
} as const;

export type Key = keyof typeof KEYS;

/** Terms about the session itself; all others are about one of its statements, all of them about the same one. */
export const OF_SESSION: ReadonlySet<Key> = new Set(["actor", "agent", "behalf", "connection", "state", "ip", "created"]);
const NUMBERS: ReadonlySet<Key> = new Set(["rows", "masked"]);

export type Op = "is" | "<" | "<=" | ">" | ">=" | "range";

export interface Term {
  key: Key;
  negated: boolean;
  op: Op;
  /** One of these; two for a range, either of which may be empty. */
  values: string[];
  /** Where in the line it stands. */
  start: number;
  end: number;
}

export interface Fault {
  start: number;
  end: number;
  message: string;
}

export interface Search {
  terms: Term[];
  faults: Fault[];
}

interface Piece {
  text: string;
  /** Parts apart by commas outside quotes, unquoted. */
  parts: string[];
  quoted: boolean;
  start: number;
  end: number;
}

/** Splits at white space outside quotes; `\"` and `\\` inside quotes stand for themselves. */
function pieces(line: string): { pieces: Piece[]; faults: Fault[] } {
  const found: Piece[] = [];
  const faults: Fault[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at] ?? "")) {
      at += 1;
      continue;
    }
    const start = at;
    const parts = [""];
    let text = "";
    let quoted = false;
    let open = -1;
    for (; at < line.length; at += 1) {
      let character = line[at] ?? "";
      if (open >= 0 && character === "\\" && /["\\]/.test(line[at + 1] ?? "")) {
        at += 1;
        character = line[at] ?? "";
      } else if (character === '"') {
        open = open < 0 ? at : -1;
        quoted = true;
        continue;
      } else if (open < 0 && /\s/.test(character)) {
        break;
      } else if (open < 0 && character === ",") {
        parts.push("");
        text += character;
        continue;
      }
      text += character;
      parts[parts.length - 1] += character;
    }
    if (open >= 0) faults.push({ start: open, end: line.length, message: "this quotation mark has no other end" });
    found.push({ text, parts, quoted, start, end: at });
  }
  return { pieces: found, faults };
}

const DURATION = /^(\d+)(m|h|d|w)$/;
const SECONDS: Record<string, number> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Milliseconds since 1970 of a day, a moment, or a duration before `now`; none if it is none of these. */
export function moment(text: string, now: number): number | undefined {
  const span = DURATION.exec(text);
  if (span) return now - Number(span[1]) * (SECONDS[span[2] ?? ""] ?? 0) * 1000;
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return undefined;
  const iso = text.length === 10 ? `${text}T00:00:00Z` : text.replace(" ", "T");
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(iso) ? iso : `${iso}Z`;
  const time = Date.parse(zoned);
  // A day that is not in its month rolls over in some parsers.
  if (Number.isNaN(time) || (text.length === 10 && new Date(time).toISOString().slice(0, 10) !== text)) return undefined;
  return time;
}

function isKey(name: string): name is Key {
  return Object.hasOwn(KEYS, name);
}

function nearest(name: string): string {
  const near = Object.keys(KEYS).find((key) => key.startsWith(name.slice(0, 2)));
  return near ? `did you mean ${near}:?` : `the names are ${Object.keys(KEYS).join(", ")}`;
}

function check(term: Term): string | undefined {
  const { key, op, values } = term;
  if (values.some((value) => value === "") && op !== "range") return `${key}: lacks its value`;
  if (key === "created") {
    const wrong = values.find((value) => value !== "" && moment(value, 0) === undefined);
    return wrong === undefined ? undefined : `${wrong} is no time: use 2026-11-01, 2026-11-01T12:00 or 24h`;
  }
  if (NUMBERS.has(key)) {
    const wrong = values.find((value) => value !== "" && !/^\d{1,15}$/.test(value));
    return wrong === undefined ? undefined : `${key}: takes a number, as in ${key}:>100`;
  }
  return op === "is" ? undefined : `${key}: takes no comparison`;
}

function term(piece: Piece): Term | Fault {
  const { start, end } = piece;
  const head = /^(-?)([a-z]+):/i.exec(piece.text);
  const name = head?.[2]?.toLowerCase() ?? "";
  // `a:b` inside quotes, or a URL, is text.
  if (!head || (piece.quoted && piece.text === piece.parts.join(",") && !isKey(name))) {
    const negated = piece.text.startsWith("-") && piece.text.length > 1;
    return { key: "text", negated, op: "is", values: [negated ? piece.text.slice(1) : piece.text], start, end };
  }
  if (!isKey(name)) return { start, end, message: `${name}: is no name of a search: ${nearest(name)}` };
  const prefix = head[0].length;
  let values = [...piece.parts];
  values[0] = (values[0] ?? "").slice(prefix);
  let op: Op = "is";
  const compared = /^(<=|>=|<|>)(.*)$/.exec(values[0] ?? "");
  const comparable = name === "created" || NUMBERS.has(name);
  if (compared && comparable) {
    op = compared[1] as Op;
    values = [compared[2] ?? ""];
  } else if (comparable && (values[0] ?? "").includes("..")) {
    op = "range";
    values = (values[0] ?? "").split("..", 2);
  }
  const made: Term = { key: name, negated: head[1] === "-", op, values, start, end };
  const message = check(made);
  return message ? { start, end, message } : made;
}

/** What `line` asks for. */
export function parse(line: string): Search {
  const split = pieces(line);
  const faults = [...split.faults];
  const terms: Term[] = [];
  for (const piece of split.pieces) {
    const made = term(piece);
    if ("message" in made) faults.push(made);
    else terms.push(made);
  }
  return { terms, faults };
}

/** A value as one writes it. */
export function quote(value: string): string {
  return /^[^\s",\\-][^\s",\\]*$/.test(value) && !/^(<|>)/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** A term as one writes it. */
export function write(key: Key, values: readonly string[], negated = false): string {
  return `${negated ? "-" : ""}${key}:${values.map(quote).join(",")}`;
}

/** `line` without its terms of `key`. */
export function without(line: string, key: Key): string {
  let left = line;
  for (const one of parse(line).terms.filter((one) => one.key === key && line.slice(one.start).match(/^-?[a-z]+:/i)).reverse()) {
    left = left.slice(0, one.start) + left.slice(one.end);
  }
  return left.replace(/\s+/g, " ").trim();
}

/** `line` with `text` as its only term of `key`. */
export function only(line: string, key: Key, text: string): string {
  return `${without(line, key)} ${text}`.trim();
}

/** `line` and one term more, unless it is there. */
export function narrowed(line: string, text: string): string {
  return ` ${line} `.includes(` ${text} `) ? line : `${line.trim()} ${text}`.trim();
}

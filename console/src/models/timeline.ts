// A session's statements as the API tells them, and what the panes make of them.
// Enters: the timeline's JSON. Leaves: parts of a text, who masked a cell. Never here: the list of moments (see outline), or the page.

import type { components } from "../api/schema";
import { count, plural } from "./time";

type Told = components["schemas"];

export type Marker = Told["Marker"];
export type EventRef = Told["EventRef"];
export type Note = Told["SessionNote"] & { entry: "note" };
export type Reason = Told["Reason"];
export type ColumnMask = Told["ColumnMask"];
export type Decision = Told["StatementDecision"];
export type Column = Told["GridColumn"];
export type Grid = Told["Grid"];
export type StatementResult = Told["StatementResult"];
/** Somebody, as an identity provider names them. */
export type Person = Told["Approver"];
/** The program that acts for a principal. */
export type Agent = Told["Agent"];
export type Approval = Told["StatementApproval"];
export type Request = Told["StatementRequest"];
/** A file that went to a stage or came from one. */
export type MovedFile = Told["MovedFile"];
export type Statement = Told["Statement"] & { entry: "statement" };
export type Entry = Told["SessionEntry"];
export type Timeline = Told["Timeline"];

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

// What a yes may cover, what it lets show, and where a statement stands that people were asked about.
// Enters: what the API says of a statement. Leaves: words. Never here: who may answer.

import type { components } from "../api/schema";
import type { Person } from "./timeline";
import { visibleLine } from "./visible";

type Told = components["schemas"];

export type Scope = "once" | "shape" | "session" | "break-glass";

/** What a yes may cover, in words; the policy says which of them a person may give, and for how long. */
export const SCOPES: { kind: Scope; words: string }[] = [
  { kind: "once", words: "This statement, once" },
  { kind: "shape", words: "Whatever differs from it in values only, as long as the policy allows" },
  { kind: "session", words: "Whatever this session asks of the same people, for an hour at most" },
  { kind: "break-glass", words: "An emergency: the session goes on on your word alone, and somebody else looks at it afterwards" },
];

/** One output column of a held statement. */
export type Output = Told["Output"];

/** What shows of a column's cells once people agreed, in words, and the tone of that. */
export function shows({ shown, rule }: Pick<Output, "shown" | "rule">): { words: string; kind: string } {
  const by = rule ? ` by ${rule}` : "";
  switch (shown) {
    case "clear":
      return { words: "as it is", kind: "plain" };
    case "detect":
      return { words: "as it is, but what detectors find", kind: "plain" };
    default:
      return { words: `${shown}${by}`, kind: "masked" };
  }
}

/** Where an output column comes from. */
export function comesFrom({ sources, sources_more = 0, unresolved }: Pick<Output, "sources" | "sources_more" | "unresolved">): string[] {
  const all = [...sources];
  if (sources_more > 0) all.push(`and ${sources_more} more`);
  if (unresolved) all.push("columns nobody knows");
  return all.length > 0 ? all : ["no column"];
}

/** How much a held statement would read, in words; none until a gateway says it. */
export function wouldRead(estimate: Told["Estimate"] | null): string | null {
  if (estimate === null) return null;
  const { bytes, partitions, partitions_total: all, unknown } = estimate;
  if (unknown !== null) return `How much it would read is not known: ${visibleLine(unknown)}.`;
  const parts: string[] = [];
  if (bytes !== null) parts.push(size(bytes));
  if (partitions !== null) parts.push(all === null ? `${partitions} partitions` : `${partitions} of ${all} partitions`);
  else if (all !== null) parts.push(`tables of ${all} partitions`);
  return parts.length > 0 ? `Reads at most ${parts.join(", ")}, as Snowflake's EXPLAIN estimates.` : null;
}

const size = (bytes: number) => {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const scaled = bytes / 1000 ** step;
  return `${step === 0 ? scaled : scaled.toFixed(1)} ${units[step]}`;
};

/** A statement like it that people answered before. */
export type Alike = Omit<Told["Alike"], "approval"> & { approval: "granted" | "denied" };

/** What was granted for more than one statement. */
export type Grant = Told["StandingGrant"];

/** What a grant covers, and how much of it is used. */
export function covers({ kind, used, uses, rows }: Pick<Grant, "kind" | "used" | "uses" | "rows">): string {
  const what = { shape: "what differs in values only", session: "what its session asks of the same people", "break-glass": "an emergency: what its session asks" }[kind];
  const times = uses === null ? `used ${used}×` : `used ${used} of ${uses}`;
  return `${what}; ${times}${rows === null ? "" : `, at most ${rows} rows each`}`;
}

/** Where a statement stands that people were asked about. */
export type Standing = Omit<Told["Looked"], "status" | "alike"> & { status: "pending" | "approved" | "denied" | "expired" | "canceled"; alike: Alike[] | null };

const said = ([by, note]: [Person, string]) => (note ? `${by.display} (${note})` : by.display);

/** Where it stands, in a sentence. */
export function stands({ status, ran, approved_by, denied_by }: Pick<Standing, "status" | "ran" | "approved_by" | "denied_by">): string {
  const yes = approved_by.map(said).join(", ");
  switch (status) {
    case "denied":
      return denied_by ? `It was answered already: denied by ${said(denied_by)}.` : "It was answered already: denied.";
    case "approved":
      return `It was answered already: granted by ${yes}${ran ? ", and it ran" : ""}.`;
    case "expired":
      return yes ? `It lapsed before it ran; ${yes} had granted it.` : "It lapsed before anybody answered.";
    case "canceled":
      return "Its agent gave it up.";
    case "pending":
      return yes ? `It waits for others; ${yes} granted it.` : "It waits for an answer.";
  }
}

/** What the desktop tells of statements that wait since the last look, and where a click on it leads; null where there are none. */
export function notice(fresh: readonly { statement_id: string; requester: Pick<Person, "display">; reasons: readonly string[] }[]): { title: string; body: string; to: string } | null {
  const first = fresh[0];
  if (!first) return null;
  // The desktop draws it, which knows nothing of where its words come from.
  if (fresh.length === 1) return { title: `${visibleLine(first.requester.display)} waits for an answer`, body: first.reasons.map(visibleLine).join("; "), to: `/approvals?id=${encodeURIComponent(first.statement_id)}` };
  const names = [...new Set(fresh.map((one) => visibleLine(one.requester.display)))];
  return { title: `${fresh.length} statements wait for an answer`, body: `of ${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`, to: "/approvals" };
}

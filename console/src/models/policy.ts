// The policy in force, what it says to a statement, and what a backtest found, as the API tells them.
// Enters: JSON. Leaves: the rules that a search leaves. Never here: a decision.

export interface Rule {
  id: string;
  file: string;
  line: number;
  effect: "permit" | "block" | "hold" | "mask";
  reason: string;
  approvers: string[];
  text: string;
}

export interface Policy {
  hash: string;
  catalog: string;
  rules: Rule[];
  warnings: string[];
  /** What statements may run through. */
  connections: string[];
}

export interface Explained {
  verdict: "allow" | "mask" | "hold" | "deny";
  reasons: { rule: string; text: string; span_start: number | null; span_end: number | null }[];
  reads: string[];
  writes: string[];
  flags: string[];
  rules: string[];
  statements: { kind: string; mask_all: boolean; columns: { ordinal: number; name: string; sources: string[]; shown: string; rule: string | null }[] | null }[];
}

export interface Example {
  time: number;
  statement: string;
  session: string;
  principal: string;
  text: string;
  was: string;
  now?: string;
  reasons?: string[];
}

export interface Blamed {
  statements: number;
  examples: Example[];
}

export interface Report {
  statements: number;
  same: number;
  other_rules: number;
  changed: number;
  not_decided: number;
  changes: { change: string; statements: number; were: Record<string, number>; principals: Record<string, number>; rules_now: Record<string, Blamed>; rules_before: Record<string, Blamed> }[];
  lacks: { lack: string; why: string; statements: number; examples: Example[] }[];
}

export const CHANGES: Record<string, { title: string; tone: string }> = {
  denied: { title: "newly denied", tone: "denied" },
  held: { title: "newly held", tone: "held" },
  masked: { title: "newly masked", tone: "masked" },
  allowed: { title: "newly allowed", tone: "allowed" },
  masked_otherwise: { title: "masked otherwise", tone: "masked" },
};

export const EFFECTS: Record<Rule["effect"], string> = { permit: "allow", block: "deny", hold: "hold", mask: "mask" };

/** Rules that say all of `words`, wherever. */
export function found(rules: Rule[], words: string): Rule[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const said = (rule: Rule) => `${rule.id} ${rule.effect} ${rule.reason} ${rule.file} ${rule.text} ${rule.approvers.join(" ")}`.toLowerCase();
  return rules.filter((rule) => wanted.every((word) => said(rule).includes(word)));
}

/** The largest first, with how many there are beyond `most`. */
export function largest(counts: Record<string, number>, most: number): { shown: [string, number][]; more: number } {
  const sorted = Object.entries(counts).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  return { shown: sorted.slice(0, most), more: Math.max(0, sorted.length - most) };
}

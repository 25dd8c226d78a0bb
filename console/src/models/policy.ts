// The policy in force, what it says to a statement, and what a backtest found, as the API tells them.
// Enters: JSON. Leaves: the rules that a search leaves, words, SQL for what was not decided. Never here: a decision.

import type { components } from "../api/schema";
import { literal } from "./search-sql";
import { count } from "./time";

type Told = components["schemas"];

export type Rule = Omit<Told["RuleTold"], "effect"> & { effect: "permit" | "block" | "hold" | "mask" };
export type Policy = Omit<Told["RulesTold"], "rules"> & { rules: Rule[] };
export type Explained = Told["Explained"];

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
  /** Of those decided again, how many were decided on another catalog then. */
  other_catalog: number;
  changes: { change: string; statements: number; other_catalog: number; were: Record<string, number>; principals: Record<string, number>; rules_now: Record<string, Blamed>; rules_before: Record<string, Blamed> }[];
  lacks: { lack: string; why: string; statements: number; examples: Example[]; named: { time: number; statement: string; session: string }[] }[];
}

/** Statements of a link, so that its address is one that every server takes. */
const LINKED_MAX = 60;

/** SQL for the statements that were not decided for one reason, as far as they are named and an address holds them. */
export function lackSql(named: readonly { statement: string }[]): string {
  const ids = named.slice(0, LINKED_MAX).map(({ statement }) => literal(statement));
  return `select time, principal, verdict, text, session_id, statement_id from statements where statement_id in (${ids.join(", ")}) order by time`;
}

/** What the report says besides its numbers: what is the same by other rules, what the catalog may have done. */
export function besides(report: Pick<Report, "other_rules" | "other_catalog">): string[] {
  const said = [];
  if (report.other_rules > 0) said.push(`${count(report.other_rules)} of the same are so by other rules.`);
  if (report.other_catalog > 0) said.push(`${count(report.other_catalog)} were decided on another catalog then: what changes of these may be the catalog's doing.`);
  return said;
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

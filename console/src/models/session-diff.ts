// Two sessions held against each other, as the API tells it, and its lines.
// Enters: the diff's JSON. Leaves: what is otherwise in words, before and after. Never here: the page.

import type { components } from "../api/schema";

type Told = components["schemas"];

export type Standing = Told["DiffStanding"];
export type Place = Told["DiffPlace"];
export type Aspect = Told["DiffAspect"];
export type Pair = Told["DiffPair"];
export type SessionDiff = Told["SessionDiff"];

const NAMES: Record<Aspect["aspect"], string> = {
  text: "asked", verdict: "verdict", outcome: "outcome", rules: "rules", masks: "masks", masked_cells: "masked cells",
  columns: "columns", rows: "rows", values: "values", error: "error",
};

function word(value: string | string[] | number | null): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return "none";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** What is otherwise, a line each. */
export function lines(aspects: Aspect[]): { name: string; before: string; after: string }[] {
  return aspects.map((one) =>
    one.aspect === "values"
      ? { name: NAMES.values, before: `${one.only_before} rows only here`, after: `${one.only_after} rows only here` }
      : { name: NAMES[one.aspect], before: word(one.before), after: word(one.after) },
  );
}

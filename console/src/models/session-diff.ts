// Two sessions held against each other, as the API tells it, and its lines.
// Enters: the diff's JSON. Leaves: what is otherwise in words, before and after. Never here: the page.

export type Standing = "same" | "changed" | "added" | "missing";

export interface Side {
  session: string;
  principal: string;
  start: number;
  statements: number;
}

export interface Place {
  statement: string;
  number: number;
  text: string;
}

export type Aspect =
  | { aspect: "text" | "outcome"; before: string; after: string }
  | { aspect: "verdict" | "error"; before: string | null; after: string | null }
  | { aspect: "rules" | "masks" | "columns"; before: string[]; after: string[] }
  | { aspect: "masked_cells" | "rows"; before: number; after: number }
  | { aspect: "values"; only_before: number; only_after: number };

export interface Pair {
  standing: Standing;
  before?: Place;
  after?: Place;
  aspects?: Aspect[];
}

export interface SessionDiff {
  before: Side;
  after: Side;
  same: number;
  changed: number;
  added: number;
  missing: number;
  statements: Pair[];
}

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

// Which columns of an answer make a chart, and the numbers of it.
// Enters: columns and rows as the API gives them. Leaves: names of axes, lists of numbers by the first. Never here: a drawing, or a number that
// is not in a cell.

export interface Column {
  name: string;
  type: string;
}

/** What can be drawn: along what, and which columns over it. */
export interface Axes {
  /** Columns that can be gone along: times first, then numbers. The number of the row can always. */
  along: number[];
  /** Columns of numbers. */
  over: number[];
}

/** Lines of a chart are at most so many: more cannot be told apart. */
export const LINES_MAX = 6;

const isTime = (column: Column) => column.type === "timestamp" || column.type === "date";
const isNumber = (column: Column) => column.type === "bigint" || column.type === "double" || column.type.startsWith("decimal");

/** What of these columns can be drawn; null where none of them is a number. */
export function axesOf(columns: readonly Column[]): Axes | null {
  const places = columns.map((_, place) => place);
  const of = (wanted: (column: Column) => boolean) => places.filter((place) => wanted(columns[place] as Column));
  const over = of(isNumber);
  if (over.length === 0) return null;
  return { along: [...of(isTime), ...over], over };
}

/** The axis a chart begins with: a time where there is one, else the row's number (-1). */
export function firstAlong(columns: readonly Column[], axes: Axes): number {
  const first = axes.along[0];
  return first !== undefined && isTime(columns[first] as Column) ? first : -1;
}

/** A cell as a number: a time as seconds since 1970; null where it is none. */
export function numberOf(column: Column | undefined, cell: unknown): number | null {
  if (cell === null || cell === undefined || typeof cell === "boolean" || typeof cell === "object") return null;
  const text = String(cell);
  const value = column && isTime(column) ? Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) || !text.includes("T") ? text : `${text}Z`) / 1000 : text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** The rows as lists of numbers, the first ascending; rows without a place along it are left out. */
export function seriesOf(columns: readonly Column[], rows: readonly (readonly unknown[])[], along: number, over: readonly number[]): (number | null)[][] {
  const at = (row: readonly unknown[], number: number) => (along < 0 ? number + 1 : numberOf(columns[along], row[along]));
  const placed = rows.flatMap((row, number) => {
    const x = at(row, number);
    return x === null ? [] : [{ x, row }];
  });
  placed.sort((one, other) => one.x - other.x);
  return [placed.map((one) => one.x), ...over.map((place) => placed.map(({ row }) => numberOf(columns[place], row[place])))];
}

/** A chart in a sentence, for who does not see it. */
export function told(columns: readonly Column[], series: readonly (readonly (number | null)[])[], along: number, over: readonly number[]): string {
  const name = along < 0 ? "row" : (columns[along]?.name ?? "");
  const lines = over.map((place, line) => {
    let [least, most] = [Infinity, -Infinity];
    for (const value of series[line + 1] ?? []) if (value !== null) [least, most] = [Math.min(least, value), Math.max(most, value)];
    return `${columns[place]?.name ?? ""} ${least <= most ? `from ${least} to ${most}` : "without a number"}`;
  });
  return `Chart of ${lines.join(", ")} by ${name}, ${series[0]?.length ?? 0} points.`;
}

// A cell of what a statement was answered, as the address names it: `row.column`, with the result before them where it is not the first.
// Enters: text of the address, a cell. Leaves: the other. Never here: whether there is such a cell.

export interface Cell {
  /** Which result of a multi-statement, from 0. */
  result: number;
  row: number;
  column: number;
}

export function readCell(text: string | null): Cell | null {
  const found = /^(?:(\d{1,6})\.)?(\d{1,9})\.(\d{1,6})$/.exec(text ?? "");
  return found ? { result: Number(found[1] ?? 0), row: Number(found[2]), column: Number(found[3]) } : null;
}

export function writeCell({ result, row, column }: Cell): string {
  return `${result > 0 ? `${result}.` : ""}${row}.${column}`;
}

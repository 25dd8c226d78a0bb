// Rows as CSV that a spreadsheet reads as text: RFC 4180, and nothing a spreadsheet would run.
// Enters: heads and cells. Leaves: one text. Never here: a cell that begins a formula.

export type Cell = string | number | boolean | null | undefined | object;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** One cell. What Excel, LibreOffice or Sheets would take for a formula (OWASP: CSV injection) gets an apostrophe before it. */
export function field(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  let text = typeof cell === "object" ? JSON.stringify(cell) : String(cell);
  // Spreadsheets look past leading blanks and full-width signs too.
  if (/^[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/.test(text) || /^[\t\r]/.test(text)) {
    if (!NUMBER.test(text)) text = `'${text}`;
  }
  return /[",\r\n;]|^\s|\s$/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Rows of a table, CRLF after each. */
export function lines(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** A whole table, heads first. */
export function csv(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return lines([heads, ...rows]);
}

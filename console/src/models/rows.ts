// Which rows of a long list are looked at.
// Enters: how far it is scrolled. Leaves: a window on it. Never here: the list itself.

/** Rows of which some are here. */
export interface Rowset {
  readonly length: number;
  /** A row; undefined while it is not here. */
  at: (row: number) => readonly unknown[] | undefined;
  /** Rows by which columns are as wide as they are. */
  readonly sample: readonly (readonly unknown[])[];
  /** Somebody looks at these rows. */
  want?: (from: number, to: number) => void;
}

/** Rows that are all here. */
export function fixed(rows: readonly (readonly unknown[])[]): Rowset {
  return { length: rows.length, at: (row) => rows[row], sample: rows };
}

/** Which pages of `size` rows hold those between `from` and `to`. */
export function pagesOf(from: number, to: number, size: number): number[] {
  if (to <= from) return [];
  const first = Math.floor(from / size);
  return Array.from({ length: Math.floor((to - 1) / size) - first + 1 }, (_, page) => first + page);
}

export interface Window {
  from: number;
  to: number;
}

/** Rows of `height` pixels that show between `top` and `top + room`, and some around them. */
export function windowOf(total: number, height: number, top: number, room: number, around = 12): Window {
  const from = Math.max(0, Math.min(Math.floor(top / height) - around, total));
  const to = Math.max(from, Math.min(Math.ceil((top + room) / height) + around, total));
  return { from, to };
}

/** Where to scroll so that `row` shows; `top` if it does. */
export function revealed(row: number, height: number, top: number, room: number): number {
  if (row * height < top) return row * height;
  return (row + 1) * height > top + room ? (row + 1) * height - room : top;
}

/** Characters a column needs, by its head and its first cells, within bounds. */
export function widths(heads: readonly string[], rows: readonly (readonly unknown[])[], sample = 200, min = 4, max = 48): number[] {
  return heads.map((head, column) => {
    let most = head.length + 4;
    for (const row of rows.slice(0, sample)) {
      const cell = row[column];
      const text = cell === null || cell === undefined ? "NULL" : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
      most = Math.max(most, Math.min(text.length, max));
    }
    return Math.min(Math.max(most, min), max);
  });
}

// Rows of a recorded result, fetched as somebody looks at them.
// Enters: a result with its first rows, which rows are looked at. Leaves: rows. Never here: a result whole; pages nobody looks at any more go.

import { get } from "../api/client";
import { pagesOf, type Rowset } from "../models/rows";
import type { StatementResult } from "../models/timeline";

type Row = (string | null)[];
interface Page {
  total: number;
  rows: Row[];
}

/** Rows of a page. */
const PAGE = 500;
/** Pages kept beside the first rows. */
const KEPT = 24;
/** Rows of a page that is taken away as a file. */
const TAKEN = 5_000;

export class PagedRows implements Rowset {
  length = $state(0);
  error = $state.raw<unknown>(null);
  readonly sample: readonly Row[];
  private pages = $state.raw<ReadonlyMap<number, Row[]>>(new Map());
  private asked = new Set<number>();
  private looked: [number, number] = [0, 0];

  constructor(
    private session: string,
    private statement: string,
    private result: StatementResult,
  ) {
    const { rows, holes } = result.grid;
    this.sample = rows;
    this.length = rows.length + holes.filter((hole) => hole.why === "cut").reduce((sum, hole) => sum + hole.rows, 0);
  }

  at = (row: number): Row | undefined => this.sample[row] ?? this.pages.get(Math.floor(row / PAGE))?.[row % PAGE];

  want = (from: number, to: number) => {
    this.looked = [from, to];
    for (const page of pagesOf(Math.max(from, this.sample.length), Math.min(to, this.length), PAGE)) {
      if (!this.pages.has(page) && !this.asked.has(page)) void this.fetch(page);
    }
  };

  again() {
    this.error = null;
    this.want(...this.looked);
  }

  private async fetch(page: number) {
    this.asked.add(page);
    try {
      const { rows, total } = await this.ask(page * PAGE, PAGE);
      const kept = [...this.pages.entries(), [page, rows] as const];
      this.pages = new Map(kept.slice(-KEPT));
      if (total !== this.length) this.length = total;
    } catch (failed) {
      this.error = failed;
    } finally {
      this.asked.delete(page);
    }
  }

  private ask(from: number, limit: number, signal?: AbortSignal): Promise<Page> {
    return get<Page>(`/api/sessions/${encodeURIComponent(this.session)}/rows?statement=${encodeURIComponent(this.statement)}&result=${this.result.result}&from=${from}&limit=${limit}`, signal);
  }

  /** Every row, some at a time. */
  async *all(signal: AbortSignal): AsyncGenerator<Row[]> {
    if (this.sample.length >= this.length) {
      yield [...this.sample];
      return;
    }
    for (let from = 0, total = 1; from < total; from += TAKEN) {
      const page = await this.ask(from, TAKEN, signal);
      total = page.total;
      yield page.rows;
    }
  }
}

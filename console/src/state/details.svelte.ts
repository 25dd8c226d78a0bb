// Statements of a session with what they were answered, fetched as somebody looks at them.
// Enters: which is looked at, and which come next. Leaves: statements. Never here: the whole session; those nobody looks at any more go.

import { get } from "../api/client";
import type { Statement } from "../models/timeline";

/** Statements kept. */
const KEPT = 200;
/** Statements fetched ahead at once. */
const AHEAD = 12;
/** How long until those that come next are fetched, milliseconds: whoever hurries on does not want them. */
const REST_MS = 150;

export class Details {
  error = $state.raw<unknown>(null);
  private kept = $state.raw<ReadonlyMap<string, Statement>>(new Map());
  private asking: AbortController | null = null;
  private rest: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private session: string,
    private start: () => number | undefined,
  ) {}

  of(statement: string): Statement | null {
    return this.kept.get(statement) ?? null;
  }

  /** `statement` is looked at, `next` may come after it. */
  want(statement: string, next: string[]) {
    clearTimeout(this.rest);
    this.asking?.abort();
    this.error = null;
    const ahead = () => {
      const missing = next.filter((one) => !this.kept.has(one)).slice(0, AHEAD);
      if (missing.length > 0) void this.fetch(missing, false);
    };
    if (this.kept.has(statement)) this.rest = setTimeout(ahead, REST_MS);
    else void this.fetch([statement], true).then((done) => done && (this.rest = setTimeout(ahead, REST_MS)));
  }

  /** What was said of these may be other now. */
  forget(statements: Iterable<string>) {
    const kept = new Map(this.kept);
    for (const one of statements) kept.delete(one);
    this.kept = kept;
  }

  stop() {
    clearTimeout(this.rest);
    this.asking?.abort();
  }

  private async fetch(ids: string[], shown: boolean): Promise<boolean> {
    const mine = (this.asking = new AbortController());
    const start = this.start();
    try {
      const path = `/api/sessions/${encodeURIComponent(this.session)}/statements?ids=${ids.join(",")}${start === undefined ? "" : `&start=${start}`}`;
      const { entries } = await get<{ entries: Statement[] }>(path, mine.signal);
      const kept = [...this.kept.entries(), ...entries.map((one) => [one.statement, one] as const)];
      this.kept = new Map(kept.slice(-KEPT));
      return true;
    } catch (failed) {
      if (shown && !mine.signal.aborted) this.error = failed;
      return false;
    }
  }
}

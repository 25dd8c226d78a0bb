// Words searched for inside a session, by the server: the page does not have what the statements were answered.
// Enters: words. Leaves: the statements in which they stand. Never here: a search per letter; whoever types is waited for.

import { get } from "../api/client";

/** How long nothing is typed until it is searched, milliseconds. */
const REST_MS = 250;

export class Finder {
  found = $state.raw<ReadonlySet<string>>(new Set());
  looking = $state(false);
  failed = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | null = null;

  constructor(private session: string) {}

  look(words: string) {
    this.stop();
    this.found = new Set();
    this.failed = false;
    this.looking = words !== "";
    if (words) this.timer = setTimeout(() => void this.ask(words), REST_MS);
  }

  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  private async ask(words: string) {
    const mine = (this.asking = new AbortController());
    try {
      const { statements } = await get<{ statements: string[] }>(`/api/sessions/${encodeURIComponent(this.session)}/find?words=${encodeURIComponent(words)}`, mine.signal);
      this.found = new Set(statements);
    } catch {
      this.failed = !mine.signal.aborted;
    } finally {
      if (this.asking === mine) this.looking = false;
    }
  }
}

// What moves, as the server tells it: one stream for the whole page, taken up again by event id where it broke off.
// Enters: `GET /api/live`. Leaves: calls to whoever listens. Never here: what happened; listeners ask the API for that, each at its own pace.

export interface Moved {
  /** Sessions of which something was recorded. */
  sessions: string[];
  /** Something about approvals moved. */
  approvals: boolean;
  /** More moved than can be told, or nobody knows: ask for everything. */
  all: boolean;
}

/** A stream that was refused is tried again after this, milliseconds; one that ended, the browser takes up by itself. */
const AGAIN_MS = 30_000;

class Live {
  on = $state(false);
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** A stream was closed for good: the next one begins at its own moment, and nobody tells what moved in between. */
  private lost = false;
  private listeners = new Set<(moved: Moved) => void>();

  start() {
    if (this.source) return;
    const source = (this.source = new EventSource("/api/live"));
    source.onopen = () => {
      this.on = true;
      // What was held between the last question and this moment is told by nobody, and while there is a stream nobody polls.
      this.tell({ sessions: [], approvals: true, all: this.lost });
      this.lost = false;
    };
    source.onerror = () => {
      this.on = false;
      if (source.readyState !== EventSource.CLOSED) return;
      this.stop();
      this.lost = true;
      this.timer = setTimeout(() => this.start(), AGAIN_MS);
    };
    source.addEventListener("moved", (event) => {
      this.tell(JSON.parse((event as MessageEvent<string>).data) as Moved);
    });
  }

  private tell(moved: Moved) {
    for (const listener of this.listeners) listener(moved);
  }

  stop() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.on = false;
  }

  /** Calls `listener` until the answer is called. */
  hear(listener: (moved: Moved) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export const live = new Live();

/** Calls `action` at once, then at most every `ms`: calls meanwhile become one at the end of it. */
export function paced(ms: number, action: () => void): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const call = () => {
    if (timer !== undefined) {
      again = true;
      return;
    }
    action();
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        call();
      }
    }, ms);
  };
  return { call, stop: () => clearTimeout(timer) };
}

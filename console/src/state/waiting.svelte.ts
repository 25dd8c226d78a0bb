// How many statements wait for people, for the rail: asked when the server says that something moved.
// Enters: the list of approvals. Leaves: the list, its count, a notification when there is something new, which leads to it. Never here: an answer.

import { get } from "../api/client";
import type { components } from "../api/schema";
import { notice } from "../models/approval";
import { route } from "./route.svelte";

/** One that waits, and what its reader may give besides it. */
export type Waiting = components["schemas"]["Shown"];

/** Without a stream that tells, what waits is asked for this often, milliseconds: each time is an event of the record. */
export const POLL_MS = 30_000;

class List {
  list = $state<Waiting[]>([]);
  asked = $state(false);
  error = $state<unknown>(null);
  count = $derived(this.list.length);
  /** The question asked last: an answer to an earlier one that comes after it would bring back what was answered meanwhile. */
  private last = 0;

  async ask() {
    const mine = ++this.last;
    try {
      const { approvals } = await get<{ approvals: Waiting[] }>("/api/approvals");
      if (mine !== this.last) return;
      if (this.asked) this.tell(approvals.filter((one) => !this.list.some((known) => known.statement_id === one.statement_id)));
      this.list = approvals;
      this.error = null;
    } catch (error) {
      if (mine !== this.last) return;
      this.error = error;
    }
    this.asked = true;
  }

  /** One that was answered for good waits no longer, whenever the list comes. */
  drop(statement: string) {
    this.list = this.list.filter((one) => one.statement_id !== statement);
  }

  private tell(fresh: Waiting[]) {
    const told = notice(fresh);
    if (!told || typeof Notification === "undefined" || Notification.permission !== "granted" || document.visibilityState === "visible") return;
    const shown = new Notification(told.title, { body: told.body, tag: fresh[0]?.statement_id ?? told.to });
    shown.onclick = () => {
      window.focus();
      route.go(told.to);
      shown.close();
    };
  }
}

export const waiting = new List();

// Who is signed in, and what there is for them: the server's word, never the page's.

import { me, onSignedOut, signOut, type Me } from "../api/client";

class Who {
  state = $state<"asking" | "nobody" | "signed-in" | "unreachable">("asking");
  me = $state<Me | null>(null);

  constructor() {
    onSignedOut(() => {
      this.me = null;
      this.state = "nobody";
    });
  }

  async ask() {
    try {
      this.me = await me();
      this.state = this.me ? "signed-in" : "nobody";
    } catch {
      this.state = "unreachable";
    }
  }

  /** How far the matrix lets this person go; none where it does not. */
  may(action: string): string | null {
    return this.me?.may.find((one) => one.action === action)?.scope ?? null;
  }

  async leave() {
    await signOut();
    this.me = null;
    this.state = "nobody";
  }
}

export const who = new Who();

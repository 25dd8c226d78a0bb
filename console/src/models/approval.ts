// What a yes may cover, and where a statement stands that people were asked about.
// Enters: what the API says of a statement. Leaves: words. Never here: who may answer.

import type { Person } from "./timeline";

export type Scope = "once" | "shape" | "session" | "break-glass";

/** What a yes may cover, in words; the policy says which of them a person may give, and for how long. */
export const SCOPES: { kind: Scope; words: string }[] = [
  { kind: "once", words: "This statement, once" },
  { kind: "shape", words: "Whatever differs from it in values only, as long as the policy allows" },
  { kind: "session", words: "Whatever this session asks of the same people, for an hour at most" },
  { kind: "break-glass", words: "An emergency: the session goes on on your word alone, and somebody else looks at it afterwards" },
];

export interface Standing {
  statement_id: string;
  session_id: string;
  status: "pending" | "approved" | "denied" | "expired" | "canceled";
  ran: boolean;
  approved_by: [Person, string][];
  denied_by: [Person, string] | null;
}

const said = ([by, note]: [Person, string]) => (note ? `${by.display} (${note})` : by.display);

/** Where it stands, in a sentence. */
export function stands({ status, ran, approved_by, denied_by }: Pick<Standing, "status" | "ran" | "approved_by" | "denied_by">): string {
  const yes = approved_by.map(said).join(", ");
  switch (status) {
    case "denied":
      return denied_by ? `It was answered already: denied by ${said(denied_by)}.` : "It was answered already: denied.";
    case "approved":
      return `It was answered already: granted by ${yes}${ran ? ", and it ran" : ""}.`;
    case "expired":
      return yes ? `It lapsed before it ran; ${yes} had granted it.` : "It lapsed before anybody answered.";
    case "canceled":
      return "Its agent gave it up.";
    case "pending":
      return yes ? `It waits for others; ${yes} granted it.` : "It waits for an answer.";
  }
}

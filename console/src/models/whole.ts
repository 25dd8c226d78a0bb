// Whether a session is here as it was recorded, as far as a list can tell.
// Enters: what is missing of it, when the record was last found whole. Leaves: a mark and its words. Never here: a hash; a verification recomputes those.

import { plural, stamp, type Zone } from "./time";

/** What is asked about sessions besides what the list shows. */
export interface Detail {
  session_id: string;
  /** Numbers that are missing in what each run recorded of it. */
  missing: number;
  wait_ms: number | null;
  /** When the last verification ended, where it found nothing. */
  verified: string | null;
}

export interface Mark {
  kind: "broken" | "dense" | "verified";
  words: string;
}

/** The mark of a session whose last event was at `last`. */
export function mark(detail: Pick<Detail, "missing" | "verified">, last: number, zone: Zone): Mark {
  if (detail.missing > 0) return { kind: "broken", words: `${plural(detail.missing, "event")} missing` };
  const verified = detail.verified === null ? NaN : Date.parse(detail.verified);
  if (verified > last) return { kind: "verified", words: `no event is missing; the record was found whole at ${stamp(verified, zone)}, after the last event here` };
  return { kind: "dense", words: "no event is missing; not verified since the last event here" };
}

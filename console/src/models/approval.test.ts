import { describe, expect, it } from "vitest";
import { stands, type Standing } from "./approval";

const olga = { issuer: "i", subject: "olga", display: "Olga", groups: [] };

describe("stands", () => {
  const cases: [Partial<Standing>, string][] = [
    [{ status: "approved", approved_by: [[olga, "ticket 7"]], ran: true }, "It was answered already: granted by Olga (ticket 7), and it ran."],
    [{ status: "approved", approved_by: [[olga, ""]] }, "It was answered already: granted by Olga."],
    [{ status: "denied", denied_by: [olga, "no"] }, "It was answered already: denied by Olga (no)."],
    [{ status: "expired" }, "It lapsed before anybody answered."],
    [{ status: "expired", approved_by: [[olga, ""]] }, "It lapsed before it ran; Olga had granted it."],
    [{ status: "canceled" }, "Its agent gave it up."],
    [{ status: "pending" }, "It waits for an answer."],
    [{ status: "pending", approved_by: [[olga, ""]] }, "It waits for others; Olga granted it."],
  ];
  it.each(cases)("%o", (one, want) => {
    const nothing = { ran: false, approved_by: [], denied_by: null };
    expect(stands({ ...nothing, ...one } as Standing)).toBe(want);
  });
});

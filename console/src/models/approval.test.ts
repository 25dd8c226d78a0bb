import { describe, expect, it } from "vitest";
import { comesFrom, covers, notice, shows, stands, wouldRead, type Standing } from "./approval";

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

describe("what a grant shows", () => {
  it.each([
    [{ shown: "clear", rule: null }, "as it is", "plain"],
    [{ shown: "detect", rule: null }, "as it is, but what detectors find", "plain"],
    [{ shown: "redact", rule: "mask-pii" }, "redact by mask-pii", "masked"],
    [{ shown: "redact", rule: null }, "redact", "masked"],
  ])("%o", (one, words, kind) => expect(shows(one)).toEqual({ words, kind }));
  it("says what it does not know", () => {
    expect(comesFrom({ sources: ["A.B.C.D"], sources_more: 3, unresolved: true })).toEqual(["A.B.C.D", "and 3 more", "columns nobody knows"]);
    expect(comesFrom({ sources: [], unresolved: false })).toEqual(["no column"]);
  });
});

describe("how much it would read", () => {
  const estimate = { bytes: null, partitions: null, partitions_total: null, unknown: null };
  it.each([
    [{ bytes: 7_340_032, partitions: 3, partitions_total: 120 }, "Reads at most 7.3 MB, 3 of 120 partitions, as Snowflake's EXPLAIN estimates."],
    [{ bytes: 999 }, "Reads at most 999 B, as Snowflake's EXPLAIN estimates."],
    [{ bytes: 0, partitions: 0 }, "Reads at most 0 B, 0 partitions, as Snowflake's EXPLAIN estimates."],
    [{ partitions_total: 2 }, "Reads at most tables of 2 partitions, as Snowflake's EXPLAIN estimates."],
    [{ unknown: "not asked: its session moved" }, "How much it would read is not known: not asked: its session moved."],
    [{}, null],
  ])("%o", (one, words) => expect(wouldRead({ ...estimate, ...one })).toBe(words));
  it("says nothing before a gateway does", () => expect(wouldRead(null)).toBe(null));
});

describe("what a grant covers", () => {
  it.each([
    [{ kind: "shape", used: 2, uses: 20, rows: 100 }, "what differs in values only; used 2 of 20, at most 100 rows each"],
    [{ kind: "break-glass", used: 1, uses: null, rows: null }, "an emergency: what its session asks; used 1×"],
  ] as const)("%o", (one, words) => expect(covers(one)).toBe(words));
});

describe("what the desktop tells", () => {
  const one = (id: string, display: string, reasons = ["writes need a second pair of eyes"]) => ({ statement_id: id, requester: { display }, reasons });
  it.each([
    [[], null],
    [[one("7", "agent-7", ["a", "b\n"])], { title: "agent-7 waits for an answer", body: "a; b\u21b5", to: "/approvals?id=7" }],
    [[one("7", "<b>\u202e")], { title: "<b>\u27e8U+202E\u27e9 waits for an answer", body: "writes need a second pair of eyes", to: "/approvals?id=7" }],
    [[one("1", "a"), one("2", "a"), one("3", "b\u001b")], { title: "3 statements wait for an answer", body: "of a, b\u27e8U+001B\u27e9", to: "/approvals" }],
    [["a", "b", "c", "d", "e"].map((name) => one(name, name)), { title: "5 statements wait for an answer", body: "of a, b, c and 2 more", to: "/approvals" }],
  ])("%j", (fresh, told) => expect(notice(fresh)).toEqual(told));
});

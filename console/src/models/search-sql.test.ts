import { expect, test } from "vitest";
import { parse } from "./qualifiers";
import { detailsSql, sessionsSql } from "./search-sql";

const NOW = Date.parse("2026-11-10T00:00:00Z");
const of = (line: string) => sessionsSql(parse(line).terms, NOW, 5);
const where = (line: string) => /WHERE ([\s\S]*?)\n(?:ORDER|  GROUP)/.exec(of(line))?.[1]?.replace(/\s+/g, " ");

test("nothing asked is everything", () => {
  expect(of("")).not.toContain("WHERE");
  expect(of("")).toContain("FROM sessions\nORDER BY opened DESC");
});

test.each([
  ["actor:Ana", "(contains(lower(coalesce(principal, '')), 'ana') OR contains(lower(coalesce(principal_subject, '')), 'ana'))"],
  ["state:open,closed", "(coalesce(state, '') IN ('open', 'closed'))"],
  ["created:>2026-11-01", "(opened > TIMESTAMP '2026-11-01T00:00:00.000Z')"],
  ["created:24h", "(opened >= TIMESTAMP '2026-11-09T00:00:00.000Z')"],
  ["created:2026-11-01", "(opened >= TIMESTAMP '2026-11-01T00:00:00.000Z' AND opened < TIMESTAMP '2026-11-02T00:00:00.000Z')"],
  ["created:2026-11-01..", "(opened >= TIMESTAMP '2026-11-01T00:00:00.000Z')"],
  ["-connection:shop", "NOT coalesce((coalesce(connection, '') IN ('shop')), false)"],
  ["table:orders -verdict:allow", "(touches(tables, 'orders')) AND NOT coalesce((coalesce(verdict, '') IN ('allow')), false)"],
  ["rows:>10", "(coalesce(rows, 0) > 10)"],
  ["rows:5..9", "(coalesce(rows, 0) >= 5 AND coalesce(rows, 0) <= 9)"],
])("%s", (line, sql) => expect(where(line)).toBe(sql));

test.each(["'", "''", "x' OR true --", "\\'; drop", "%_", "</script>"])("%j stays inside its literal", (value) => {
  const sql = of(`text:"${value.replace(/\\/g, "\\\\")}" actor:"${value.replace(/\\/g, "\\\\")}"`);
  // Outside of literals, as SQL reads them, nothing of the value is left.
  const outside = sql.replace(/'(?:[^']|'')*'/g, "?");
  expect(outside).not.toContain("'");
  for (const word of ["drop", "OR true", "script"]) expect(outside).not.toContain(word);
});

test("terms of statements ask for one statement, which comes along", () => {
  const sql = of("table:ORDERS text:refund actor:ana");
  expect(sql).toContain("hit_statement");
  expect(sql.indexOf("touches")).toBeLessThan(sql.indexOf("principal_subject"));
});

test("a page begins after the last one's last session", () => {
  const sql = sessionsSql(parse("state:open").terms, NOW, 5, { opened: "2026-11-01T00:00:00.000001Z", session_id: "0198-a" });
  expect(sql.replace(/\s+/g, " ")).toContain("AND (opened < TIMESTAMP '2026-11-01T00:00:00.000001Z' OR (opened = TIMESTAMP '2026-11-01T00:00:00.000001Z' AND session_id > '0198-a'))");
});

test("only sessions with something held are asked how long they waited", () => {
  expect(detailsSql(["a", "b'"], [])).not.toContain("statements");
  expect(detailsSql(["a", "b'"], [])).toContain("IN ('a', 'b''')");
  expect(detailsSql(["a", "b"], ["b"])).toContain("FROM statements WHERE session_id IN ('b')");
});

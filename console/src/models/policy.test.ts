import { expect, test } from "vitest";
import { besides, found, lackSql, largest, type Rule } from "./policy";

const rule = (id: string, effect: Rule["effect"], text: string): Rule => ({ id, effect, text, file: "a.cedar", line: 1, reason: "", approvers: [] });

test("rules are found by every word", () => {
  const rules = [rule("block-ddl", "block", "forbid ddl"), rule("mask-pii", "mask", "forbid unmask PII")];
  expect(found(rules, "").length).toBe(2);
  expect(found(rules, "forbid pii").map((one) => one.id)).toEqual(["mask-pii"]);
  expect(found(rules, "block mask")).toEqual([]);
});

test("the largest counts come first", () => {
  expect(largest({ a: 1, b: 3, c: 3 }, 2)).toEqual({ shown: [["b", 3], ["c", 3]], more: 1 });
});

test("what was not decided is asked of the record by its ids, as many as an address holds", () => {
  expect(lackSql([{ statement: "a" }, { statement: "b'" }])).toContain("where statement_id in ('a', 'b''') order by time");
  const many = Array.from({ length: 1000 }, (_, index) => ({ statement: `0198c5a0-0000-7000-8000-${String(index).padStart(12, "0")}` }));
  expect(encodeURIComponent(lackSql(many)).length).toBeLessThan(6000);
});

test.each([
  [{ other_rules: 0, other_catalog: 0 }, []],
  [{ other_rules: 1200, other_catalog: 0 }, ["1,200 of the same are so by other rules."]],
  [{ other_rules: 0, other_catalog: 3 }, ["3 were decided on another catalog then: what changes of these may be the catalog's doing."]],
])("besides its numbers, %j says %j", (report, said) => expect(besides(report)).toEqual(said));

import { expect, test } from "vitest";
import { found, largest, type Rule } from "./policy";

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

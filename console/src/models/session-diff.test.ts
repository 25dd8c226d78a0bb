import { expect, test } from "vitest";
import { lines } from "./session-diff";

test("what is otherwise is said in words", () => {
  expect(
    lines([
      { aspect: "verdict", before: "allow", after: null },
      { aspect: "rules", before: [], after: ["mask-pii", "mask-phi"] },
      { aspect: "rows", before: 3, after: 0 },
      { aspect: "values", only_before: 1, only_after: 2 },
    ]),
  ).toEqual([
    { name: "verdict", before: "allow", after: "none" },
    { name: "rules", before: "none", after: "mask-pii, mask-phi" },
    { name: "rows", before: "3", after: "0" },
    { name: "values", before: "1 rows only here", after: "2 rows only here" },
  ]);
});

import { expect, test } from "vitest";
import { words } from "./sql-words";

const brief = (text: string) => words(text).filter((one) => one.kind !== "blank").map((one) => `${one.kind}:${one.text}`);

test.each([
  ["select ssn from t", ["keyword:select", "word:ssn", "keyword:from", "word:t"]],
  ["'it''s'", ["string:'it''s'"]],
  ["'to [EMAIL] now'", ["string:'to ", "mask:[EMAIL]", "string: now'"]],
  ["-- select\n1", ["comment:-- select", "number:1"]],
  ["/* open", ["comment:/* open"]],
  ["\"Drop\" ü_1 $1", ["word:\"Drop\"", "word:ü_1", "sign:$", "number:1"]],
  ["'open", ["string:'open"]],
  ["a<>b", ["word:a", "sign:<", "sign:>", "word:b"]],
])("%j", (text, want) => expect(brief(text)).toEqual(want));

test.each(["", "select * from t where a = '👩' -- ü", "'\\", "$$x", "\u0000\u202e<script>", "/*", "\"", "a\n\n\tb"])("the pieces of %j are all of it", (text) => {
  expect(words(text).map((one) => one.text).join("")).toBe(text);
});

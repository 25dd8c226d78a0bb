import { expect, test } from "vitest";
import { oneLine, visible, visibleLine } from "./visible";

test.each([
  ["plain", "plain"],
  ["ünï 雪 👩", "ünï 雪 👩"],
  ["a\u001b[2Jb", "a\u27e8U+001B\u27e9[2Jb"],
  ["bell\u0007", "bell\u27e8U+0007\u27e9"],
  ["del\u007f", "del\u27e8U+007F\u27e9"],
  ["c1\u009b31m", "c1\u27e8U+009B\u27e931m"],
  ["abc\u202etxt.exe", "abc\u27e8U+202E\u27e9txt.exe"],
  ["zero\u200bwidth", "zero\u27e8U+200B\u27e9width"],
  ["tag\u{e0041}", "tag\u27e8U+E0041\u27e9"],
  ["two\nlines\r\nthree", "two\nlines\nthree"],
  ["<script>alert(1)</script>", "<script>alert(1)</script>"],
])("%j is shown as %j", (text, shown) => expect(visible(text)).toBe(shown));

test("a cell has one line", () => expect(visibleLine("a\nb\tc\r")).toBe("a\u21b5b\u21e5c\u27e8U+000D\u27e9"));
test("a statement folds", () => expect(oneLine("  select\n   1,\t2 ")).toBe("select 1, 2"));

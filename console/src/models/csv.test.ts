import { expect, test } from "vitest";
import { csv, field } from "./csv";

test.each([
  ["plain", "plain"],
  [null, ""],
  [-5, "-5"],
  ["-5.25e3", "-5.25e3"],
  ["+49", "+49"],
  ["=1+1", "'=1+1"],
  ["=HYPERLINK(\"http://evil\",\"x\")", "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\""],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ["-2+3+cmd", "'-2+3+cmd"],
  ["\t=1+1", "'\t=1+1"],
  ["  =1+1", "'  =1+1"],
  ["\r=1", "\"'\r=1\""],
  ["\uff1d1+1", "'\uff1d1+1"],
  ["|calc", "'|calc"],
  ["%0A", "'%0A"],
  ["a,b", "\"a,b\""],
  ["say \"hi\"", "\"say \"\"hi\"\"\""],
  ["two\nlines", "\"two\nlines\""],
  [true, "true"],
  [["a", 1], "\"[\"\"a\"\",1]\""],
])("%j becomes %j", (cell, text) => expect(field(cell)).toBe(text));

test("heads are no formulas either", () => expect(csv(["=a", "b"], [[1, null]])).toBe("'=a,b\r\n1,\r\n"));

// A reader somebody else wrote would split on these; ours must give back as many cells as went in.
test("cells stay apart", () => {
  const line = csv(["a"], [["x,y", "\"", "\n", ""]]).split("\r\n")[1];
  expect(line).toBe("\"x,y\",\"\"\"\",\"\n\",");
});

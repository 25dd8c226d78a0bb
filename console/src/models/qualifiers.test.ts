import { expect, test } from "vitest";
import { KEYS, moment, narrowed, only, parse, quote, without, write, type Key } from "./qualifiers";

const brief = (line: string) => parse(line).terms.map(({ key, negated, op, values }) => `${negated ? "-" : ""}${key} ${op} ${values.join("|")}`);

test.each([
  ["", []],
  ["   ", []],
  ["actor:ana", ["actor is ana"]],
  ["ACTOR:Ana", ["actor is Ana"]],
  ["-verdict:allow", ["-verdict is allow"]],
  ["verdict:deny,hold", ["verdict is deny|hold"]],
  ["table:ORDERS  created:>2026-11-01", ["table is ORDERS", "created > 2026-11-01"]],
  ['text:"refund of 4711"', ["text is refund of 4711"]],
  ['text:"say \\"hi\\""', ['text is say "hi"']],
  ['text:"a,b",c', ["text is a,b|c"]],
  ["refund", ["text is refund"]],
  ['"two words"', ["text is two words"]],
  ["-drop", ["-text is drop"]],
  ['"https://x"', ["text is https://x"]],
  ["created:24h", ["created is 24h"]],
  ["created:2026-11-01..2026-11-07", ["created range 2026-11-01|2026-11-07"]],
  ["created:..2026-11-07", ["created range |2026-11-07"]],
  ["rows:>=1000 masked:>0", ["rows >= 1000", "masked > 0"]],
  ["actor:<script>", ["actor is <script>"]],
])("%j asks for %j", (line, terms) => {
  expect(parse(line).faults).toEqual([]);
  expect(brief(line)).toEqual(terms);
});

test.each([
  ["actr:ana", "did you mean actor:?"],
  ["zz:1", "the names are"],
  ["verdict:", "lacks its value"],
  ["created:yesterday", "is no time"],
  ["created:>2026-02-30", "is no time"],
  ["rows:many", "takes a number"],
  ['text:"open', "no other end"],
])("%j is told what is wrong: %j", (line, said) => {
  const { faults } = parse(line);
  expect(faults).toHaveLength(1);
  expect(faults[0]?.message).toContain(said);
});

test("places are those of the line", () => {
  const line = '  actor:ana  text:"a b" x';
  expect(parse(line).terms.map((one) => line.slice(one.start, one.end))).toEqual(["actor:ana", 'text:"a b"', "x"]);
});

test.each(["ana", "a b", 'say "hi"', "-x", "a,b", "back\\slash", ">5", "ü", "", "a:b", "<img src=x>"])("%j survives being written", (value) => {
  for (const key of ["text", "actor", "table"] as Key[]) {
    const [one] = parse(write(key, [value], true)).terms;
    if (value === "") expect(one).toBeUndefined();
    else expect(one).toMatchObject({ key, values: [value], negated: true, op: "is" });
  }
  expect(quote(value).length).toBeGreaterThan(0);
});

test("every key is explained", () => {
  for (const [key, about] of Object.entries(KEYS)) expect(about.length, key).toBeGreaterThan(10);
});

test("terms come and go", () => {
  expect(without("actor:ana verdict:deny -verdict:allow x", "verdict")).toBe("actor:ana x");
  expect(without("refund text:a", "text")).toBe("refund");
  expect(only("created:24h actor:ana", "created", "created:7d")).toBe("actor:ana created:7d");
  expect(narrowed("actor:ana", "actor:ana")).toBe("actor:ana");
  expect(narrowed("", "actor:ana")).toBe("actor:ana");
});

test.each([
  ["2026-11-01", "2026-11-01T00:00:00.000Z"],
  ["2026-11-01T12:30", "2026-11-01T12:30:00.000Z"],
  ["2026-11-01 12:30:15", "2026-11-01T12:30:15.000Z"],
  ["2026-11-01T12:30+02:00", "2026-11-01T10:30:00.000Z"],
  ["24h", "2026-11-09T00:00:00.000Z"],
  ["2w", "2026-10-27T00:00:00.000Z"],
])("%s is %s", (text, iso) => {
  expect(new Date(moment(text, Date.parse("2026-11-10T00:00:00Z")) ?? NaN).toISOString()).toBe(iso);
});

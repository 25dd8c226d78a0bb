import { expect, test } from "vitest";
import { MAP, resolve, sequences, shown, TITLES, type Press, type Scope } from "./keyboard";

const press = (key: string, more: Partial<Press> = {}): Press => ({ key, mod: false, alt: false, typing: false, ...more });
const said = (scope: Scope, key: string, more: Partial<Press> = {}, pending: string | null = null) => {
  const { action, pending: next } = resolve(scope, pending, press(key, more));
  return action ? `${action.scope}.${action.name}` : next;
};

test.each<[Scope, string, Partial<Press>, string | null]>([
  ["sessions", "j", {}, "sessions.down"],
  ["sessions", "ArrowDown", {}, "sessions.down"],
  ["sessions", "/", {}, "sessions.search"],
  ["sessions", "j", { typing: true }, null],
  ["sessions", "Escape", { typing: true }, "everywhere.close"],
  ["sessions", "j", { alt: true }, null],
  ["sessions", "j", { mod: true }, null],
  ["session", " ", {}, "session.play"],
  ["session", "D", {}, "session.previousDenied"],
  ["session", "+", {}, "session.faster"],
  ["session", "?", {}, "everywhere.help"],
  ["sql", "Enter", { mod: true, typing: true }, "sql.run"],
  ["sql", "Enter", { typing: true }, null],
  ["sql", "g", {}, "g"],
  ["approvals", "z", {}, null],
  ["approvals", "y", {}, "approvals.grant"],
  // A key that is held down would answer one statement after the other, unread.
  ["approvals", "y", { repeat: true }, null],
  ["approvals", "x", { repeat: true }, null],
  ["approvals", "j", { repeat: true }, "approvals.down"],
])("%s %j %j asks for %j", (scope, key, more, want) => expect(said(scope, key, more)).toBe(want));

test("a sequence takes both its keys", () => {
  expect(said("sql", "a", {}, "g")).toBe("everywhere.approvals");
  expect(said("sql", "z", {}, "g")).toBeNull();
  expect(said("session", "s", {}, "g"), "what comes after g is no key of its own").toBe("everywhere.sessions");
});

test("no key means two things on one page", () => {
  for (const scope of Object.keys(MAP) as Scope[]) {
    const seen = new Map<string, string>();
    for (const one of new Set<Scope>([scope, "everywhere"])) {
      for (const [action, [keys]] of Object.entries(MAP[one]) as [string, readonly [string, string]][]) {
        for (const sequence of sequences(keys)) {
          const name = sequence.join(" ");
          expect(seen.get(name), `${scope}: ${name}`).toBeUndefined();
          seen.set(name, action);
          // A single key that begins a sequence would never be heard.
          expect(sequence.length === 1 && name === "g").toBe(false);
        }
      }
    }
  }
});

test("every key is in the help, in words", () => {
  for (const scope of Object.keys(MAP) as Scope[]) {
    expect(TITLES[scope]).toBeTruthy();
    for (const [keys, help] of Object.values(MAP[scope]) as (readonly [string, string])[]) {
      expect(help.length).toBeGreaterThan(3);
      expect(shown(keys, false).flat().every((part) => part.length > 0)).toBe(true);
    }
  }
  expect(shown("g s", false)).toEqual([["g", "s"]]);
  expect(shown("j ArrowDown", false)).toEqual([["j"], ["↓"]]);
  expect(shown("Mod+Enter", true)).toEqual([["⌘↵"]]);
  expect(shown("+ =", false)).toEqual([["+"], ["="]]);
});

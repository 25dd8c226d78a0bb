// SQL in colours, for reading: a small lexer, not a parser.
// Enters: text. Leaves: pieces that together are the text. Never here: what a statement means; the gateway analysed it.

export type Kind = "word" | "keyword" | "string" | "number" | "comment" | "sign" | "blank" | "mask";

export interface Piece {
  kind: Kind;
  text: string;
}

const KEYWORDS = new Set(
  ("select from where group by order having limit offset join left right full outer inner cross on using as and or not in is null like ilike between exists case when then else end " +
    "union all distinct insert into values update set delete merge create table view drop alter truncate grant revoke to with recursive qualify over partition asc desc copy put get use " +
    "show describe call begin commit rollback returning cast true false if replace temporary database schema role warehouse function procedure stage rows window first_value interval").split(" "),
);

const RULES: [Kind, RegExp][] = [
  ["blank", /\s+/y],
  ["comment", /--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ["mask", /\[[A-Z][A-Z0-9_]*\]|\*\*\*+/y],
  ["string", /'(?:[^'\\]|''|\\.)*'?|\$\$[\s\S]*?(?:\$\$|$)/y],
  ["word", /"(?:[^"]|"")*"?|[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["number", /\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy],
  ["sign", /[^\s]/uy],
];

/** `text` in pieces. A mask inside a string is a piece of its own. */
export function words(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    for (const [kind, rule] of RULES) {
      rule.lastIndex = at;
      const match = rule.exec(text);
      if (!match || match[0].length === 0) continue;
      at += match[0].length;
      push(found, kind, match[0]);
      break;
    }
  }
  return found;
}

function push(found: Piece[], kind: Kind, text: string) {
  if (kind === "word" && KEYWORDS.has(text.toLowerCase())) found.push({ kind: "keyword", text });
  else if (kind === "string") {
    for (const part of text.split(/(\[[A-Z][A-Z0-9_]*\]|\*\*\*+)/)) {
      if (part) found.push({ kind: /^(\[[A-Z]|\*\*\*)/.test(part) ? "mask" : "string", text: part });
    }
  } else found.push({ kind, text });
}

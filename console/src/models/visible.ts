// Recorded text made safe to look at: what steers a terminal or turns text around becomes a picture of itself.
// Enters: text of an agent. Leaves: text that reads in one direction and hides nothing. Never here: HTML; the page sets text, not markup.

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
}

// C0 but for line ends and tabs, C1, marks and overrides of direction, invisible joiners, line separators, the byte order mark.
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Text of several lines. */
export function visible(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(HIDDEN, picture);
}

/** Text of one line: line ends and tabs show too. */
export function visibleLine(text: string): string {
  return text.replace(HIDDEN, picture).replace(/\n/g, "\u21b5").replace(/\t/g, "\u21e5");
}

/** A statement on one line, white space folded. */
export function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}

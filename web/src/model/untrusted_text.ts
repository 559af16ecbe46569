/** Makes text of a span safe to read: what would be invisible or reorder the line is spelled out. */

// Control characters but tab and line feed, the marks that turn the direction of what follows,
// characters without a glyph, and the tag characters that can hide a text in a text.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is what this is for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** For names, keys and JSON, where an invisible character is never wanted: `\u202e`, not the turn. */
export function revealInvisible(text: string): string {
  return text.replace(INVISIBLE, escapeOf);
}

/** The first `limit` UTF-16 units, without cutting a character outside the basic plane in two. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? limit - 1 : limit);
}

/** One line of a text for a row or a folded block: white space collapsed, cut with an ellipsis. */
export function oneLine(text: string, limit = 300): string {
  // Only what can be shown is looked at: the text may be megabytes long.
  const start = text.slice(0, limit * 4);
  const line = revealInvisible(start.replace(/\s+/g, " ").trim());
  return line.length > limit || start.length < text.length ? `${cutText(line, limit)}…` : line;
}

const encoder = new TextEncoder();

/** Size in UTF-8, as it would travel. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Cuts the snippet of a hit into what is highlighted and what is not. Pure. */
import { revealInvisible } from "./untrusted_text";

export interface SnippetPart {
  text: string;
  /** Where it begins in the snippet, in code points. */
  start: number;
  highlighted: boolean;
}

/**
 * The highlights are counted in code points, as the server counts, and not in UTF-16 units. With
 * `lead` no more than so many code points stand before the first one, so that a short line shows it.
 */
export function snippetParts(
  snippet: string,
  highlights: readonly (readonly number[])[],
  lead = Number.POSITIVE_INFINITY,
): SnippetPart[] {
  const characters = Array.from(snippet);
  const parts: SnippetPart[] = [];
  const add = (start: number, end: number, highlighted: boolean) => {
    const text = revealInvisible(characters.slice(start, end).join(""));
    if (text) parts.push({ text, start, highlighted });
  };
  const first = highlights[0]?.[0] ?? 0;
  let reached = 0;
  if (first > lead) {
    const space = characters.indexOf(" ", first - lead);
    reached = space >= 0 && space < first ? space + 1 : first - lead;
    parts.push({ text: "…", start: -1, highlighted: false });
  }
  for (const [start = 0, end = 0] of highlights) {
    add(reached, start, false);
    add(start, end, true);
    reached = end;
  }
  add(reached, characters.length, false);
  return parts;
}

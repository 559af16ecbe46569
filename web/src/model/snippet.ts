/** Cuts the snippet of a hit into what is highlighted and what is not. Pure. */
import { revealInvisible } from "./untrusted_text";

export interface SnippetPart {
  text: string;
  /** Where it begins in the snippet, in code points. */
  start: number;
  highlighted: boolean;
}

/** The highlights are counted in code points, as the server counts, and not in UTF-16 units. */
export function snippetParts(
  snippet: string,
  highlights: readonly (readonly number[])[],
): SnippetPart[] {
  const characters = Array.from(snippet);
  const parts: SnippetPart[] = [];
  const add = (start: number, end: number, highlighted: boolean) => {
    const text = revealInvisible(characters.slice(start, end).join(""));
    if (text) parts.push({ text, start, highlighted });
  };
  let reached = 0;
  for (const [start = 0, end = 0] of highlights) {
    add(reached, start, false);
    add(start, end, true);
    reached = end;
  }
  add(reached, characters.length, false);
  return parts;
}

/** Splits a snippet into what is a comment, a string, a number, a keyword, a call, and the rest. */
import type { Snippet } from "./snippets";

export interface Token {
  text: string;
  kind: "comment" | "string" | "number" | "keyword" | "function" | null;
}

const KEYWORDS: Record<Snippet["language"], string> = {
  python: "from|import|def|return|True|False|None",
  typescript: "import|from|await|async|const|return|true|false",
  shell: "export",
};
const COMMENTS: Record<Snippet["language"], string> = {
  python: "#[^\\n]*",
  typescript: "//[^\\n]*",
  shell: "^#[^\\n]*",
};

export function highlight(code: string, language: Snippet["language"]): Token[] {
  const kinds = [
    ["comment", COMMENTS[language]],
    ["string", '"(?:[^"\\\\\\n]|\\\\.)*"|`[^`]*`'],
    ["number", "\\b\\d+\\b"],
    ["keyword", `\\b(?:${KEYWORDS[language]})\\b`],
    // Shell words before a bracket are no calls.
    ["function", language === "shell" ? "(?!)" : "@\\w+|\\b\\w+(?=\\()"],
  ] as const;
  const pattern = new RegExp(kinds.map(([kind, text]) => `(?<${kind}>${text})`).join("|"), "gm");
  const tokens: Token[] = [];
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    if (match.index > end) tokens.push({ text: code.slice(end, match.index), kind: null });
    const kind = kinds.find(([name]) => match.groups?.[name] !== undefined)?.[0] ?? null;
    tokens.push({ text: match[0], kind });
    end = match.index + match[0].length;
  }
  if (end < code.length) tokens.push({ text: code.slice(end), kind: null });
  return tokens;
}

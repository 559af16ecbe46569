import { describe, expect, it } from "vitest";
import { byteLength, cutText, oneLine, revealInvisible } from "./untrusted_text";

describe("revealInvisible", () => {
  it.each([
    ["report\u202egnp.exe", "report\\u202egnp.exe"],
    ["\u2066a\u2069", "\\u2066a\\u2069"],
    ["pay\u200bpal", "pay\\u200bpal"],
    ["\u0000\u001b[31m", "\\u0000\\u001b[31m"],
    ["hi\u{e0041}", "hi\\u{e0041}"],
  ])("spells out what hides in %j", (text, shown) => {
    expect(revealInvisible(text)).toBe(shown);
  });

  it("leaves text of every script, emoji, tabs and line feeds alone", () => {
    const text = "שלום مرحبا 你好 👩‍👩‍👧\n\tend";
    expect(revealInvisible(text)).toBe(text);
  });
});

describe("cutText", () => {
  it("never leaves half of a character", () => {
    expect(cutText("ab😀", 3)).toBe("ab");
    expect(cutText("ab😀", 4)).toBe("ab😀");
  });
});

describe("oneLine", () => {
  it("collapses white space and says that there was more", () => {
    expect(oneLine("  a\n\n b\t c ")).toBe("a b c");
    expect(oneLine("a".repeat(20), 10)).toBe(`${"a".repeat(10)}…`);
    expect(oneLine(`a${" ".repeat(100)}b`, 10)).toBe("a…");
  });
});

describe("byteLength", () => {
  it("counts UTF-8", () => {
    expect(byteLength("a€😀")).toBe(8);
  });
});

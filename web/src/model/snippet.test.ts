import { describe, expect, it } from "vitest";
import { snippetParts } from "./snippet";

const marked = (snippet: string, highlights: number[][]) =>
  snippetParts(snippet, highlights).map((part) =>
    part.highlighted ? `[${part.text}]` : part.text,
  );

describe("the snippet of a hit", () => {
  it("is cut where highlights begin and end", () => {
    expect(marked("the red fox", [[4, 7]])).toEqual(["the ", "[red]", " fox"]);
    expect(
      marked("red fox", [
        [0, 3],
        [4, 7],
      ]),
    ).toEqual(["[red]", " ", "[fox]"]);
  });

  it("without a highlight is one part", () => {
    expect(marked("text", [])).toEqual(["text"]);
    expect(marked("", [])).toEqual([]);
  });

  it("begins near the first highlight where the line is short", () => {
    const parts = snippetParts("once upon a time the red fox", [[21, 24]], 8).map(
      ({ text }) => text,
    );
    expect(parts).toEqual(["…", "the ", "red", " fox"]);
    expect(snippetParts("the red fox", [[4, 7]], 8)[0]?.text).toBe("the ");
  });

  it("is counted in code points", () => {
    expect(marked("🎉 done", [[2, 6]])).toEqual(["🎉 ", "[done]"]);
  });

  it("shows what would be invisible", () => {
    expect(marked("a\u202eb", [[0, 1]])).toEqual(["[a]", "\\u202eb"]);
  });
});

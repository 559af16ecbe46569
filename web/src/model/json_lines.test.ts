import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  copyText,
  countLabel,
  foldedAtFirst,
  type Json,
  type JsonLine,
  jsonLines,
  pathLabel,
  shownString,
  visibleLines,
} from "./json_lines";

/** The lines as text, the way the viewer draws them. */
function drawn(lines: readonly JsonLine[]): string {
  return lines
    .map((line) => {
      const name = line.name === null ? "" : `${JSON.stringify(line.name)}: `;
      const body = line.kind === "value" ? JSON.stringify(line.value) : line.bracket;
      return (
        "  ".repeat(line.depth) +
        (line.kind === "close" ? "" : name) +
        body +
        (line.comma ? "," : "")
      );
    })
    .join("\n");
}

const REFUND: Json = {
  charge: "ch_3QK9",
  reasons: ["same card", "4 min apart"],
  empty: {},
  none: [],
};

describe("jsonLines", () => {
  it("reads as JSON.stringify writes it", () => {
    expect(drawn(jsonLines(REFUND))).toBe(JSON.stringify(REFUND, null, 2));
    for (const value of [null, 3, "x", true, [], {}] as Json[]) {
      expect(drawn(jsonLines(value))).toBe(JSON.stringify(value, null, 2));
    }
  });

  it("reads as JSON.stringify writes it, for any value", () => {
    const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));
    fc.assert(
      fc.property(plain, (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        expect(drawn(jsonLines(json))).toBe(JSON.stringify(json, null, 2));
      }),
    );
  });

  it("says how many values it left out at its limit", () => {
    const lines = jsonLines(
      Array.from({ length: 50 }, (_, i) => i),
      11,
    );
    expect(lines.at(-2)).toMatchObject({ kind: "left_out", count: 40 });
    expect(lines.at(-1)).toMatchObject({ kind: "close", bracket: "]" });
  });

  it("goes 100,000 levels deep", () => {
    let value: Json = 1;
    for (let i = 0; i < 100_000; i += 1) value = [value];
    expect(jsonLines(value, 300_000).length).toBe(200_001);
  });
});

describe("visibleLines", () => {
  it("hides the content of closed containers and keeps the numbers of the rest", () => {
    const lines = visibleLines(jsonLines(REFUND), new Set(["/reasons"]));
    expect(lines.map((line) => line.number)).toEqual([1, 2, 3, 7, 8, 9]);
    const closed = lines[2];
    expect(closed && countLabel(closed)).toBe("2 items");
  });

  it("needs the closing line to know the comma of a closed container", () => {
    const lines = jsonLines(REFUND);
    const opening = lines[2];
    expect(opening && lines[opening.closedBy]).toMatchObject({ kind: "close", comma: true });
  });
});

describe("foldedAtFirst", () => {
  it("closes nothing in a small value", () => {
    expect(foldedAtFirst(jsonLines(REFUND), 100).size).toBe(0);
  });

  it("closes the deep levels of a large one, and never the top", () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ id: i, tags: ["a", "b"] }));
    const lines = jsonLines({ rows });
    const shown = visibleLines(lines, foldedAtFirst(lines, 300));
    expect(shown.length).toBeLessThanOrEqual(300);
    expect(shown.length).toBeGreaterThan(50);
    const wide = jsonLines(Array.from({ length: 1000 }, () => [1]));
    expect(visibleLines(wide, foldedAtFirst(wide, 10)).length).toBe(1002);
  });
});

describe("shownString", () => {
  it("escapes as JSON does and counts what it hides", () => {
    expect(shownString('a"b\n', 100)).toEqual({ text: 'a\\"b\\n', hidden: 0 });
    expect(shownString("x".repeat(5000), 2048)).toEqual({ text: "x".repeat(2048), hidden: 2952 });
  });
});

describe("what is copied", () => {
  it("is a string as it is, and JSON for the rest", () => {
    expect(copyText("a\nb")).toBe("a\nb");
    expect(copyText({ a: 1 })).toBe('{\n  "a": 1\n}');
  });

  it("names a path as a program would write it", () => {
    const lines = jsonLines({ messages: [{ "b/c~d": { e: 1 } }] });
    expect(lines.map((line) => pathLabel(line.path))).toContain('messages[0]["b/c~d"].e');
    expect(pathLabel("")).toBe("$");
  });
});

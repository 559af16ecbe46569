import fc from "fast-check";
import { expect, it } from "vitest";
import { cut } from "../../src/export/sizeLimit.js";
import { vectors } from "../conformance.js";

interface Vectors {
  cases: { says: string; limit: number; value: string; out: string }[];
}

it.each(vectors<Vectors>("size_limit").cases)("$says", ({ limit, value, out }) => {
  expect(cut(value, limit)).toBe(out);
});

it("a cut text fits, begins as it did, is whole in its characters and says its length", () => {
  const texts = fc.string({ unit: "binary", maxLength: 300 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 60, max: 400 }), (text, limit) => {
      const bytes = Buffer.byteLength(text);
      const result = cut(text, limit);
      if (bytes <= limit) {
        expect(result).toBe(text);
        return;
      }
      const mark = `…[threadline: cut, ${bytes} bytes in all]`;
      expect(Buffer.byteLength(result)).toBeLessThanOrEqual(limit);
      expect(Buffer.byteLength(result)).toBeGreaterThan(limit - 4);
      expect(result.endsWith(mark)).toBe(true);
      expect(text.startsWith(result.slice(0, -mark.length))).toBe(true);
      expect(result.isWellFormed()).toBe(true);
    }),
  );
});

it("a lone surrogate becomes a replacement character where it is cut", () => {
  expect(cut(`\ud800${"x".repeat(100)}`, 60).startsWith("\ufffdxxx")).toBe(true);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IDENTITY_KEYS, maskOf, PATTERNS } from "../src/masking.js";
import { MASK_PATTERNS, type MaskPattern } from "../src/settings.js";
import { state } from "../src/state.js";
import { vectors } from "./conformance.js";
import { silenced } from "./silence.js";

interface Vectors {
  patterns: {
    name: MaskPattern;
    mark: string;
    expressions: { hints: string[]; source: string }[];
  }[];
  identity_keys: string[];
  hook_failed: { key: string; text: string; masked: string }[];
  cases: { says: string; key: string; patterns: MaskPattern[]; text: string; masked: string }[];
}

const { patterns, identity_keys, hook_failed, cases } = vectors<Vectors>("masking");
const same = (_key: string, value: string) => value;

describe("the patterns", () => {
  it("are those of both SDKs, in their order", () => {
    expect(
      Object.entries(PATTERNS).map(([name, { mark, expressions }]) => ({
        name,
        mark,
        expressions: expressions.map(({ hints, expression }) => [hints, expression.source]),
      })),
    ).toEqual(
      patterns.map(({ name, mark, expressions }) => ({
        name,
        mark,
        expressions: expressions.map(({ hints, source }) => [hints, new RegExp(source).source]),
      })),
    );
  });

  it("keep the same attributes apart that Python keeps apart", () => {
    expect([...IDENTITY_KEYS]).toEqual(identity_keys);
  });

  it.each(cases)("mask as Python does: $says", ({ key, patterns: names, text, masked }) => {
    expect((maskOf(names, undefined) ?? same)(key, text)).toBe(masked);
  });

  it("never search longer than a hint's absence allows, and find what they find without hints", () => {
    const texts = fc.array(
      fc.constantFrom("sk-proj-", "a1b2c3d4e5", "@", ".com", "4111 ", "1111", "eyJ", "-", " ", "é"),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join("");
        const masked = maskOf(MASK_PATTERNS, undefined)?.("lmnr.span.input", text) ?? "";
        for (const { expressions } of [PATTERNS.keys, PATTERNS.emails]) {
          for (const { expression } of expressions) expect(masked.match(expression)).toBeNull();
        }
      }),
    );
  });
});

describe("the mask hook", () => {
  it("sees each value after the patterns", () => {
    const seen: string[] = [];
    const mask = maskOf(["emails"], (key, value) => {
      seen.push(`${key}: ${value}`);
      return value.toUpperCase();
    });
    expect(mask?.("a.key", "to bob@example.com")).toBe("TO [EMAIL]");
    expect(seen).toEqual(["a.key: to [email]"]);
  });

  it.each(hook_failed)(
    "that throws leaves $masked",
    silenced(({ key, text, masked }) => {
      const mask = maskOf([], () => {
        throw new Error("the secret is bob");
      });
      expect(mask?.(key, text)).toBe(masked);
      expect([...state.warned]).toEqual(["mask hook"]);
    }),
  );

  it(
    "that returns no string leaves a mark",
    silenced(() => {
      const mask = maskOf([], (() => 7) as never);
      expect(mask?.("a.key", "bob")).toBe("[masking failed]");
    }),
  );

  it("is nothing where there is neither hook nor pattern", () => {
    expect(maskOf([], undefined)).toBeUndefined();
  });
});

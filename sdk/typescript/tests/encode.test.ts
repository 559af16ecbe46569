import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode } from "../src/encode.js";

describe("the JSON text of a value", () => {
  it("is what JSON.stringify writes of JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(encode(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it("is JSON, without an error, for anything at all", () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withUnicodeString: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        const text = encode(value);
        JSON.parse(text);
        expect(Buffer.from(text).toString()).toBe(text);
      }),
    );
  });

  it("has no lone surrogates, whatever texts hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (key, text) => {
        const parsed = JSON.parse(encode({ [`k${key}`]: [text] }));
        expect(Object.values(parsed)).toEqual([
          [(text as unknown as { toWellFormed(): string }).toWellFormed()],
        ]);
      }),
    );
    expect(encode("a\ud800b")).toBe('"a\ufffdb"');
    expect(encode("🚀 \\ud800")).toBe('"🚀 \\\\ud800"');
  });

  it.each([
    [Number.NaN, "null"],
    [[Number.POSITIVE_INFINITY, -0], "[null,0]"],
    [12345678901234567890n, "12345678901234567890"],
    [{ big: [1n] }, '{"big":[1]}'],
    [new Uint8Array([104, 105]), '"aGk="'],
    [Buffer.from("hi"), '"aGk="'],
    [new Uint8Array([104, 105]).buffer, '"aGk="'],
    [new Float32Array([0.5, 1]), "[0.5,1]"],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [new Date(Number.NaN), "null"],
    [
      new Map<unknown, unknown>([
        ["a", 1],
        [2, new Map()],
      ]),
      '{"a":1,"2":{}}',
    ],
    [new Set(["a", undefined]), '["a",null]'],
    [new URL("http://a.b/c"), '"http://a.b/c"'],
    [new TypeError("bad"), '"TypeError: bad"'],
    [/a+/g, '"/a+/g"'],
    [Object("boxed"), '"boxed"'],
    [{ a: undefined, b: () => 1, c: Symbol("s"), d: [undefined, () => 1] }, '{"d":[null,null]}'],
    [undefined, "null"],
    [function named() {}, '"<function named>"'],
    [class Shop {}, '"<class Shop>"'],
    [{ toJSON: () => ({ as: "json" }) }, '{"as":"json"}'],
    [
      new (class Cart {
        items = [1];
        #secret = 2;
        get total() {
          return this.#secret;
        }
      })(),
      '{"items":[1]}',
    ],
    [
      (function* () {
        yield 1;
      })(),
      "{}",
    ],
    ["line\u2028 tab\t \u0001", '"line\u2028 tab\\t \\u0001"'],
  ])("writes what JSON has no form for: %#", (value, text) => {
    expect(encode(value)).toBe(text);
  });

  it("marks where a value holds itself, and not where it only comes twice", () => {
    const shared = { n: 1n };
    const circle: Record<string, unknown> = { shared, again: shared };
    circle.self = circle;
    circle.inside = new Map([["up", [circle]]]);
    expect(encode(circle)).toBe(
      '{"shared":{"n":1},"again":{"n":1},"self":"[circular]","inside":{"up":["[circular]"]}}',
    );
  });

  it("marks what is nested deeper than 100 levels", () => {
    const nested = (levels: number): unknown => (levels === 0 ? 7 : [nested(levels - 1)]);
    expect(encode(nested(100))).toBe(`${"[".repeat(100)}7${"]".repeat(100)}`);
    expect(encode(nested(101))).toBe(
      `${"[".repeat(100)}"[nested deeper than 100]"${"]".repeat(100)}`,
    );
  });

  it("marks what cannot be looked at", () => {
    class Trap {
      toJSON() {
        throw new Error("no");
      }
    }
    const getter = Object.defineProperty({ fine: 1 }, "bad", {
      enumerable: true,
      get() {
        throw new Error("no");
      },
    });
    expect(encode({ a: new Trap() })).toBe('{"a":"[not encodable: Trap]"}');
    expect(encode(getter)).toBe('{"fine":1,"bad":"[not encodable: getter]"}');
    expect(encode(Proxy.revocable({}, {}).proxy)).toBe("{}");
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(encode([proxy])).toBe('["[not encodable: object]"]');
  });

  it("stops after a million values, also where few of them are many together", () => {
    let wide: unknown[] = [1];
    for (let i = 0; i < 40; i++) wide = [wide, wide];
    const text = encode(wide);
    expect(text).toContain('"[more than 1,000,000 values]"');
    expect(text.length).toBeLessThan(100_000_000);
    JSON.parse(text);
  });
});

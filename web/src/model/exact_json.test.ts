import { describe, expect, it } from "vitest";
import { exactNumber, parseExact } from "./exact_json";
import { copyText, type Json, jsonLines } from "./json_lines";

describe("parseExact", () => {
  it("keeps the digits of whole numbers that a double would change", () => {
    const value = parseExact('{"at": 1795561319923538701, "below": -9007199254740993}');
    expect(JSON.stringify(value)).toBe('{"at":1795561319923538701,"below":-9007199254740993}');
  });

  it("leaves every other value alone", () => {
    const text = '{"a":[1,2.5,1e300,9007199254740991,"1795561319923538701",null,true],"b":{}}';
    expect(parseExact(text)).toEqual(JSON.parse(text));
  });

  it("refuses what is no JSON", () => {
    expect(() => parseExact('{"a": 11111111111111111')).toThrow(SyntaxError);
  });
});

describe("exactNumber", () => {
  it("gives the digits, and null for what is no such number", () => {
    const [long, short, text] = parseExact('[1795561319923538701,7,"1"]') as unknown[];
    expect(exactNumber(long)).toBe("1795561319923538701");
    expect([exactNumber(short), exactNumber(text), exactNumber({})]).toEqual([null, null, null]);
  });

  it("is one value to the lines of a viewer and to a copy", () => {
    const value = parseExact('{"at": 1795561319923538701}') as Json;
    expect(jsonLines(value).map((line) => line.kind)).toEqual(["open", "value", "close"]);
    expect(copyText(value)).toBe('{\n  "at": 1795561319923538701\n}');
  });
});

import { describe, expect, it } from "vitest";
import {
  addMilliseconds,
  formatTime,
  fromDate,
  millisecondsBetween,
  parseTime,
  toDate,
} from "./time";

describe("parseTime", () => {
  it("keeps all nine decimals", () => {
    expect(parseTime("2026-11-24T13:43:31.026000001Z")).toBe(1_795_527_811_026_000_001n);
  });

  it("reads fewer decimals as the same fraction", () => {
    expect(parseTime("2026-11-24T13:43:31.5Z")).toBe(parseTime("2026-11-24T13:43:31.500000000Z"));
    expect(parseTime("2026-11-24T13:43:31Z")).toBe(parseTime("2026-11-24T13:43:31.000000000Z"));
  });

  it("goes through formatTime unchanged, also before 1970", () => {
    for (const iso of ["2026-11-24T13:43:31.026000001Z", "1969-12-31T23:59:59.999999999Z"]) {
      expect(formatTime(parseTime(iso))).toBe(iso);
    }
  });

  it.each(["", "yesterday", "2026-11-24", "2026-11-24T13:43:31+01:00", "2026-13-40T99:00:00Z"])(
    "refuses %j",
    (iso) => {
      expect(() => parseTime(iso)).toThrow(RangeError);
    },
  );
});

describe("millisecondsBetween", () => {
  it("sees one nanosecond between two times of this decade", () => {
    const from = parseTime("2026-11-24T13:43:31.000000000Z");
    expect(millisecondsBetween(from, parseTime("2026-11-24T13:43:31.000000001Z"))).toBe(1e-6);
  });

  it("is negative when the second time comes first", () => {
    const from = parseTime("2026-11-24T13:43:31Z");
    expect(millisecondsBetween(from, addMilliseconds(from, -1500))).toBe(-1500);
  });
});

describe("toDate", () => {
  it("drops what is finer than a millisecond, downwards on both sides of 1970", () => {
    expect(toDate(parseTime("2026-11-24T13:43:31.026999999Z")).getTime()).toBe(1_795_527_811_026);
    expect(toDate(parseTime("1969-12-31T23:59:59.999999999Z")).getTime()).toBe(-1);
  });

  it("is undone by fromDate for whole milliseconds", () => {
    const date = new Date(1_795_527_811_026);
    expect(toDate(fromDate(date))).toEqual(date);
  });
});

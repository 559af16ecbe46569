import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMilliseconds, parseTime } from "./time";
import { extentOf, fractionAt, pixelAt, ticks, timeScale } from "./time_scale";

const START = parseTime("2026-11-24T13:43:31.026000000Z");
const later = (milliseconds: number) => addMilliseconds(START, milliseconds);
const labels = (durationMs: number, maximum: number) =>
  ticks(timeScale(START, later(durationMs)), maximum).map((tick) => tick.label);

describe("timeScale", () => {
  it("places an instant by its share of the interval", () => {
    const scale = timeScale(START, later(20_000));
    expect(fractionAt(scale, later(5000))).toBe(0.25);
    expect(pixelAt(scale, later(5000), 400)).toBe(100);
    expect(fractionAt(scale, later(-5000))).toBe(-0.25);
  });

  it("tells nanoseconds apart in a trace of microseconds", () => {
    const scale = timeScale(START, later(0.002));
    expect(fractionAt(scale, later(0.000_5))).toBe(0.25);
  });

  it("has a length even where start and end are one", () => {
    const scale = timeScale(START, START);
    expect(fractionAt(scale, START)).toBe(0);
    expect(ticks(scale, 4).length).toBeGreaterThan(1);
  });

  it("lets an open interval reach the end, and cuts what lies outside", () => {
    const scale = timeScale(START, later(1000));
    expect(extentOf(scale, later(250), null)).toEqual({ left: 0.25, width: 0.75 });
    expect(extentOf(scale, later(-500), later(500))).toEqual({ left: 0, width: 0.5 });
    expect(extentOf(scale, later(2000), later(3000))).toEqual({ left: 1, width: 0 });
  });
});

describe("ticks", () => {
  it.each([
    [20_900, 5, ["0 s", "5 s", "10 s", "15 s", "20 s"]],
    [212, 5, ["0 ms", "50 ms", "100 ms", "150 ms", "200 ms"]],
    [1000, 5, ["0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s", "1 s"]],
    [1_331_000, 5, ["0 min", "5 min", "10 min", "15 min", "20 min"]],
    [40 * 3_600_000, 5, ["0 h", "12 h", "24 h", "36 h"]],
    [0.05, 5, ["0 µs", "10 µs", "20 µs", "30 µs", "40 µs", "50 µs"]],
  ])("marks %s ms in at most %s steps", (durationMs, maximum, expected) => {
    expect(labels(durationMs, maximum)).toEqual(expected);
  });

  it("stays on the line, with no more steps than asked for, and no label twice", () => {
    const duration = fc.double({ min: 0.001, max: 1e11, noNaN: true });
    fc.assert(
      fc.property(duration, fc.integer({ min: 1, max: 12 }), (durationMs, maximum) => {
        const found = ticks(timeScale(START, later(durationMs)), maximum);
        expect(found.length).toBeLessThanOrEqual(maximum + 1);
        expect(found[0]?.fraction).toBe(0);
        expect(found.every((tick) => tick.fraction >= 0 && tick.fraction <= 1.00001)).toBe(true);
        expect(new Set(found.map((tick) => tick.label)).size).toBe(found.length);
      }),
    );
  });
});

import { expect, test } from "vitest";
import type { SessionMark } from "@/api/types";
import { addMilliseconds, formatTime, parseTime } from "@/model/time";
import { shapeBars } from "./session_shape_bars";

const START = parseTime("2026-11-24T13:41:07.000000000Z");
const mark = (
  start: number,
  duration_ms: number,
  change: Partial<SessionMark> = {},
): SessionMark => ({
  trace_id: `${start}`,
  start_time: formatTime(addMilliseconds(START, start)),
  end_time: formatTime(addMilliseconds(START, start + duration_ms)),
  duration_ms,
  model_ms: 0,
  tool_ms: 0,
  failed: false,
  ...change,
});

test("the marks of a session fill the width", () => {
  const { bars } = shapeBars([mark(0, 100), mark(200, 400), mark(700, 0)], 132);
  const last = bars.at(-1);
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(132);
});

test("a trace that took four times as long has a mark twice as wide, but for the narrowest width", () => {
  const { bars } = shapeBars([mark(0, 100), mark(100, 400)], 132);
  const [short, long] = bars.map((bar) => bar.width - 2);
  expect((long ?? 0) / (short ?? 1)).toBeCloseTo(2);
});

test("a mark is split by what models and tools took, and never overfull", () => {
  const { bars } = shapeBars(
    [mark(0, 100, { model_ms: 50, tool_ms: 25 }), mark(100, 100, { model_ms: 150, tool_ms: 150 })],
    100,
  );
  expect(bars[0]?.model).toBeCloseTo((bars[0]?.width ?? 0) / 2);
  expect(bars[0]?.tool).toBeCloseTo((bars[0]?.width ?? 0) / 4);
  expect((bars[1]?.model ?? 0) + (bars[1]?.tool ?? 0)).toBeCloseTo(bars[1]?.width ?? 0);
});

test("a dot stands where nobody computed, and none between traces that overlap", () => {
  expect(shapeBars([mark(0, 100), mark(500, 100)], 100).dots).toHaveLength(1);
  expect(shapeBars([mark(0, 100), mark(50, 100)], 100).dots).toHaveLength(0);
});

test("no traces and traces without a length are drawn as well", () => {
  expect(shapeBars([], 100)).toEqual({ bars: [], dots: [] });
  expect(shapeBars([mark(0, 0), mark(0, 0)], 100).bars.every((bar) => bar.width > 0)).toBe(true);
});

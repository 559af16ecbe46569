/** Lays the marks of a session out on a width: by the square root of their durations, in start order. */
import type { SessionMark } from "@/api/types";
import { parseTime } from "@/model/time";

export interface ShapeBar {
  x: number;
  width: number;
  /** Parts of the width that models and tools took; the rest is other code. */
  model: number;
  tool: number;
  failed: boolean;
}

const NARROWEST = 2;
const WIDEST_GAP = 5;
/** At most this much of the width goes to gaps. */
const GAPS = 40;

export function shapeBars(
  marks: readonly SessionMark[],
  width: number,
): { bars: ShapeBar[]; dots: number[] } {
  if (marks.length === 0) return { bars: [], dots: [] };
  const gap = Math.min(WIDEST_GAP, GAPS / marks.length);
  const room = width - gap * (marks.length - 1);
  const roots = marks.map((mark) => Math.sqrt(Math.max(mark.duration_ms, 0)));
  const widths = fitted(roots, room);
  const bars: ShapeBar[] = [];
  const dots: number[] = [];
  let x = 0;
  marks.forEach((mark, index) => {
    const own = widths[index] ?? NARROWEST;
    const before = marks[index - 1];
    const waited = before && parseTime(mark.start_time) > parseTime(before.end_time);
    if (waited) dots.push(x - gap / 2 - 0.5);
    const whole = Math.max(mark.duration_ms, mark.model_ms + mark.tool_ms);
    bars.push({
      x,
      width: own,
      model: whole > 0 ? (own * mark.model_ms) / whole : 0,
      tool: whole > 0 ? (own * mark.tool_ms) / whole : 0,
      failed: mark.failed,
    });
    x += own + gap;
  });
  return { bars, dots };
}

/** Shares `room` out by weight, no share below the narrowest. */
function fitted(weights: readonly number[], room: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const spare = room - NARROWEST * weights.length;
  return weights.map((weight) => {
    const part = total > 0 ? weight / total : 1 / weights.length;
    return NARROWEST + Math.max(spare, 0) * part;
  });
}

/** Maps instants of an interval to places on a line, and finds the round times to mark on it. */

import { millisecondsBetween, type UnixNs } from "./time";

export interface TimeScale {
  readonly start: UnixNs;
  /** Never 0: an interval without length is drawn as one of a microsecond. */
  readonly durationMs: number;
}

export interface Tick {
  /** After the start of the scale, in milliseconds. */
  readonly offsetMs: number;
  /** Place on the line, 0 to 1. */
  readonly fraction: number;
  readonly label: string;
}

export interface Extent {
  /** Place of the left end, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

const SHORTEST_MS = 0.001;
const NICE = [1, 2, 5];
const SECONDS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

export function timeScale(start: UnixNs, end: UnixNs): TimeScale {
  return { start, durationMs: Math.max(SHORTEST_MS, millisecondsBetween(start, end)) };
}

/** 0 at the start, 1 at the end; outside the interval below 0 or above 1. */
export function fractionAt(scale: TimeScale, time: UnixNs): number {
  return millisecondsBetween(scale.start, time) / scale.durationMs;
}

export function pixelAt(scale: TimeScale, time: UnixNs, width: number): number {
  return fractionAt(scale, time) * width;
}

/** The part of the line that an interval covers, cut to the line; an open end reaches its end. */
export function extentOf(scale: TimeScale, start: UnixNs, end: UnixNs | null): Extent {
  const left = clamp(fractionAt(scale, start));
  const right = end === null ? 1 : clamp(fractionAt(scale, end));
  return { left, width: Math.max(0, right - left) };
}

/** Marks at round times from the start on, at most `maximum` steps, in the unit that suits them. */
export function ticks(scale: TimeScale, maximum: number): Tick[] {
  const step = roundStep(scale.durationMs / Math.max(1, maximum));
  const found: Tick[] = [];
  for (let index = 0; index * step <= scale.durationMs * 1.000001; index += 1) {
    const offsetMs = index * step;
    found.push({
      offsetMs,
      fraction: offsetMs / scale.durationMs,
      label: tickLabel(offsetMs, step),
    });
  }
  return found;
}

/** The smallest round step that is not below `milliseconds`. */
function roundStep(milliseconds: number): number {
  if (milliseconds > 30_000) {
    const seconds = SECONDS.find((each) => each * 1000 >= milliseconds);
    if (seconds) return seconds * 1000;
    return Math.ceil(milliseconds / 86_400_000) * 86_400_000;
  }
  // One power lower than the logarithm says: it can be off by a bit at exact powers of ten.
  const power = 10 ** (Math.floor(Math.log10(milliseconds)) - 1);
  for (const factor of [...NICE, ...NICE.map((each) => each * 10), 100]) {
    if (factor * power >= milliseconds * 0.999999) return factor * power;
  }
  return 100 * power;
}

function tickLabel(offsetMs: number, step: number): string {
  if (step >= 3_600_000) return `${trimmed(offsetMs / 3_600_000)} h`;
  if (step >= 60_000) return `${trimmed(offsetMs / 60_000)} min`;
  if (step >= 100) return `${trimmed(offsetMs / 1000)} s`;
  if (step >= 0.1) return `${trimmed(offsetMs)} ms`;
  return `${trimmed(offsetMs * 1000)} µs`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(2)));
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

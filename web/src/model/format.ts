/** Numbers, times and ids as the pages print them: one rule each, the same on every page. */

import { formatTime, millisecondsBetween, toDate, type UnixNs } from "./time";

/** Zero and nothing look alike: an en dash in the quietest text colour. */
export const NOTHING = "–";

/** A price that is not known is said so; it is never shown as 0. */
export const UNKNOWN = "unknown";

/** The zone that clocks are shown in; a preference of the reader, never part of a link. */
export type Zone = "UTC" | "local";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const MONEY = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** `<1 ms`, `212 ms`, `2.38 s`, `10.0 s`, `22m 11s`, `1h 04m`, `2d 3h`; nothing for null. */
export function formatDuration(milliseconds: number | null): string {
  if (milliseconds === null) return NOTHING;
  if (milliseconds < 1) return "<1 ms";
  // Each bound is where rounding would reach the next unit: 999.6 ms is 1.00 s, never 1000 ms.
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 9_995) return `${(milliseconds / 1000).toFixed(2)} s`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const whole = Math.max(milliseconds, MINUTE_MS);
  if (whole < HOUR_MS) return `${units(whole, MINUTE_MS)}m ${pad(units(whole % MINUTE_MS, 1000))}s`;
  if (whole < DAY_MS) return `${units(whole, HOUR_MS)}h ${pad(units(whole % HOUR_MS, MINUTE_MS))}m`;
  return `${units(whole, DAY_MS)}d ${units(whole % DAY_MS, HOUR_MS)}h`;
}

/** Where something lies after a start: `+7.15 s`, `<1 ms`, `0 ms` at the start itself. */
export function formatOffset(milliseconds: number): string {
  if (milliseconds === 0) return "0 ms";
  if (Math.abs(milliseconds) < 1) return formatDuration(Math.abs(milliseconds));
  const sign = milliseconds < 0 ? "−" : "+";
  return sign + formatDuration(Math.abs(milliseconds));
}

/** `now`, `7 s ago`, `2 min ago`, `3 h ago`; from 24 hours on, and for times to come, the date. */
export function formatRelativeTime(time: UnixNs, now: UnixNs, zone: Zone = "UTC"): string {
  const seconds = Math.round(millisecondsBetween(time, now) / 1000);
  if (seconds < -4 || seconds >= 86_400) return formatDate(time, now, zone);
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3600)} h ago`;
}

/** `24 Nov 13:41`, with the year when it is not the year of `now`. */
export function formatDate(time: UnixNs, now: UnixNs, zone: Zone = "UTC"): string {
  const shown = calendar(time, zone);
  const year = shown.year === calendar(now, zone).year ? "" : ` ${shown.year}`;
  return `${formatDay(time, zone)}${year} ${pad(shown.hour)}:${pad(shown.minute)}`;
}

/** `24 Nov`. */
export function formatDay(time: UnixNs, zone: Zone = "UTC"): string {
  const { day, month } = calendar(time, zone);
  return `${day} ${MONTHS[month]}`;
}

/** `13:43:31`, with `decimals` more digits of the second cut off, not rounded. */
export function formatClock(time: UnixNs, zone: Zone = "UTC", decimals = 0): string {
  const { hour, minute, second } = calendar(time, zone);
  const fraction = decimals === 0 ? "" : `.${formatTime(time).slice(20, 20 + decimals)}`;
  return `${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}`;
}

/** What stands behind a shown time: UTC, the reader's own zone, and nanoseconds as sent. */
export function timeTooltip(time: UnixNs): string {
  return `${formatTime(time)}\n${toDate(time).toString()}\n${time} ns`;
}

/** Grouped, for heads and the status bar: `4,812,044`. */
export function formatCount(count: number): string {
  return GROUPED.format(count);
}

/** Three figures, for cells: `999`, `1.18k`, `177k`, `1.18M`, `4.20B`. */
export function formatCompact(count: number): string {
  let scaled = Math.abs(count);
  const sign = count < 0 ? "−" : "";
  if (Math.round(scaled) < 1000) return sign + String(Math.round(scaled));
  for (const unit of ["k", "M", "B"]) {
    scaled /= 1000;
    if (scaled < 9.995) return sign + scaled.toFixed(2) + unit;
    if (scaled < 99.95) return sign + scaled.toFixed(1) + unit;
    if (scaled < 999.5 || unit === "B") return sign + GROUPED.format(scaled) + unit;
  }
  return NOTHING;
}

/** `177k → 3.10k`; nothing if neither was counted. */
export function formatTokens(input: number | null, output: number | null): string {
  if (!input && !output) return NOTHING;
  return `${formatCompact(input ?? 0)} → ${formatCompact(output ?? 0)}`;
}

/** `<$0.0001`, `$0.0031`, `$0.131`, `$4.12`, `$1,204.50`; `unknown` for null, a dash for 0. */
export function formatCost(cost: number | null): string {
  if (cost === null) return UNKNOWN;
  if (cost === 0) return NOTHING;
  if (cost < 0.0001) return "<$0.0001";
  if (cost < 0.00995) return `$${cost.toFixed(4)}`;
  if (cost < 0.9995) return `$${cost.toFixed(3)}`;
  return `$${MONEY.format(cost)}`;
}

/**
 * A sum of costs of which `unpricedCalls` are not known: `$312.40 + unknown`. Where all that is
 * known adds up to nothing, the sum is `unknown`.
 */
export function formatCostSum(knownCost: number | null, unpricedCalls: number): string {
  if (unpricedCalls === 0) return formatCost(knownCost);
  return knownCost ? `${formatCost(knownCost)} + ${UNKNOWN}` : UNKNOWN;
}

/** `84%`, one decimal below ten: `5.4%`. */
export function formatPercent(fraction: number): string {
  const percent = fraction * 100;
  if (percent === 0) return "0%";
  return percent < 9.95 ? `${percent.toFixed(1)}%` : `${Math.round(percent)}%`;
}

/** `812 B`, `14 kB`, `1.2 MB`: thousands, as disks and networks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 9_950) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  if (bytes < 999_500_000) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** The first eight digits of a hex id. Session ids are no hex ids: they are shown whole. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** `1 span`, `25 spans`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

function units(milliseconds: number, unit: number): number {
  return Math.floor(milliseconds / unit);
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

function calendar(time: UnixNs, zone: Zone) {
  const date = toDate(time);
  const utc = zone === "UTC";
  return {
    year: utc ? date.getUTCFullYear() : date.getFullYear(),
    month: utc ? date.getUTCMonth() : date.getMonth(),
    day: utc ? date.getUTCDate() : date.getDate(),
    hour: utc ? date.getUTCHours() : date.getHours(),
    minute: utc ? date.getUTCMinutes() : date.getMinutes(),
    second: utc ? date.getUTCSeconds() : date.getSeconds(),
  };
}

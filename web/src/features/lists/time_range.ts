/** The time range of a list: a preset that moves with the clock, or two fixed ends. */
import { formatDate, type Zone } from "@/model/format";
import { addMilliseconds, formatTime, fromDate, parseTime, type UnixNs } from "@/model/time";

export const PRESETS = [
  { id: "15m", label: "Last 15 minutes", milliseconds: 15 * 60_000 },
  { id: "1h", label: "Last hour", milliseconds: 3_600_000 },
  { id: "6h", label: "Last 6 hours", milliseconds: 6 * 3_600_000 },
  { id: "24h", label: "Last 24 hours", milliseconds: 86_400_000 },
  { id: "7d", label: "Last 7 days", milliseconds: 7 * 86_400_000 },
  { id: "30d", label: "Last 30 days", milliseconds: 30 * 86_400_000 },
  { id: "all", label: "All time", milliseconds: null },
] as const;

export type PresetId = (typeof PRESETS)[number]["id"];

/** Only the pages have a default range; the interface answers for all of time. */
export const DEFAULT_PRESET: PresetId = "24h";

export type TimeRange =
  | { preset: PresetId }
  /** ISO-8601 UTC; a null end is open. */
  | { from: string | null; to: string | null };

/** `range=7d`, or `from=…&to=…`; what cannot be read is the default range. */
export function readRange(query: URLSearchParams): TimeRange {
  const from = readTime(query.get("from"));
  const to = readTime(query.get("to"));
  if (from !== null || to !== null) return { from, to };
  const preset = PRESETS.find((each) => each.id === query.get("range"));
  return { preset: preset?.id ?? DEFAULT_PRESET };
}

/** The parameters of a range; the default range is written as nothing. */
export function writeRange(range: TimeRange): Record<"range" | "from" | "to", string | null> {
  if ("preset" in range) {
    return { range: range.preset === DEFAULT_PRESET ? null : range.preset, from: null, to: null };
  }
  return { range: null, from: range.from, to: range.to };
}

/** What to ask the server for when the clock shows `now`. */
export function rangeBounds(
  range: TimeRange,
  now: UnixNs,
): { from: string | null; to: string | null } {
  if (!("preset" in range)) return range;
  const length = PRESETS.find((each) => each.id === range.preset)?.milliseconds ?? null;
  return { from: length === null ? null : formatTime(addMilliseconds(now, -length)), to: null };
}

/** `Last 24 hours`, `24 Nov 09:50 – 24 Nov 14:05`, `since 24 Nov 09:50`. */
export function rangeLabel(range: TimeRange, now: UnixNs, zone: Zone): string {
  if ("preset" in range) {
    return PRESETS.find((each) => each.id === range.preset)?.label ?? "All time";
  }
  const [from, to] = [range.from, range.to].map((end) =>
    end === null ? null : formatDate(parseTime(end), now, zone),
  );
  if (from && to) return `${from} – ${to}`;
  return from ? `since ${from}` : `until ${to}`;
}

/** True while new data can fall into the range. */
export function isOpenEnded(range: TimeRange): boolean {
  return "preset" in range || range.to === null;
}

/** The value of a datetime-local field, `2026-11-24T13:41`, read in the reader's zone. */
export function timeOfField(value: string, zone: Zone): string | null {
  const date = new Date(zone === "UTC" ? `${value}Z` : value);
  return Number.isNaN(date.getTime()) ? null : formatTime(fromDate(date));
}

export function fieldOfTime(time: string, zone: Zone): string {
  const date = new Date(time);
  const shown =
    zone === "UTC" ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shown.toISOString().slice(0, 16);
}

function readTime(text: string | null): string | null {
  if (text === null) return null;
  try {
    return formatTime(parseTime(text));
  } catch {
    // Milliseconds, an offset or no seconds at all: what Date understands is taken as well.
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? null : formatTime(fromDate(date));
  }
}

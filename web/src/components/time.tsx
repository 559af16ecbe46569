/** Times that say more when pointed at: UTC, the reader's zone and nanoseconds. */
import { useSyncExternalStore } from "react";
import { formatClock, formatDate, formatRelativeTime, timeTooltip } from "@/model/format";
import { fromDate, parseTime, type UnixNs } from "@/model/time";
import { usePreference } from "@/state/preferences";

/** `7 s ago`; goes on by itself. */
export function RelativeTime({ time, className }: { time: string; className?: string }) {
  const [zone] = usePreference("zone");
  const instant = parseTime(time);
  return (
    <time dateTime={time} title={timeTooltip(instant)} className={className}>
      {formatRelativeTime(instant, useNow(), zone)}
    </time>
  );
}

/** `13:43:31`; another day than today's is named first. */
export function ClockTime({
  time,
  decimals = 0,
  dated = false,
  className,
}: {
  time: string;
  decimals?: number;
  dated?: boolean;
  className?: string;
}) {
  const [zone] = usePreference("zone");
  const now = useNow();
  const instant = parseTime(time);
  const date = formatDate(instant, now, zone);
  const today = formatDate(now, now, zone);
  const isToday = date.slice(0, -6) === today.slice(0, -6);
  return (
    <time dateTime={time} title={timeTooltip(instant)} className={className}>
      {dated && !isToday ? date : formatClock(instant, zone, decimals)}
    </time>
  );
}

const TICK_MS = 5_000;
const listeners = new Set<() => void>();
let now: UnixNs = fromDate(new Date());
let timer: ReturnType<typeof setInterval> | undefined;

/** The present, to five seconds: one clock for the whole page. */
export function useNow(): UnixNs {
  return useSyncExternalStore(subscribe, () => now);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = fromDate(new Date());
  for (const listener of listeners) listener();
}

/** Turns points in time, as programs give them, into what OpenTelemetry takes. */
import type { HrTime, TimeInput } from "@opentelemetry/api";

const NS_PER_MS = 1_000_000;
const NS_PER_SECOND = 1_000_000_000n;
/** Numbers from here on are nanoseconds since the epoch: as milliseconds they are past the year 5138. */
const FIRST_NANOSECONDS = 1e14;

/** Now, in nanoseconds since the epoch. */
export function epochNs(): bigint {
  return BigInt(Date.now()) * BigInt(NS_PER_MS);
}

/**
 * Give a point in time as OpenTelemetry takes it.
 *
 * @param time - A `Date`, an `HrTime`, milliseconds since the epoch, or nanoseconds since the epoch as
 *   a BigInt or as a number.
 */
export function timeInput(time: TimeInput | bigint | undefined): TimeInput | undefined {
  if (typeof time === "bigint") return hrTime(time);
  if (typeof time !== "number" || !Number.isFinite(time)) return time;
  return time >= FIRST_NANOSECONDS ? hrTime(BigInt(Math.trunc(time))) : time;
}

function hrTime(timeNs: bigint): HrTime {
  return [Number(timeNs / NS_PER_SECOND), Number(timeNs % NS_PER_SECOND)];
}

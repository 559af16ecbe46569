/** Instants of the REST interface as bigint nanoseconds, and the lossy ways out of them. */

declare const unixNs: unique symbol;

/**
 * Nanoseconds since 1970-01-01T00:00:00Z. A JavaScript number holds them only to about 200 ns,
 * so they stay a bigint until a difference has been taken.
 */
export type UnixNs = bigint & { readonly [unixNs]: true };

const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/;

export function unixNsOf(nanoseconds: bigint): UnixNs {
  return nanoseconds as UnixNs;
}

/** Parses `2026-11-24T13:43:31.026000001Z`; throws a RangeError on any other form. */
export function parseTime(iso: string): UnixNs {
  const match = ISO.exec(iso);
  const milliseconds = match ? Date.parse(`${match[1]}Z`) : Number.NaN;
  if (!match || Number.isNaN(milliseconds)) {
    throw new RangeError(`not a UTC time with at most nine decimals: ${iso}`);
  }
  const fraction = BigInt((match[2] ?? "").padEnd(9, "0"));
  return unixNsOf(BigInt(milliseconds) * NS_PER_MS + fraction);
}

/** The inverse of parseTime: always nine decimals, always UTC. */
export function formatTime(time: UnixNs): string {
  const nanoseconds = ((time % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND;
  const seconds = (time - nanoseconds) / NS_PER_SECOND;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(nanoseconds).padStart(9, "0")}Z`;
}

/** From `from` to `to` in milliseconds. Exact to the nanosecond below 104 days, lossy above. */
export function millisecondsBetween(from: UnixNs, to: UnixNs): number {
  return Number(to - from) / 1e6;
}

/** Lossy: fractions of a nanosecond are dropped. */
export function addMilliseconds(time: UnixNs, milliseconds: number): UnixNs {
  return unixNsOf(time + BigInt(Math.trunc(milliseconds * 1e6)));
}

/** Lossy: what is finer than a millisecond is dropped. For clocks and calendars only. */
export function toDate(time: UnixNs): Date {
  const rest = ((time % NS_PER_MS) + NS_PER_MS) % NS_PER_MS;
  return new Date(Number((time - rest) / NS_PER_MS));
}

export function fromDate(date: Date): UnixNs {
  return unixNsOf(BigInt(date.getTime()) * NS_PER_MS);
}

export function earliest(a: UnixNs, b: UnixNs): UnixNs {
  return a <= b ? a : b;
}

export function latest(a: UnixNs, b: UnixNs): UnixNs {
  return a >= b ? a : b;
}

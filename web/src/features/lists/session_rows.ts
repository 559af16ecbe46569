/** Turns sessions and the traces of those that are open into the rows of one list. */
import type { Session, Step, Trace } from "@/api/types";
import { latest, millisecondsBetween, parseTime } from "@/model/time";

/** Place on a scale from 0 to 1. */
export interface Extent {
  offset: number;
  length: number;
}

/** What is known of the traces of an open session. */
export interface OpenSession {
  /** From the first one on, in order. */
  first: readonly Trace[];
  /** The latest ones, in order; empty where `first` is all there is. */
  last: readonly Trace[];
  /** No more follow `first`. */
  complete: boolean;
  /** Show everything between the first and the last 25. */
  whole: boolean;
  error: Error | null;
}

interface Place {
  key: string;
  sessionId: string;
}

export type SessionListRow =
  | (Place & { kind: "session"; session: Session; open: boolean })
  | (Place & {
      kind: "trace";
      trace: Trace;
      /** 1 for the first trace of the session. */
      number: number;
      extent: Extent;
      /** The thread ends at this row. */
      last: boolean;
    })
  | (Place & {
      kind: "step";
      trace: Trace;
      step: Step;
      extent: Extent;
      lastStep: boolean;
      last: boolean;
    })
  | (Place & { kind: "more"; hidden: number; loading: boolean })
  | (Place & { kind: "steps-more"; trace: Trace; hidden: number; last: boolean })
  | (Place & { kind: "pending"; index: number; last: boolean })
  | (Place & { kind: "failed"; error: Error });

/** Rows in place of traces that are still loading: as many as will come, for the first answer. */
const MOST_PENDING = 50;

export function sessionRows(
  sessions: readonly Session[],
  open: ReadonlyMap<string, OpenSession | null>,
  atAnEnd: number,
): SessionListRow[] {
  return sessions.flatMap((session): SessionListRow[] => {
    const sessionId = session.session_id;
    const head: SessionListRow = {
      kind: "session",
      key: sessionKey(sessionId),
      sessionId,
      session,
      open: open.has(sessionId),
    };
    if (!open.has(sessionId)) return [head];
    return [head, ...below(session, open.get(sessionId) ?? null, atAnEnd)];
  });
}

export function sessionKey(sessionId: string): string {
  return `session ${sessionId}`;
}

export function traceKey(traceId: string): string {
  return `trace ${traceId}`;
}

export function stepKey(traceId: string, spanId: string): string {
  return `step ${traceId} ${spanId}`;
}

function below(session: Session, known: OpenSession | null, atAnEnd: number): SessionListRow[] {
  const sessionId = session.session_id;
  if (known?.error) {
    return [{ kind: "failed", key: `failed ${sessionId}`, sessionId, error: known.error }];
  }
  if (!known || (known.first.length === 0 && !known.complete)) {
    const count = Math.min(Math.max(session.trace_count, 1), MOST_PENDING);
    return Array.from({ length: count }, (_, index) => ({
      kind: "pending",
      key: `pending ${sessionId} ${index}`,
      sessionId,
      index,
      last: index === count - 1,
    }));
  }
  const { head, hidden, tail, total } = shownTraces(session, known, atAnEnd);
  const all = [...head, ...tail];
  const extents = hidden === 0 ? busyExtents(all) : wallExtents(session, all);
  const rows = all.flatMap((trace, index) => {
    const number = index < head.length ? index + 1 : total - all.length + index + 1;
    const ends = index === all.length - 1;
    return traceRows(sessionId, trace, number, extents[index] ?? { offset: 0, length: 0 }, ends);
  });
  if (hidden === 0) return rows;
  const gap = rows.findIndex((row) => row.kind === "trace" && row.trace === tail[0]);
  const more: SessionListRow = {
    kind: "more",
    key: `more ${sessionId}`,
    sessionId,
    hidden,
    loading: known.whole,
  };
  return gap < 0 ? [...rows, more] : [...rows.slice(0, gap), more, ...rows.slice(gap)];
}

function shownTraces(session: Session, known: OpenSession, atAnEnd: number) {
  const total = known.complete
    ? known.first.length
    : Math.max(session.trace_count, known.first.length + 1);
  const all = known.complete && (known.whole || total <= 2 * atAnEnd);
  if (all) return { head: known.first, hidden: 0, tail: [], total };
  const head = known.whole ? known.first : known.first.slice(0, atAnEnd);
  const there = new Set(head.map((trace) => trace.trace_id));
  const lastOnes = known.last.length > 0 ? known.last : known.first.slice(-atAnEnd);
  const tail = lastOnes.filter((trace) => !there.has(trace.trace_id));
  return { head, hidden: Math.max(total - head.length - tail.length, 0), tail, total };
}

function traceRows(
  sessionId: string,
  trace: Trace,
  number: number,
  extent: Extent,
  ends: boolean,
): SessionListRow[] {
  const steps = trace.steps ?? [];
  const hidden = trace.step_count - steps.length;
  const rows: SessionListRow[] = [
    {
      kind: "trace",
      key: traceKey(trace.trace_id),
      sessionId,
      trace,
      number,
      extent,
      last: ends && steps.length === 0,
    },
  ];
  steps.forEach((step, index) => {
    const lastStep = index === steps.length - 1 && hidden <= 0;
    rows.push({
      kind: "step",
      key: stepKey(trace.trace_id, step.span_id),
      sessionId,
      trace,
      step,
      extent: stepExtent(trace, step),
      lastStep,
      last: ends && lastStep,
    });
  });
  if (steps.length > 0 && hidden > 0) {
    const key = `steps-more ${trace.trace_id}`;
    rows.push({ kind: "steps-more", key, sessionId, trace, hidden, last: ends });
  }
  return rows;
}

/** Where each trace lies on the time in which at least one of them ran. */
export function busyExtents(traces: readonly Trace[]): Extent[] {
  const intervals = traces.map((trace) => ({
    start: parseTime(trace.start_time),
    end: parseTime(trace.end_time),
  }));
  const order = intervals.map((_, index) => index).sort((a, b) => compare(a, b));
  const offsets: number[] = [];
  let busy = 0;
  let reached = intervals[order[0] ?? 0]?.start;
  for (const index of order) {
    const interval = intervals[index];
    if (!interval || reached === undefined) continue;
    // What lies before `reached` has been counted; a wait between two traces has no length.
    const overlap = interval.start < reached ? millisecondsBetween(interval.start, reached) : 0;
    offsets[index] = Math.max(busy - overlap, 0);
    if (interval.end > reached) {
      const from = latest(interval.start, reached);
      busy += millisecondsBetween(from, interval.end);
      reached = interval.end;
    }
  }
  return intervals.map(({ start, end }, index) => ({
    offset: share(offsets[index] ?? 0, busy),
    length: share(millisecondsBetween(start, end), busy),
  }));

  function compare(a: number, b: number): number {
    const [left, right] = [intervals[a], intervals[b]];
    if (!left || !right || left.start === right.start) return a - b;
    return left.start < right.start ? -1 : 1;
  }
}

/** Where each trace lies on the wall time of its session: what is not loaded has no busy time. */
function wallExtents(session: Session, traces: readonly Trace[]): Extent[] {
  const start = parseTime(session.start_time);
  return traces.map((trace) => ({
    offset: share(millisecondsBetween(start, parseTime(trace.start_time)), session.duration_ms),
    length: share(trace.duration_ms, session.duration_ms),
  }));
}

function stepExtent(trace: Trace, step: Step): Extent {
  const start = parseTime(trace.start_time);
  const offset = millisecondsBetween(start, parseTime(step.start_time));
  const length = step.duration_ms ?? Math.max(trace.duration_ms - offset, 0);
  return { offset: share(offset, trace.duration_ms), length: share(length, trace.duration_ms) };
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(Math.max(part / whole, 0), 1);
}

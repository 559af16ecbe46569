import { describe, expect, test } from "vitest";
import type { Session, Step, Trace } from "@/api/types";
import { addMilliseconds, formatTime, parseTime } from "@/model/time";
import { busyExtents, type OpenSession, sessionRows } from "./session_rows";

const START = parseTime("2026-11-24T13:41:07.000000000Z");
const at = (milliseconds: number) => formatTime(addMilliseconds(START, milliseconds));

const trace = (trace_id: string, start: number, duration_ms: number, steps: Step[] = []) =>
  ({
    trace_id,
    start_time: at(start),
    end_time: at(start + duration_ms),
    duration_ms,
    steps,
    step_count: steps.length,
  }) as Trace;
const traces = (count: number) =>
  Array.from({ length: count }, (_, index) => trace(`t${index + 1}`, index * 10, 10));
const session = (session_id: string, trace_count: number) =>
  ({ session_id, trace_count, start_time: at(0), duration_ms: trace_count * 10 }) as Session;
const known = (change: Partial<OpenSession>): OpenSession => ({
  first: [],
  last: [],
  complete: true,
  whole: false,
  error: null,
  ...change,
});
const rowsOf = (one: Session, open: OpenSession | null) =>
  sessionRows([one], new Map([[one.session_id, open]]), 25);

describe("the rows of a session", () => {
  test("a closed session is one row", () => {
    const rows = sessionRows([session("a", 3), session("b", 1)], new Map(), 25);
    expect(rows.map((row) => [row.kind, row.sessionId])).toEqual([
      ["session", "a"],
      ["session", "b"],
    ]);
  });

  test("an open session shows all its traces in order, the thread ending at the last", () => {
    const rows = rowsOf(session("a", 3), known({ first: traces(3) }));
    expect(rows.map((row) => row.key)).toEqual(["session a", "trace t1", "trace t2", "trace t3"]);
    expect(rows.map((row) => row.kind === "trace" && row.last)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test("while its traces load, an open session has as many grey rows as will come", () => {
    const rows = rowsOf(session("a", 3), null);
    expect(rows.map((row) => row.kind)).toEqual(["session", "pending", "pending", "pending"]);
    expect(rowsOf(session("a", 5_000), null)).toHaveLength(51);
  });

  test("fifty traces are shown whole", () => {
    expect(rowsOf(session("a", 50), known({ first: traces(50) }))).toHaveLength(51);
  });

  test("of more than fifty the first and the last 25 are shown, and how many are between", () => {
    const all = traces(120);
    const open = known({ first: all.slice(0, 50), last: all.slice(-25), complete: false });
    const rows = rowsOf(session("a", 120), open);
    expect(rows).toHaveLength(1 + 25 + 1 + 25);
    expect(rows[26]).toMatchObject({ kind: "more", hidden: 70, loading: false });
    expect(rows[25]).toMatchObject({ key: "trace t25", number: 25 });
    expect(rows[27]).toMatchObject({ key: "trace t96", number: 96 });
    expect(rows[51]).toMatchObject({ key: "trace t120", number: 120, last: true });
  });

  test("the rest opens page by page, no trace twice", () => {
    const all = traces(120);
    const half = known({
      first: all.slice(0, 110),
      last: all.slice(-25),
      complete: false,
      whole: true,
    });
    const rows = rowsOf(session("a", 120), half);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
    expect(rows.filter((row) => row.kind === "trace")).toHaveLength(120);
    const done = rowsOf(
      session("a", 120),
      known({ first: all, last: all.slice(-25), whole: true }),
    );
    expect(done.map((row) => row.kind)).not.toContain("more");
    expect(done).toHaveLength(121);
  });

  test("the steps of a workflow are listed below it, and the thread goes on to the last of them", () => {
    const step = (span_id: string, start: number) =>
      ({ span_id, start_time: at(start), duration_ms: 25 }) as Step;
    const workflow = trace("w", 0, 100, [step("s1", 0), step("s2", 50)]);
    const rows = rowsOf(session("a", 1), known({ first: [workflow] }));
    expect(rows.map((row) => row.key)).toEqual(["session a", "trace w", "step w s1", "step w s2"]);
    expect(rows[1]).toMatchObject({ last: false });
    expect(rows[3]).toMatchObject({
      lastStep: true,
      last: true,
      extent: { offset: 0.5, length: 0.25 },
    });
  });

  test("steps beyond those that were sent are counted", () => {
    const workflow = {
      ...trace("w", 0, 100, [{ span_id: "s", start_time: at(0) } as Step]),
      step_count: 30,
    };
    const rows = rowsOf(session("a", 1), known({ first: [workflow] }));
    expect(rows.at(-1)).toMatchObject({ kind: "steps-more", hidden: 29, last: true });
  });
});

describe("places on the busy time", () => {
  test("a wait between two traces has no length", () => {
    expect(busyExtents([trace("a", 0, 10), trace("b", 1_000_000, 30)])).toEqual([
      { offset: 0, length: 0.25 },
      { offset: 0.25, length: 0.75 },
    ]);
  });

  test("traces at the same time share their place", () => {
    expect(busyExtents([trace("a", 0, 100), trace("b", 50, 25), trace("c", 75, 125)])).toEqual([
      { offset: 0, length: 0.5 },
      { offset: 0.25, length: 0.125 },
      { offset: 0.375, length: 0.625 },
    ]);
  });

  test("traces without any length are at the start", () => {
    expect(busyExtents([trace("a", 0, 0)])).toEqual([{ offset: 0, length: 0 }]);
    expect(busyExtents([])).toEqual([]);
  });
});

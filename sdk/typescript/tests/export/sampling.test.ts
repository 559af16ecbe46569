import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, isKept, SamplingGate } from "../../src/export/sampling.js";
import { state } from "../../src/state.js";
import { vectors } from "../conformance.js";
import { silenced } from "../silence.js";

interface Vectors {
  hashes: { id: string; hash: number }[];
  decisions: { id: string; rate: number; kept: boolean }[];
}

const { hashes, decisions } = vectors<Vectors>("sampling");
const RATE = 0.5;
const kept = ["session-1", "a"];
const dropped = ["session-2", "b"];

function gate(maxQueueBytes = 4_000) {
  const passed: string[] = [];
  return {
    passed,
    gate: new SamplingGate<string>(RATE, maxQueueBytes, (span) => passed.push(span)),
  };
}
const trace = (traceId: string, sessionId: string | undefined, isOpen: boolean) => ({
  traceId,
  sessionId,
  isOpen,
});

it.each(hashes)("$id hashes as in Python", ({ id, hash }) => {
  expect(hashOf(id)).toBe(hash);
});

it.each(decisions)("$id at rate $rate is decided as in Python", ({ id, rate, kept: expected }) => {
  expect(isKept(id, rate)).toBe(expected);
});

it("a higher rate keeps whatever a lower one keeps", () => {
  const rates = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.string(), rates, rates, (id, one, other) => {
      if (isKept(id, Math.min(one, other))) expect(isKept(id, Math.max(one, other))).toBe(true);
    }),
  );
});

describe("the gate", () => {
  it("lets all traces of a kept session through and none of a dropped one", () => {
    const { gate: it, passed } = gate();
    for (const [index, session] of [...kept, ...dropped].entries()) {
      it.put(`${session}, span`, 10, trace(`${index}`, session, true));
      it.put(`${session}, root`, 10, trace(`${index}`, session, false));
    }
    expect(passed).toEqual(["session-1, span", "session-1, root", "a, span", "a, root"]);
  });

  it("keeps spans until the session of their trace is known", () => {
    const { gate: it, passed } = gate();
    it.put("early", 10, trace("t", undefined, true));
    expect(passed).toEqual([]);
    it.put("later", 10, trace("t", "session-1", true));
    expect(passed).toEqual(["early", "later"]);
  });

  it("decides a trace without a session by its id when its root has ended", () => {
    const { gate: it, passed } = gate();
    it.put("child", 10, trace("a", undefined, true));
    it.put("root", 10, trace("a", undefined, false));
    it.put("root of another", 10, trace("b", undefined, false));
    expect(passed).toEqual(["child", "root"]);
  });

  it("holds to its decision for spans that end later", () => {
    const { gate: it, passed } = gate();
    it.put("root", 10, trace("t", "session-1", false));
    it.put("late", 10, trace("t", "session-2", false));
    expect(passed).toEqual(["root", "late"]);
  });

  it(
    "decides the trace that waits longest when more waits than may",
    silenced(() => {
      const { gate: it, passed } = gate(4_000);
      it.put("first", 600, trace("a", undefined, true));
      it.put("second", 600, trace("session-1", undefined, true));
      expect(passed).toEqual(["first"]);
      expect([...state.warned]).toEqual(["sampling room"]);
    }),
  );

  it("decides all that waits when nothing more will be known", () => {
    const { gate: it, passed } = gate();
    it.put("kept", 10, trace("a", undefined, true));
    it.put("dropped", 10, trace("b", undefined, true));
    it.put("of a session", 10, trace("00", undefined, true));
    it.settle((traceId) => (traceId === "00" ? "session-1" : undefined));
    expect(passed).toEqual(["kept", "of a session"]);
  });
});

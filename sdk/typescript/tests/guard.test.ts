import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { guarded, log, setRaising, warnOnce } from "../src/guard.js";
import { Laminar, observe } from "../src/index.js";
import { state } from "../src/state.js";
import { capture } from "../src/testing.js";
import { silenced } from "./silence.js";

beforeEach(() => setRaising(false));
afterEach(async () => {
  await Laminar.shutdown();
  setRaising(true);
  state.logLevel = "warn";
});

const fail = () => {
  throw new Error("internal");
};

describe("an error inside the SDK", () => {
  it(
    "is logged once per place, and goes no further",
    silenced(() => {
      expect(guarded("here", fail)).toBeUndefined();
      guarded("here", fail);
      guarded("there", fail);
      const lines = vi.mocked(console.error).mock.calls.flat();
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(
        /^threadline: here failed, the program goes on without it: Error: internal/,
      );
    }),
  );

  it(
    "leaves an observed function as it is",
    silenced(async () => {
      const broken = { onStart: fail, onEnd: fail, forceFlush: fail, shutdown: fail };
      Laminar.initialize({ spanProcessor: broken as never, instrumentModules: {} });
      expect(observe({ name: "work" }, (a: number) => a + 1, 1)).toBe(2);
      await expect(observe({}, async () => "x")).resolves.toBe("x");
      expect([
        ...observe({}, function* () {
          yield 1;
        }),
      ]).toEqual([1]);
      Laminar.startActiveSpan({ name: "span" }).end();
      Laminar.event({ name: "event" });
      expect(await Laminar.flush()).toBeTypeOf("boolean");
      await Laminar.shutdown();
      expect(console.error).toHaveBeenCalled();
    }),
  );

  it(
    "is none that odd arguments cause",
    silenced(async () => {
      const odd = Object.defineProperty({}, "bad", { enumerable: true, get: fail }) as never;
      const use = (given: never) => {
        Laminar.setTraceSessionId(given);
        Laminar.setTraceUserId(given);
        Laminar.setTraceMetadata(given);
        Laminar.setSpanOutput(given);
        Laminar.setSpanAttributes(given);
        Laminar.setSpanTags(given);
        Laminar.event({ name: given, attributes: given, timestamp: given });
        Laminar.score(given, given, { sessionId: given });
        Laminar.inject(given);
        expect(Laminar.session(given, () => 1)).toBe(1);
        expect(Laminar.extract(given, () => 1)).toBe(1);
        const options = {
          name: given,
          sessionId: given,
          userId: given,
          metadata: given,
          tags: given,
          spanType: given,
          parentSpanContext: given,
          input: given,
        };
        expect(observe(options, () => 1)).toBe(1);
        Laminar.startSpan({ ...options, attributes: given, startTime: given }).end();
        Laminar.startActiveSpan(options).end();
      };
      const values = [undefined, null, 7, "text", Symbol("s"), odd, () => 1, [null]];
      const { spans } = await capture(() => {
        for (const value of values) use(value as never);
      });
      expect(spans.length).toBeGreaterThan(values.length);
    }),
  );
});

describe("a warning", () => {
  it(
    "is given once",
    silenced(() => {
      warnOnce("key", "first");
      warnOnce("key", "second");
      expect(vi.mocked(console.warn).mock.calls).toEqual([["threadline: first"]]);
    }),
  );

  it(
    "is kept back by the log level",
    silenced(() => {
      state.logLevel = "error";
      warnOnce("a", "warning");
      log("error", "shown");
      state.logLevel = "off";
      log("error", "kept back");
      expect(console.warn).not.toHaveBeenCalled();
      expect(console.error).toHaveBeenCalledTimes(1);
    }),
  );

  it(
    "does not depend on the console",
    silenced(() => {
      vi.mocked(console.warn).mockImplementation(fail);
      expect(() => warnOnce("key", "message")).not.toThrow();
    }),
  );
});

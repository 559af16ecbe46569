import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Laminar, observe } from "../src/index.js";
import { parseSpanContext, serialize, traceIdHex } from "../src/spanContext.js";
import { capture } from "../src/testing.js";
import { silenced } from "./silence.js";

const TRACE = "0123456789abcdef0123456789abcdef";
const TRACE_UUID = "01234567-89ab-cdef-0123-456789abcdef";
const SPAN = "fedcba9876543210";
const SPAN_UUID = "00000000-0000-0000-fedc-ba9876543210";

describe("a span context", () => {
  it("comes back as it went", () => {
    const hex = (length: number) =>
      fc.string({
        unit: fc.constantFrom(..."0123456789abcdef"),
        minLength: length,
        maxLength: length,
      });
    const ids = fc.tuple(hex(31), hex(15), fc.string(), fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(ids, ([trace, span, sessionId, metadata]) => {
        const [traceId, spanId] = [`1${trace}`, `2${span}`];
        const uuid = (id: string) => `${id.slice(0, 8)}-${id.slice(8)}` as never;
        const text = serialize({
          traceId: uuid(traceId),
          spanId: uuid(spanId),
          isRemote: false,
          sessionId,
          metadata,
        });
        expect(parseSpanContext(text)).toEqual({
          traceId,
          spanId,
          sessionId: sessionId || undefined,
          userId: undefined,
          metadata: JSON.parse(JSON.stringify(metadata)),
        });
      }),
    );
  });

  it.each([
    { trace_id: TRACE_UUID, span_id: SPAN_UUID, session_id: "s", user_id: "u", is_remote: true },
    { traceId: TRACE_UUID, spanId: SPAN_UUID, sessionId: "s", userId: "u", isRemote: true },
    { trace_id: TRACE, span_id: SPAN, session_id: "s", user_id: "u" },
    { traceId: TRACE.toUpperCase(), spanId: SPAN.toUpperCase(), sessionId: "s", userId: "u" },
  ])("is read in either SDK's spelling, by UUID or hexadecimal: %#", (given) => {
    const parsed = { traceId: TRACE, spanId: SPAN, sessionId: "s", userId: "u" };
    expect(parseSpanContext(given)).toMatchObject(parsed);
    expect(parseSpanContext(JSON.stringify(given))).toMatchObject(parsed);
  });

  it.each([
    undefined,
    null,
    7,
    "",
    "{",
    "[]",
    {},
    { traceId: TRACE },
    { traceId: TRACE, spanId: 7 },
    { traceId: "0".repeat(32), spanId: SPAN },
    { traceId: TRACE, spanId: "0".repeat(16) },
    { traceId: TRACE, spanId: TRACE },
    { traceId: `${TRACE}00`, spanId: SPAN },
    { traceId: "not hexadecimal digits at all!!!", spanId: SPAN },
  ])("is none where it is not one: %#", (given) => {
    expect(parseSpanContext(given)).toBeUndefined();
  });

  it("is never an error, whatever is given", () => {
    fc.assert(fc.property(fc.anything(), (given) => void parseSpanContext(given)));
    fc.assert(fc.property(fc.string(), (given) => void traceIdHex(given)));
  });

  it("carries the place in the trace, and its session, user and metadata", async () => {
    await capture(() => {
      expect(Laminar.getLaminarSpanContext()).toBeNull();
      expect(Laminar.serializeLaminarSpanContext()).toBeNull();
      observe({ sessionId: "s", userId: "u", metadata: { k: [1] } }, () => {
        const span = Laminar.getCurrentSpan();
        expect(JSON.parse(Laminar.serializeLaminarSpanContext() ?? "")).toEqual({
          traceId: span?.traceId("uuid"),
          spanId: span?.spanId("uuid"),
          isRemote: false,
          sessionId: "s",
          userId: "u",
          metadata: { k: [1] },
        });
        expect(span?.spanId("uuid")).toMatch(/^00000000-0000-0000-[0-9a-f]{4}-[0-9a-f]{12}$/);
        expect(Laminar.getTraceId()).toBe(span?.traceId("uuid"));
      });
    });
  });

  it("continues the trace elsewhere", async () => {
    const sent = await capture(() =>
      observe({ name: "sender", sessionId: "s" }, () => {
        queue.push(Laminar.serializeLaminarSpanContext() ?? "");
      }),
    );
    const taken = await capture(() => {
      observe({ name: "worker", parentSpanContext: queue[0], userId: "mine" }, () => {});
      observe({ name: "next" }, () => {});
    });
    const sender = sent.find("sender");
    expect(taken.find("worker")).toMatchObject({
      traceId: sender.traceId,
      parentId: sender.spanId,
      sessionId: "s",
      userId: "mine",
    });
    expect(taken.find("next").sessionId).toBeUndefined();
  });

  it(
    "that is none is passed over with one warning",
    silenced(async () => {
      const captured = await capture(() => {
        observe({ name: "a", parentSpanContext: "{" }, () => {});
        observe({ name: "b", parentSpanContext: { traceId: "7" } as never }, () => {});
      });
      expect(captured.spans.map(({ parentId }) => parentId)).toEqual([undefined, undefined]);
      expect(console.warn).toHaveBeenCalledTimes(1);
    }),
  );
});

const queue: string[] = [];

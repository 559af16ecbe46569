import { trace } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { Laminar, observe, TracingLevel, withTracingLevel } from "../src/index.js";
import { capture } from "../src/testing.js";
import { isWithoutContent } from "../src/tracingLevel.js";

describe("a tracing level", () => {
  it("of off records no span, by whatever tracer, and lets the functions run", async () => {
    const { spans } = await capture(async () => {
      const result = await withTracingLevel(
        TracingLevel.OFF,
        async (a: number) => {
          trace.getTracer("foreign").startSpan("foreign").end();
          expect(Laminar.getTraceId()).toBeNull();
          return observe({}, (b: number) => b + 1, a);
        },
        1,
      );
      expect(result).toBe(2);
    });
    expect(spans).toEqual([]);
  });

  it("of meta_only records spans without inputs and outputs", async () => {
    const captured = await capture(() => {
      withTracingLevel("meta_only", () =>
        observe({ name: "inside", sessionId: "s" }, (secret: string) => secret, "secret"),
      );
      observe({ name: "after" }, (text: string) => text, "shown");
    });
    expect(captured.find("inside").attributes).toEqual({ "session.id": "s" });
    expect(captured.find("after")).toMatchObject({ input: "shown", output: "shown" });
  });

  it("of meta_only tells of spans of other tracers, too", async () => {
    await capture(() => {
      const start = () => trace.getTracer("foreign").startSpan("foreign");
      expect(isWithoutContent(withTracingLevel(TracingLevel.META_ONLY, start))).toBe(true);
      expect(isWithoutContent(start())).toBe(false);
    });
  });

  it("of all records again inside one that does not", async () => {
    const captured = await capture(() =>
      withTracingLevel(TracingLevel.OFF, () =>
        withTracingLevel(TracingLevel.ALL, () => observe({ name: "shown" }, () => 1)),
      ),
    );
    expect(captured.find("shown").output).toBe(1);
  });
});

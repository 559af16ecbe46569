import { AsyncLocalStorage } from "node:async_hooks";
import { context, trace } from "@opentelemetry/api";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { Laminar, LaminarAttributes, LaminarSpan, observe, type Span } from "../src/index.js";
import { capture } from "../src/testing.js";
import { silenced } from "./silence.js";

afterEach(async () => {
  await Laminar.shutdown();
});

describe("initialize", () => {
  it("is taken once, until shutdown", async () => {
    expect(Laminar.initialized()).toBe(false);
    Laminar.initialize({
      projectApiKey: "a",
      baseUrl: "http://localhost:1",
      instrumentModules: {},
    });
    Laminar.initialize({
      projectApiKey: "b",
      baseUrl: "http://localhost:2",
      instrumentModules: {},
    });
    expect(Laminar.initialized()).toBe(true);
    expect([Laminar.getProjectApiKey(), Laminar.getHttpUrl()]).toEqual(["a", "http://localhost:1"]);
    await Laminar.shutdown();
    expect(Laminar.initialized()).toBe(false);
    expect([Laminar.getProjectApiKey(), Laminar.getHttpUrl()]).toEqual(["", ""]);
  });

  it("throws for an argument that cannot be meant, and stays undone", () => {
    expect(() => Laminar.initialize({ sampleRate: 2 })).toThrow(RangeError);
    expect(Laminar.initialized()).toBe(false);
  });

  it("hands spans to the processor that is given", async () => {
    const ended: string[] = [];
    const spanProcessor = {
      onStart: () => {},
      onEnd: (span: { name: string }) => void ended.push(span.name),
      forceFlush: vi.fn(async () => {}),
      shutdown: vi.fn(async () => {}),
    };
    Laminar.initialize({ spanProcessor, instrumentModules: {} });
    observe({ name: "work" }, () => {});
    await Laminar.flush();
    await Laminar.shutdown();
    expect(ended).toEqual(["work"]);
    expect(spanProcessor.forceFlush).toHaveBeenCalled();
    expect(spanProcessor.shutdown).toHaveBeenCalled();
  });

  it("lets the process continue the trace of LMNR_SPAN_CONTEXT, and its session", async () => {
    vi.stubEnv(
      "LMNR_SPAN_CONTEXT",
      JSON.stringify({ trace_id: "1".repeat(32), span_id: "2".repeat(16), session_id: "s" }),
    );
    const captured = await capture(() => {
      observe({ name: "root" }, () => observe({ name: "child" }, () => {}));
      trace.getTracer("foreign").startSpan("foreign").end();
    });
    vi.unstubAllEnvs();
    for (const name of ["root", "foreign"]) {
      expect(captured.find(name)).toMatchObject({
        traceId: "1".repeat(32),
        parentId: "2".repeat(16),
        sessionId: "s",
      });
    }
    const { spans } = await capture(() => observe({ name: "later" }, () => {}));
    expect(spans[0]?.sessionId).toBeUndefined();
  });

  it("puts its metadata on every root", async () => {
    const captured = await capture(
      () => observe({ name: "root" }, () => observe({ name: "child" }, () => {})),
      { metadata: { release: "1" } },
    );
    expect(captured.find("root").metadata).toEqual({ release: "1" });
    expect(captured.find("child").metadata).toEqual({});
  });
});

describe("before initialize, and where tracing is disabled", () => {
  const everything = () => {
    Laminar.setTraceSessionId("s");
    Laminar.setTraceUserId("u");
    Laminar.setTraceMetadata({ k: 1 });
    Laminar.setSpanOutput(1);
    Laminar.setSpanAttributes({ a: 1 });
    Laminar.setSpanTags(["t"]);
    Laminar.addSpanTags(["t"]);
    Laminar.event({ name: "e" });
    Laminar.score("s", 1);
    Laminar.feedback(true);
    Laminar.patch({});
    expect(Laminar.getTraceId()).toBeNull();
    expect(Laminar.getCurrentSpan()).toBeUndefined();
    expect(Laminar.serializeLaminarSpanContext()).toBeNull();
    expect(Laminar.inject({ a: "b" })).toEqual({ a: "b" });
    const span = Laminar.startActiveSpan({ name: "x" });
    expect(Laminar.withSpan(span, () => "ran", true)).toBe("ran");
    span.setTraceSessionId("s");
    span.setInput(1);
    span.addTags(["t"]);
    span.end();
    expect(Laminar.session("s", () => "ran")).toBe("ran");
    expect(Laminar.extract({ traceparent: "x" }, () => "ran")).toBe("ran");
  };

  it(
    "every call does nothing, quietly",
    silenced(async () => {
      everything();
      expect(await Laminar.flush()).toBe(true);
      vi.stubEnv("LMNR_DISABLE_TRACING", "true");
      Laminar.initialize({ baseUrl: "https://traces.example.com" });
      vi.unstubAllEnvs();
      expect(Laminar.initialized()).toBe(true);
      everything();
      expect(console.warn).not.toHaveBeenCalled();
    }),
  );
});

describe("a span started by hand", () => {
  it("takes everything that is given, and times", async () => {
    const { spans } = await capture(() => {
      const span = Laminar.startSpan({
        name: "all",
        input: { q: 1 },
        spanType: "TOOL",
        tags: ["t"],
        sessionId: "s",
        userId: "u",
        metadata: { k: 1 },
        attributes: { "gen_ai.request.model": "m", nested: { a: 1 }, none: null },
        startTime: 1_700_000_000_000_000_000n,
      });
      span.setOutput(["o"]);
      span.addTags(["t", "v"]);
      expect(span.tags).toEqual(["t", "v"]);
      span.end([1_700_000_001, 500]);
    });
    expect(spans).toMatchObject([
      {
        input: { q: 1 },
        output: ["o"],
        type: "TOOL",
        tags: ["t", "v"],
        sessionId: "s",
        userId: "u",
        metadata: { k: 1 },
        startNs: 1_700_000_000_000_000_000n,
        endNs: 1_700_000_001_000_000_500n,
      },
    ]);
    expect(spans[0]?.attributes).toMatchObject({ "gen_ai.request.model": "m", nested: '{"a":1}' });
    expect(spans[0]?.attributes).not.toHaveProperty("none");
  });

  it("is not active, but the parent of what runs in it", async () => {
    const captured = await capture(async () => {
      const span = Laminar.startSpan({ name: "span" });
      observe({ name: "beside" }, () => {});
      await Laminar.withSpan(span, async () => {
        await Promise.resolve();
        observe({ name: "inside" }, () => {});
      });
      expect(span.isRecording()).toBe(true);
      span.end();
    });
    const span = captured.find("span");
    expect(span.children.map(({ name }) => name)).toEqual(["inside"]);
  });

  it("starts in the context that is given", async () => {
    const captured = await capture(() => {
      const parent = Laminar.startSpan({ name: "parent" });
      const within = trace.setSpan(context.active(), parent);
      Laminar.startSpan({ name: "child", context: within }).end();
      parent.end();
    });
    expect(captured.find("child").parentId).toBe(captured.find("parent").spanId);
  });

  it("is one of OpenTelemetry's, with one facade", async () => {
    await capture(() => {
      const span = Laminar.startSpan({ name: "span" });
      expectTypeOf(span).toExtend<Span>();
      Laminar.withSpan(span, () => {
        expect(Laminar.getCurrentSpan()).toBe(span);
        expect(LaminarSpan.of(span)).toBe(span);
        expect(trace.getSpan(context.active())?.spanContext()).toEqual(span.spanContext());
      });
      span
        .setAttribute("a", 1)
        .setAttributes({ b: 2 })
        .addEvent("e")
        .addLink({ context: span.spanContext() })
        .addLinks([])
        .setStatus({ code: 1 })
        .updateName("renamed");
      span.recordException(new Error("x"));
      span.end();
      expect(span.isRecording()).toBe(false);
    });
  });
});

describe("withSpan", () => {
  it("ends the span if asked to, when its work is through", async () => {
    const captured = await capture(async () => {
      const span = Laminar.startSpan({ name: "span" });
      const work = Laminar.withSpan(span, async () => "result", true);
      expect(span.isRecording()).toBe(true);
      expect(await work).toBe("result");
      expect(span.isRecording()).toBe(false);
    });
    expect(captured.find("span").output).toBeUndefined();
  });

  it("records what the work throws, and throws it on", async () => {
    const captured = await capture(async () => {
      const failing = Laminar.startSpan({ name: "failing" });
      expect(() =>
        Laminar.withSpan(
          failing,
          () => {
            throw new Error("sync");
          },
          true,
        ),
      ).toThrow("sync");
      const rejected = Laminar.startSpan({ name: "rejected" });
      await expect(
        Laminar.withSpan(rejected, async () => Promise.reject(new Error("async"))),
      ).rejects.toThrow("async");
      expect(rejected.isRecording()).toBe(true);
      rejected.end();
    });
    expect(captured.find("failing").statusMessage).toBe("sync");
    expect(captured.find("rejected").statusMessage).toBe("async");
  });
});

describe("an active span", () => {
  it("is the parent of what starts later in its async context, until it ends", async () => {
    const captured = await capture(async () => {
      await (async () => {
        await Promise.resolve();
        const span = Laminar.startActiveSpan({ name: "outer" });
        observe({ name: "a" }, () => {});
        await Promise.resolve();
        const inner = Laminar.startActiveSpan({ name: "inner" });
        trace.getTracer("foreign").startSpan("b").end();
        inner.end();
        observe({ name: "c" }, () => {});
        span.end();
        observe({ name: "after" }, () => {});
      })();
      observe({ name: "outside" }, () => {});
    });
    const names = (parent: string) => captured.find(parent).children.map(({ name }) => name);
    expect(names("outer")).toEqual(["a", "inner", "c"]);
    expect(names("inner")).toEqual(["b"]);
    expect(captured.find("after").parentId).toBeUndefined();
    expect(captured.find("outside").parentId).toBeUndefined();
  });

  it("that was ended elsewhere is looked through", async () => {
    const captured = await capture(async () => {
      const outer = Laminar.startActiveSpan({ name: "outer" });
      const inner = Laminar.startActiveSpan({ name: "inner" });
      await (async () => {
        await Promise.resolve();
        inner.end();
        outer.end();
      })();
      observe({ name: "next" }, () => {});
      trace.getTracer("foreign").startSpan("foreign").end();
    });
    expect(captured.find("next").parentId).toBeUndefined();
    expect(captured.find("foreign").parentId).toBeUndefined();
  });

  it("ended out of order leaves the one that still runs", async () => {
    const captured = await capture(async () => {
      const outer = Laminar.startActiveSpan({ name: "outer" });
      const inner = Laminar.startActiveSpan({ name: "inner" });
      outer.end();
      observe({ name: "inside" }, () => {});
      inner.end();
      observe({ name: "next" }, () => {});
    });
    expect(captured.find("inside").parentId).toBe(captured.find("inner").spanId);
    expect(captured.find("next").parentId).toBeUndefined();
  });

  it("can be the parent of whatever starts anywhere without one", async () => {
    const captured = await capture(async () => {
      const elsewhere = context.with(context.active(), () => AsyncLocalStorage.snapshot());
      const span = Laminar.startActiveSpan({ name: "run", global: true });
      elsewhere(() => observe({ name: "callback" }, () => {}));
      span.end();
      elsewhere(() => observe({ name: "later" }, () => {}));
    });
    expect(captured.find("callback").parentId).toBe(captured.find("run").spanId);
    expect(captured.find("later").parentId).toBeUndefined();
  });
});

describe("the current span", () => {
  it("takes attributes, output and tags", async () => {
    const captured = await capture(() =>
      observe({ name: "llm", spanType: "LLM" }, () => {
        Laminar.setSpanAttributes({
          [LaminarAttributes.PROVIDER]: "openai",
          [LaminarAttributes.INPUT_TOKEN_COUNT]: 12,
          mixed: [1, "a"],
        });
        Laminar.setSpanOutput({ answer: 42 });
        Laminar.setSpanTags(["a"]);
        Laminar.addSpanTags(["b", "a"]);
      }),
    );
    expect(captured.find("llm")).toMatchObject({
      output: { answer: 42 },
      tags: ["a", "b"],
      attributes: { "gen_ai.system": "openai", "gen_ai.usage.input_tokens": 12, mixed: '[1,"a"]' },
    });
  });

  it(
    "is missed once where there is none",
    silenced(async () => {
      await capture(() => {
        Laminar.setSpanOutput(1);
        Laminar.setSpanOutput(2);
      });
      expect(console.warn).toHaveBeenCalledTimes(1);
    }),
  );
});

describe("an event", () => {
  it("is on the span it happened in", async () => {
    const captured = await capture(() =>
      observe({ name: "turn" }, () =>
        Laminar.event({ name: "retried", attributes: { attempt: 2, why: { code: 503 } } }),
      ),
    );
    expect(captured.find("turn").events).toMatchObject([
      { name: "retried", attributes: { attempt: 2, why: '{"code":503}' } },
    ]);
  });

  it("outside of any span is a span of its own", async () => {
    const { spans } = await capture(() =>
      Laminar.event({
        name: "signed up",
        attributes: { plan: "gold" },
        timestamp: 1_700_000_000_000_000_000,
        sessionId: "s",
        userId: "u",
      }),
    );
    expect(spans).toMatchObject([
      {
        name: "signed up",
        sessionId: "s",
        userId: "u",
        attributes: { plan: "gold" },
        startNs: 1_700_000_000_000_000_000n,
        endNs: 1_700_000_000_000_000_000n,
      },
    ]);
  });
});

describe("a span that the SDK does not see", () => {
  const spanContext = { traceId: "3".repeat(32), spanId: "4".repeat(16), traceFlags: 1 };
  const foreign = Object.assign(trace.wrapSpanContext(spanContext), { isRecording: () => true });
  const nested = async () => {
    const within = trace.setSpan(context.active(), foreign);
    const captured = await capture(() =>
      context.with(within, () => observe({ name: "ours" }, () => {})),
    );
    return captured.find("ours");
  };

  it("is no parent: the server would wait for it for ever", async () => {
    expect((await nested()).parentId).toBeUndefined();
  });

  it("is one if the program says so", async () => {
    Laminar.initialize({ inheritGlobalContext: true, instrumentModules: {} });
    expect((await nested()).parentId).toBe("4".repeat(16));
  });
});

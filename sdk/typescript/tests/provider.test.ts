import { context, ProxyTracerProvider, type TracerProvider, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  type ReadableSpan,
  TracerProvider as SdkTracerProvider,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  getTracer,
  getTracerProvider,
  Laminar,
  LaminarSpanProcessor,
  observe,
} from "../src/index.js";
import { state } from "../src/state.js";
import { silenced } from "./silence.js";

/** A processor that keeps the names of the spans that end. */
class Names implements SpanProcessor {
  readonly names: string[] = [];
  onStart(): void {}
  onEnd(span: ReadableSpan): void {
    this.names.push(span.name);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const initialize = (spanProcessor: SpanProcessor) =>
  Laminar.initialize({ spanProcessor, instrumentModules: {} });

beforeEach(() => {
  trace.disable();
  context.disable();
  state.ownProvider = undefined;
});
afterEach(async () => {
  await Laminar.shutdown();
  trace.disable();
  context.disable();
  state.ownProvider = undefined;
});

describe("a program without a tracer provider", () => {
  it("gets one, which takes the spans of every tracer", () => {
    const ours = new Names();
    const early = trace.getTracer("taken before");
    initialize(ours);
    early.startSpan("early").end();
    trace.getTracer("taken after").startSpan("late").end();
    observe({ name: "observed" }, () => {});
    expect(ours.names).toEqual(["early", "late", "observed"]);
  });

  it("keeps it when the SDK is shut down and initialized again", async () => {
    const [first, second] = [new Names(), new Names()];
    initialize(first);
    const tracer = trace.getTracer("kept");
    await Laminar.shutdown();
    tracer.startSpan("between").end();
    initialize(second);
    tracer.startSpan("again").end();
    expect([first.names, second.names]).toEqual([[], ["again"]]);
  });

  it("gets room for many attributes, and the resource of the environment", async () => {
    vi.stubEnv("OTEL_SERVICE_NAME", "shop");
    vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test");
    const spans: ReadableSpan[] = [];
    initialize(Object.assign(new Names(), { onEnd: (span: ReadableSpan) => spans.push(span) }));
    vi.unstubAllEnvs();
    const span = Laminar.startSpan({ name: "many" });
    for (let i = 0; i < 1_000; i++) span.setAttribute(`gen_ai.prompt.${i}.content`, "x");
    span.end();
    expect(Object.keys(spans[0]?.attributes ?? {})).toHaveLength(1_000);
    await spans[0]?.resource.waitForAsyncAttributes?.();
    expect(spans[0]?.resource.attributes).toMatchObject({
      "service.name": "shop",
      "deployment.environment.name": "test",
      "telemetry.sdk.language": "nodejs",
    });
  });
});

describe("a program with a tracer provider of OpenTelemetry's SDK", () => {
  it("keeps it, and the spans go to both", async () => {
    const [theirs, ours] = [new Names(), new Names()];
    const provider = new SdkTracerProvider({ spanProcessors: [theirs] });
    const early = provider.getTracer("taken before");
    trace.setGlobalTracerProvider(provider);
    initialize(ours);
    early.startSpan("early").end();
    observe({ name: "observed" }, () => {});
    expect(getTracerProvider()).toBe(provider);
    expect(theirs.names).toEqual(["early", "observed"]);
    expect(ours.names).toEqual(["early", "observed"]);
    await Laminar.shutdown();
    initialize(ours);
    early.startSpan("once").end();
    expect(ours.names.filter((name) => name === "once")).toHaveLength(1);
  });

  it("that has a processor of this SDK already gets no second one", () => {
    const theirs = new Names();
    const processor = new LaminarSpanProcessor({ spanProcessor: theirs });
    trace.setGlobalTracerProvider(new SdkTracerProvider({ spanProcessors: [processor] }));
    initialize(new Names());
    observe({ name: "observed", sessionId: "s" }, () => {});
    expect(theirs.names).toEqual(["observed"]);
    expect(state.client?.sink).toBe(processor);
  });

  it("of version 1 is given the processor by its method", () => {
    const added: SpanProcessor[] = [];
    const provider = Object.assign(new SdkTracerProvider(), {
      addSpanProcessor: (processor: SpanProcessor) => added.push(processor),
    });
    trace.setGlobalTracerProvider(provider);
    initialize(new Names());
    expect(added).toHaveLength(1);
  });

  it("keeps its context manager", () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const ours = new Names();
    initialize(ours);
    const span = Laminar.startActiveSpan({ name: "active" });
    expect(trace.getSpan(manager.active())?.spanContext()).toEqual(span.spanContext());
    span.end();
    expect(trace.getSpan(manager.active())).toBeUndefined();
  });
});

describe("a program that gives the processor to its provider by itself", () => {
  it("needs no initialize", async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const theirs = new Names();
    const processor = new LaminarSpanProcessor({ spanProcessor: theirs });
    trace.setGlobalTracerProvider(new SdkTracerProvider({ spanProcessors: [processor] }));
    observe({ name: "observed" }, () => Laminar.setTraceSessionId("s"));
    Laminar.startSpan({ name: "by hand" }).end();
    expect(theirs.names).toEqual(["observed", "by hand"]);
    expect(Laminar.initialized()).toBe(false);
    await processor.shutdown();
    expect(observe({ name: "after" }, () => Laminar.getTraceId())).toBeNull();
    expect(theirs.names).toHaveLength(2);
  });

  it("can initialize later, for the rest of the settings", async () => {
    const theirs = new Names();
    const processor = new LaminarSpanProcessor({ spanProcessor: theirs });
    trace.setGlobalTracerProvider(new SdkTracerProvider({ spanProcessors: [processor] }));
    Laminar.initialize({ traceContent: false, instrumentModules: {} });
    observe({ name: "observed" }, () => {});
    expect(theirs.names).toEqual(["observed"]);
    expect(state.client?.settings.traceContent).toBe(false);
  });
});

describe("a program with a tracer provider of another kind", () => {
  it(
    "is told so, and its own spans are not taken",
    silenced(() => {
      const ours = new Names();
      const opaque: TracerProvider = new ProxyTracerProvider();
      trace.setGlobalTracerProvider({ getTracer: (...args) => opaque.getTracer(...args) });
      initialize(ours);
      trace.getTracer("theirs").startSpan("theirs").end();
      observe({ name: "observed" }, () => getTracer().startSpan("by the SDK's tracer").end());
      expect(ours.names).toEqual(["by the SDK's tracer", "observed"]);
      expect(vi.mocked(console.warn).mock.calls.flat().join()).toContain(
        "new LaminarSpanProcessor()",
      );
    }),
  );
});

describe("the SDK's tracer", () => {
  it("can be taken before initialize", () => {
    const tracer = getTracer();
    const ours = new Names();
    tracer.startSpan("before").end();
    initialize(ours);
    tracer.startActiveSpan("after", { attributes: { a: 1 } }, (span) => {
      expect(trace.getActiveSpan()).toBe(span);
      span.end();
    });
    expect(ours.names).toEqual(["after"]);
  });

  it("has the name and the version of this package", () => {
    const spans: ReadableSpan[] = [];
    initialize(Object.assign(new Names(), { onEnd: (span: ReadableSpan) => spans.push(span) }));
    observe({}, () => {});
    expect(spans[0]?.instrumentationScope).toMatchObject({ name: "threadline", version: "0.1.0" });
  });
});

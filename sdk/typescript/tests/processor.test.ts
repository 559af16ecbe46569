import { context, ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { detectResources } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  createAlwaysRecordSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LaminarSpanProcessor, type LaminarSpanProcessorOptions } from "../src/processor.js";
import { state } from "../src/state.js";
import { TracingLevel, withTracingLevel } from "../src/tracingLevel.js";
import { silenced } from "./silence.js";
import { answering, logRecordsOf, Sink } from "./sink.js";

let sink: Sink;
let provider: TracerProvider | undefined;
let processor: LaminarSpanProcessor;

/** A tracer of a foreign provider to which our processor alone was given. */
function tracing(options: LaminarSpanProcessorOptions = {}) {
  processor = new LaminarSpanProcessor({ baseUrl: sink.url, apiKey: "key", ...options });
  provider = new TracerProvider({ spanProcessors: [processor] });
  return provider.getTracer("foreign");
}

beforeEach(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  sink = await new Sink().start();
});
afterEach(async () => {
  await provider?.shutdown();
  await sink.stop();
  context.disable();
});

describe("a processor on a foreign provider", () => {
  it("sends its spans with the key", async () => {
    tracing()
      .startSpan("work", { attributes: { a: 1, b: "x", c: ["y", "z"], d: 0.5, e: true } })
      .end();
    expect(await processor.flush()).toBe(true);
    expect(sink.spans).toEqual([
      {
        name: "work",
        attributes: { a: 1, b: "x", c: ["y", "z"], d: 0.5, e: true },
        status: undefined,
      },
    ]);
    expect(sink.taken[0]?.headers.authorization).toBe("Bearer key");
  });

  it("sends by itself, within its delay", async () => {
    tracing({ disableBatch: true }).startSpan("work").end();
    await vi.waitFor(() => expect(sink.spans).toHaveLength(1), { timeout: 5_000 });
  });

  it("gives every span of a trace the session that its root came with", async () => {
    const tracer = tracing();
    const root = tracer.startSpan(
      "root",
      { attributes: { "session.id": "chat:42" } },
      ROOT_CONTEXT,
    );
    tracer.startSpan("child", {}, trace.setSpan(ROOT_CONTEXT, root)).end();
    root.end();
    await processor.forceFlush();
    expect(sink.spans.map(({ name, attributes }) => [name, attributes["session.id"]])).toEqual([
      ["child", "chat:42"],
      ["root", "chat:42"],
    ]);
  });

  it("does not send what is recorded but not sampled", async () => {
    processor = new LaminarSpanProcessor({ baseUrl: sink.url });
    provider = new TracerProvider({
      spanProcessors: [processor],
      sampler: createAlwaysRecordSampler(new AlwaysOffSampler()),
    });
    provider.getTracer("foreign").startSpan("work").end();
    expect(await processor.flush()).toBe(true);
    expect(sink.taken).toEqual([]);
  });

  it("does nothing when tracing is disabled", async () => {
    vi.stubEnv("LMNR_DISABLE_TRACING", "true");
    tracing().startSpan("work").end();
    processor.emitScore({ eventName: "e", timeNs: 0n, attributes: {} });
    await processor.flush();
    expect(sink.taken).toEqual([]);
    vi.unstubAllEnvs();
  });

  it("refuses options that cannot be meant", () => {
    expect(() => new LaminarSpanProcessor({ sampleRate: 7 })).toThrow(RangeError);
  });

  it("hands its spans, named after their session, to another processor that is given", async () => {
    const exporter = new InMemorySpanExporter();
    const next = new SimpleSpanProcessor({ exporter });
    tracing({ spanProcessor: next })
      .startSpan("work", { attributes: { "session.id": "s" } })
      .end();
    await processor.flush();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(["work"]);
    expect(sink.taken).toEqual([]);
  });

  it("feeds an exporter that is given, and masks only what is sent", async () => {
    const exporter = new InMemorySpanExporter();
    tracing({ exporter, maskPatterns: ["emails"] })
      .startSpan("work", { attributes: { to: "bob@example.com" } })
      .end();
    expect(await processor.flush()).toBe(true);
    expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
      { to: "bob@example.com" },
    ]);
    expect(sink.taken).toEqual([]);
  });
});

describe("what leaves", () => {
  it("is masked in attributes, events, links and the status, and not in the program's span", async () => {
    const tracer = tracing({
      maskPatterns: ["emails"],
      mask: (_key, value) => value.replace("Ada", "A."),
    });
    const linked = {
      traceId: "1".repeat(32),
      spanId: "2".repeat(16),
      traceFlags: TraceFlags.SAMPLED,
    };
    const span = tracer.startSpan("for bob@example.com", {
      attributes: { one: "Ada, ada@example.com", many: ["x", "y@example.com"], count: 1 },
      links: [{ context: linked, attributes: { by: "z@example.com" } }],
    });
    span.addEvent("told", { whom: "w@example.com" });
    span.setStatus({ code: SpanStatusCode.ERROR, message: "no mail for v@example.com" });
    span.end();
    await processor.flush();
    const body = sink.taken[0]?.body.toString() ?? "";
    expect(sink.spans[0]).toEqual({
      name: "for bob@example.com",
      attributes: { one: "A., [email]", many: ["x", "[email]"], count: 1 },
      status: "no mail for [email]",
    });
    for (const kept of ["w@example.com", "z@example.com"]) expect(body).not.toContain(kept);
    expect((span as unknown as { attributes: object }).attributes).toMatchObject({
      one: "Ada, ada@example.com",
    });
  });

  it("is masked in the resource, and waits for what the provider asks the platform", async () => {
    processor = new LaminarSpanProcessor({ baseUrl: sink.url, maskPatterns: ["emails"] });
    const owner = Promise.resolve("ada@example.com");
    provider = new TracerProvider({
      spanProcessors: [processor],
      resource: detectResources({ detectors: [{ detect: () => ({ attributes: { owner } }) }] }),
    });
    provider.getTracer("foreign").startSpan("one").end();
    provider.getTracer("foreign").startSpan("two").end();
    await processor.flush();
    expect(sink.spans).toHaveLength(2);
    expect(sink.taken[0]?.body.toString().match(/\[email\]/g)).toHaveLength(1);
    expect(sink.taken[0]?.body.toString()).not.toContain("ada@example.com");
  });

  it("is masked in values inside of values, as deep as they are", async () => {
    const told: string[] = [];
    const mask = (key: string, value: string) => {
      told.push(key);
      return value.toUpperCase();
    };
    const span = tracing({ mask }).startSpan("work");
    Object.assign((span as unknown as { attributes: object }).attributes, {
      nested: { list: ["a", { deep: "b" }], count: 1 },
    });
    span.end();
    await processor.flush();
    expect(told).toContain("nested.list.deep");
    expect(sink.taken[0]?.body.toString()).toContain("B");
  });

  it("is without content where that is switched off, and keeps what counts", async () => {
    const span = tracing({ traceContent: false }).startSpan("chat", {
      attributes: { "gen_ai.input.messages": "[]", "gen_ai.usage.input_tokens": 7 },
    });
    span.addEvent("gen_ai.user.message", { content: "hello", "gen_ai.system": "openai" });
    span.end();
    await processor.flush();
    expect(sink.spans[0]?.attributes).toEqual({ "gen_ai.usage.input_tokens": 7 });
    expect(sink.taken[0]?.body.toString()).not.toContain("hello");
    expect(sink.taken[0]?.body.toString()).toContain("openai");
  });

  it("is without content in the spans of a call whose tracing level says so", async () => {
    const tracer = tracing();
    const start = (name: string) =>
      tracer.startSpan(name, { attributes: { "input.value": "hello" } }).end();
    withTracingLevel(TracingLevel.META_ONLY, () => start("inside"));
    start("outside");
    await processor.flush();
    expect(sink.spans.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["inside", {}],
      ["outside", { "input.value": "hello" }],
    ]);
  });

  it("is cut where a text is too long, with a mark", async () => {
    const tracer = tracing({ maxAttributeBytes: 1_000 });
    tracer.startSpan("long", { attributes: { text: "x".repeat(3_000) } }).end();
    tracer.startSpan("wide", { attributes: { text: "é".repeat(600) } }).end();
    tracer.startSpan("short", { attributes: { text: "é".repeat(400) } }).end();
    await processor.flush();
    expect(sink.spans.map(({ attributes }) => Buffer.byteLength(String(attributes.text)))).toEqual([
      1_000, 999, 800,
    ]);
    expect(sink.spans[0]?.attributes.text).toContain("x…[threadline: cut, 3000 bytes in all]");
  });

  it("is cut before it waits if it is larger than anything that may leave", async () => {
    const tracer = tracing();
    await sink.stop();
    const text = "x".repeat(40 * 2 ** 20);
    for (let count = 0; count < 6; count += 1)
      tracer.startSpan("huge", { attributes: { text } }).end();
    await sink.start();
    await processor.flush();
    // Six whole ones would not have fitted in 64 MiB.
    expect(sink.spans.map(({ attributes }) => String(attributes.text).length)).toHaveLength(6);
    expect(processor.dropped).toBe(0);
  }, 30_000);
});

describe("sampling", () => {
  it("keeps or drops a session whole, over its traces", async () => {
    const tracer = tracing({ sampleRate: 0.5 });
    for (const session of ["session-1", "session-2", "session-1", "session-2"]) {
      const root = tracer.startSpan(
        "root",
        { attributes: { "session.id": session } },
        ROOT_CONTEXT,
      );
      tracer.startSpan("child", {}, trace.setSpan(ROOT_CONTEXT, root)).end();
      root.end();
    }
    await processor.flush();
    expect(sink.spans.map(({ attributes }) => attributes["session.id"])).toEqual(
      Array(4).fill("session-1"),
    );
  });

  it("waits for the session of a trace, which may come late", async () => {
    const tracer = tracing({ sampleRate: 0.5 });
    const root = tracer.startSpan("root", {}, ROOT_CONTEXT);
    const within = trace.setSpan(ROOT_CONTEXT, root);
    tracer.startSpan("early", {}, within).end();
    await processor.flush();
    expect(sink.spans).toEqual([]);
    tracer.startSpan("late", { attributes: { "session.id": "session-1" } }, within).end();
    root.end();
    await processor.flush();
    expect(sink.spans.map(({ name }) => name)).toEqual(["early", "late", "root"]);
  });
});

describe("scores", () => {
  it("leave as log records, masked", async () => {
    tracing({ maskPatterns: ["emails"] });
    processor.emitScore({
      eventName: "gen_ai.evaluation.result",
      timeNs: 1_700_000_000_123_456_789n,
      traceId: "1".repeat(32),
      spanId: "2".repeat(16),
      attributes: {
        "gen_ai.evaluation.score.value": 0.5,
        "gen_ai.evaluation.explanation": "a@example.com",
      },
    });
    processor.emitScore({
      eventName: "gen_ai.evaluation.result",
      timeNs: 1n,
      attributes: { "session.id": "s" },
    });
    expect(await processor.flush()).toBe(true);
    expect(sink.taken.map(({ path }) => path)).toEqual(["/v1/logs"]);
    expect(logRecordsOf(sink.taken[0]?.body ?? Buffer.alloc(0))).toEqual([
      {
        eventName: "gen_ai.evaluation.result",
        traceId: "1".repeat(32),
        spanId: "2".repeat(16),
        attributes: {
          "gen_ai.evaluation.score.value": 0.5,
          "gen_ai.evaluation.explanation": "[email]",
        },
      },
      {
        eventName: "gen_ai.evaluation.result",
        traceId: undefined,
        spanId: undefined,
        attributes: { "session.id": "s" },
      },
    ]);
  });
});

describe("a server that is away", () => {
  it(
    "loses nothing, is one warning, and gets all of it in order when it is back",
    silenced(async () => {
      const tracer = tracing({ maxExportBatchSize: 10 });
      await sink.stop();
      for (let count = 0; count < 25; count += 1) tracer.startSpan(`${count}`).end();
      expect(await processor.flush()).toBe(false);
      for (let count = 25; count < 50; count += 1) tracer.startSpan(`${count}`).end();
      expect(await processor.flush()).toBe(false);
      expect([...state.warned]).toEqual(["unreachable"]);
      await sink.start();
      expect(await processor.flush()).toBe(true);
      expect(sink.spans.map(({ name }) => Number(name))).toEqual(
        Array.from({ length: 50 }, (_, index) => index),
      );
      expect(processor.dropped).toBe(0);
    }),
  );

  it(
    "that refuses the key says where it came from",
    silenced(async () => {
      sink.answers.push(
        answering(401, '{"message":"unknown key"}', { "Content-Type": "application/json" }),
      );
      tracing().startSpan("work").end();
      expect(await processor.flush()).toBe(false);
      expect(vi.mocked(console.warn).mock.calls.flat().join()).toContain("projectApiKey");
      await provider?.shutdown();
    }),
  );
});

import Anthropic from "@anthropic-ai/sdk";
import * as callbackManagerModule from "@langchain/core/callbacks/manager";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { ChatOpenAI } from "@langchain/openai";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type InstrumentModules, switchOn } from "../../src/instruments/index.js";
import * as installed from "../../src/instruments/installed.js";
import { LaminarSpanProcessor } from "../../src/processor.js";
import { state } from "../../src/state.js";
import { run } from "../program.js";
import { silenced } from "../silence.js";
import { Sink } from "../sink.js";
import { modelApi } from "./modelApi.js";

let api: Awaited<ReturnType<typeof modelApi>>;
let exporter: InMemorySpanExporter;
let processor: LaminarSpanProcessor;
let provider: TracerProvider;

beforeEach(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api = await modelApi();
  exporter = new InMemorySpanExporter();
  processor = new LaminarSpanProcessor({ exporter });
  provider = new TracerProvider({ spanProcessors: [processor] });
});

afterEach(async () => {
  await provider.shutdown();
  await api.close();
  context.disable();
});

const openai = () => new OpenAI({ apiKey: "none", baseURL: api.url, maxRetries: 0 });
const question = {
  model: "gpt-test",
  messages: [{ role: "user", content: "Where is it?" }],
} as const;

/** Run a call inside a trace of a session and give what of it was recorded besides its root. */
async function traced(call: () => Promise<unknown>) {
  const attributes = { "session.id": "chat:42", "user.id": "ada" };
  const root = provider.getTracer("program").startSpan("root", { attributes });
  await context.with(trace.setSpan(context.active(), root), call);
  root.end();
  await processor.flush();
  return exporter.getFinishedSpans().filter(({ name }) => name !== "root");
}

describe("the real OpenAI client", () => {
  it("is traced: model, messages, tokens, and the session of the trace", async () => {
    switchOn({ OpenAI }, provider);
    const spans = await traced(async () => {
      const { choices } = await openai().chat.completions.create({
        ...question,
        messages: [...question.messages],
      });
      expect(choices[0]?.message.content).toBe("It has shipped.");
    });
    expect(spans).toHaveLength(1);
    expect(spans[0]?.attributes).toMatchObject({
      "session.id": "chat:42",
      "user.id": "ada",
      "openinference.span.kind": "LLM",
      "llm.model_name": "gpt-test-2026",
      "llm.input_messages.0.message.content": "Where is it?",
      "llm.output_messages.0.message.content": "It has shipped.",
      "llm.token_count.prompt": 11,
      "llm.token_count.completion": 7,
    });
    expect(spans[0]?.parentSpanContext?.traceId).toBe(spans[0]?.spanContext().traceId);
  });

  it("is traced when its answer is streamed, which the program reads undisturbed", async () => {
    switchOn({ openAI: OpenAI }, provider);
    const spans = await traced(async () => {
      const stream = await openai().chat.completions.create({
        ...question,
        messages: [...question.messages],
        stream: true,
      });
      let said = "";
      for await (const chunk of stream) said += chunk.choices[0]?.delta.content ?? "";
      expect(said).toBe("It has shipped.");
      await vi.waitFor(() => expect(exporterHolds(1)).resolves.toBe(true));
    });
    expect(spans[0]?.attributes).toMatchObject({
      "session.id": "chat:42",
      "llm.output_messages.0.message.content": "It has shipped.",
    });
  });

  it("fails as without the SDK, and the span says so", async () => {
    switchOn({ OpenAI }, provider);
    const spans = await traced(async () => {
      const call = openai().chat.completions.create({
        ...question,
        messages: [...question.messages],
        model: "broken",
      });
      await expect(call).rejects.toThrow("no such model");
    });
    expect(spans[0]?.status.message).toContain("no such model");
    expect(spans[0]?.events[0]?.name).toBe("exception");
  });

  it("breaks off as without the SDK, and the span has what came and says so", async () => {
    switchOn({ OpenAI }, provider);
    const spans = await traced(() =>
      expect(
        readAll(
          openai().chat.completions.create({
            model: "breaks off",
            messages: [...question.messages],
            stream: true,
          }),
        ),
      ).rejects.toThrow("terminated"),
    );
    expect(spans[0]?.attributes["llm.output_messages.0.message.content"]).toBe("It has");
    expect(spans[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: "terminated" });
  });

  it("gives its raw response to a program that wants that", async () => {
    switchOn({ OpenAI }, provider);
    const call = () =>
      openai().chat.completions.create({ ...question, messages: [...question.messages] });
    await traced(async () => {
      expect((await call().asResponse()).status).toBe(200);
      const { data, response } = await call().withResponse();
      expect([data.id, response.status]).toEqual(["chatcmpl-1", 200]);
      const { choices } = await openai().chat.completions.parse({
        ...question,
        messages: [...question.messages],
      });
      expect(choices[0]?.message.content).toBe("It has shipped.");
    });
  });

  it("is traced once however often it is switched on", async () => {
    switchOn({ OpenAI }, provider);
    switchOn({ OpenAI, openAI: OpenAI }, provider);
    const spans = await traced(async () => {
      const call = openai().chat.completions.create({
        ...question,
        messages: [...question.messages],
      });
      expect(await call.then(({ id }) => id)).toBe("chatcmpl-1");
    });
    expect(spans).toHaveLength(1);
  });
});

/** Read a stream to its end, and let its second copy be read to its end too. */
async function readAll(stream: PromiseLike<AsyncIterable<unknown>>): Promise<void> {
  try {
    for await (const _ of await stream);
  } finally {
    await vi.waitFor(() => expect(exporterHolds(1)).resolves.toBe(true));
  }
}

/** Whether so many spans have ended: a stream's span ends when the stream's copy was read. */
async function exporterHolds(count: number): Promise<boolean> {
  await processor.flush();
  return exporter.getFinishedSpans().length >= count;
}

describe("the real Anthropic client", () => {
  const anthropic = () =>
    new Anthropic({ apiKey: "none", baseURL: api.url.replace(/\/v1$/, ""), maxRetries: 0 });
  const ask = {
    model: "claude-test",
    max_tokens: 10,
    messages: [{ role: "user" as const, content: "Where is it?" }],
  };

  it("is traced: model, messages, tokens, and the session of the trace", async () => {
    switchOn({ anthropic: Anthropic }, provider);
    const spans = await traced(() => anthropic().messages.create(ask));
    expect(spans).toHaveLength(1);
    expect(spans[0]?.attributes).toMatchObject({
      "session.id": "chat:42",
      "openinference.span.kind": "LLM",
      "llm.model_name": "claude-test-2026",
      "llm.input_messages.0.message.content": "Where is it?",
      "llm.output_messages.0.message.contents.0.message_content.text": "It has shipped.",
      "llm.token_count.prompt": 11,
      "llm.token_count.completion": 7,
    });
  });

  it("breaks off as without the SDK, and the span says so", async () => {
    switchOn({ anthropic: Anthropic }, provider);
    const spans = await traced(() =>
      expect(readAll(anthropic().messages.create({ ...ask, stream: true }))).rejects.toThrow(
        "terminated",
      ),
    );
    expect(spans[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: "terminated" });
    expect(spans[0]?.events.map(({ name }) => name)).toEqual(["exception"]);
  });
});

describe("a real LangChain model", () => {
  it("is traced, and the session is that of the trace", async () => {
    switchOn({ langchain: { callbackManagerModule } }, provider);
    const model = new FakeListChatModel({ responses: ["It has shipped."] });
    const spans = await traced(async () => {
      expect((await model.invoke("Where is it?")).content).toBe("It has shipped.");
    });
    expect(spans).toHaveLength(1);
    expect(spans[0]?.attributes).toMatchObject({
      "session.id": "chat:42",
      "openinference.span.kind": "LLM",
      "llm.output_messages.0.message.content": "It has shipped.",
    });
  });
});

it("a client that LangChain calls is not traced a second time, and others are", async () => {
  switchOn({ OpenAI, langchain: { callbackManagerModule } }, provider);
  const options = { apiKey: "none", maxRetries: 0, configuration: { baseURL: api.url } };
  const model = new ChatOpenAI({ ...options, model: "gpt-test" });
  const spans = await traced(async () => {
    expect((await model.invoke("Where is it?")).content).toBe("It has shipped.");
    await openai().chat.completions.create({ ...question, messages: [...question.messages] });
  });
  expect(spans.map(({ name }) => name).sort()).toEqual(["ChatOpenAI", "OpenAI Chat Completions"]);
  expect(spans.map(({ attributes }) => attributes["llm.token_count.prompt"])).toEqual([11, 11]);
  // Nor does a stream that breaks off end the program, though nothing of it is recorded there.
  await expect(
    readAll(
      Promise.resolve(new ChatOpenAI({ ...options, model: "breaks off" }).stream("Where is it?")),
    ),
  ).rejects.toThrow("terminated");
});

describe("a module that is given", () => {
  it(
    "without its instrumentation brings one line of advice",
    silenced(() => {
      state.instrumentors.clear();
      vi.spyOn(installed, "load").mockReturnValue(undefined);
      const modules: InstrumentModules = { OpenAI, anthropic: Anthropic };
      switchOn(modules, provider);
      switchOn(modules, provider);
      expect(vi.mocked(console.warn).mock.calls.flat()).toEqual([
        "threadline: calls of OpenAI are not traced: npm install @arizeai/openinference-instrumentation-openai",
        "threadline: calls of Anthropic are not traced: npm install @arizeai/openinference-instrumentation-anthropic",
      ]);
    }),
  );

  it(
    "of another shape than expected is no error of the program",
    silenced(() => {
      state.raising = false;
      switchOn(
        { OpenAI: { not: "the module" }, anthropic: 7, langchain: {}, cohere: "?" },
        provider,
      );
      state.raising = true;
      expect(vi.mocked(console.error).mock.calls.flat().join()).toContain("instrument OpenAI");
    }),
  );

  it(
    "for which there is no instrumentation is told so",
    silenced(() => {
      switchOn({ google_genai: {}, playwright: {} }, provider);
      expect(vi.mocked(console.warn).mock.calls.flat().join()).toContain(
        "google_genai has no effect",
      );
      expect(console.warn).toHaveBeenCalledTimes(1);
    }),
  );
});

describe("without names", () => {
  let sink: Sink;
  beforeEach(async () => {
    sink = await new Sink().start();
  });
  afterEach(() => sink.stop());

  const program = (imports: string, first: string) => `
    ${imports}
    import { TracerProvider } from "@opentelemetry/sdk-trace";
    import { LaminarSpanProcessor } from "../src/processor.js";
    import { switchOn } from "../src/instruments/index.js";
    const processor = new LaminarSpanProcessor({ baseUrl: "${sink.url}" });
    switchOn(undefined, new TracerProvider({ spanProcessors: [processor] }));
    ${first}
    const client = new OpenAI({ apiKey: "none", baseURL: "${api.url}" });
    // Made in the same turn of the event loop in which it was switched on.
    client.chat.completions
      .create({ model: "gpt-test", messages: [{ role: "user", content: "Where is it?" }] })
      .then(() => processor.flush());
  `;
  const names = () => sink.spans.map(({ name }) => name);

  it("what an ES module imported is traced from the first call on", async () => {
    const ended = await run(program('import OpenAI from "openai";', ""));
    expect(ended).toEqual({ code: 0, signal: null, output: "" });
    expect(names()).toEqual(["OpenAI Chat Completions"]);
  });

  it("what a CommonJS program required before is traced", async () => {
    const ended = await run(program('const OpenAI = require("openai");', ""), "cjs");
    expect(ended).toEqual({ code: 0, signal: null, output: "" });
    expect(names()).toEqual(["OpenAI Chat Completions"]);
  });

  it("what a CommonJS program requires later is traced", async () => {
    const ended = await run(program("", 'const OpenAI = require("openai");'), "cjs");
    expect(ended).toEqual({ code: 0, signal: null, output: "" });
    expect(names()).toEqual(["OpenAI Chat Completions"]);
  });

  it(
    "a package that the program depends on brings advice if its instrumentation is missing",
    silenced(() => {
      state.instrumentors.clear();
      vi.spyOn(installed, "isInstalled").mockReturnValue(false);
      vi.spyOn(installed, "declaredDependencies").mockReturnValue(new Set(["openai", "express"]));
      switchOn(undefined, provider);
      expect(vi.mocked(console.warn).mock.calls.flat()).toEqual([
        "threadline: calls of OpenAI are not traced: npm install @arizeai/openinference-instrumentation-openai",
      ]);
    }),
  );

  it(
    "and without advice where something else traces it",
    silenced(() => {
      vi.spyOn(installed, "isInstalled").mockImplementation(
        (name) => name === "@traceloop/instrumentation-openai",
      );
      vi.spyOn(installed, "declaredDependencies").mockReturnValue(new Set(["openai"]));
      switchOn(undefined, provider);
      expect(console.warn).not.toHaveBeenCalled();
    }),
  );

  it("nothing is traced where none of the modules is named", () => {
    const looked = vi.spyOn(installed, "isInstalled");
    switchOn({}, provider);
    expect(looked).not.toHaveBeenCalled();
  });
});

// Runs the cases of cases.json with the TypeScript SDK and sends their spans to a server.
//
//   node run.ts URL
//
// After each case everything is flushed and `URL/next` is asked for, so that whoever listens can tell
// the cases apart. The programs are written in steps that both SDKs know under their own spelling;
// run.py is the same for Python.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The SDK as it was built, and the one OpenTelemetry API that it uses itself.
const sdk = createRequire(new URL("../../sdk/typescript/package.json", import.meta.url));
const { Laminar, observe } = await import(sdk.resolve("./dist/index.js"));
const { context, trace } = sdk("@opentelemetry/api");

type Step = Record<string, unknown>;
type Options = Record<string, unknown>;

class Failure extends Error {}

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Spell the options of a call as TypeScript does; what they hold is data and stays as it is. */
const spelled = (options: Options) =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [camel(key), value]));

class Program {
  #started = new Map<unknown, ReturnType<typeof Laminar.startSpan>>();

  async run(steps: Step[]): Promise<void> {
    for (const step of steps) {
      const operation = Object.keys(step)[0] as keyof typeof this.operations;
      await this.operations[operation](step[operation] as never, step);
    }
  }

  #inside = (step: Step) => this.run(step.does as Step[]);

  operations = {
    observe: async (options: Options, step: Step) => {
      const observed = async (..._arguments: unknown[]) => {
        await this.#inside(step);
        if ("raises" in step) throw new Failure(step.raises as string);
        return "returns" in step ? step.returns : undefined;
      };
      await observe(spelled(options), observed, ...("argument" in step ? [step.argument] : []));
    },
    span: async (options: Options, step: Step) => {
      await Laminar.withSpan(Laminar.startSpan(spelled(options)), () => this.#inside(step), true);
    },
    start_span: async (options: Options, step: Step) => {
      this.#started.set(step.as, Laminar.startSpan(spelled(options)));
    },
    use_span: async (name: string, step: Step) => {
      await Laminar.withSpan(this.#started.get(name), () => this.#inside(step));
    },
    end: async (name: string) => this.#started.get(name)?.end(),
    foreign_span: async ({ name, ...options }: Options, step: Step) => {
      const span = trace.getTracer("foreign").startSpan(name, options);
      await context.with(trace.setSpan(context.active(), span), () => this.#inside(step));
      span.end();
    },
    session: async (options: Options, step: Step) => {
      await Laminar.session(spelled(options), () => this.#inside(step));
    },
    extract: async (headers: Options, step: Step) => {
      await Laminar.extract(headers, () => this.#inside(step));
    },
    inject_and_extract: async (_nothing: null, step: Step) => {
      await Laminar.extract(Laminar.inject({}), () => this.#inside(step));
    },
    event: async (options: Options) => Laminar.event(spelled(options)),
    set_trace_session_id: async (value: unknown) => Laminar.setTraceSessionId(value),
    set_trace_user_id: async (value: unknown) => Laminar.setTraceUserId(value),
    set_trace_metadata: async (value: unknown) => Laminar.setTraceMetadata(value),
    set_span_output: async (value: unknown) => Laminar.setSpanOutput(value),
    set_span_attributes: async (value: unknown) => Laminar.setSpanAttributes(value),
    set_span_tags: async (value: unknown) => Laminar.setSpanTags(value),
    add_span_tags: async (value: unknown) => Laminar.addSpanTags(value),
  };
}

const url = process.argv[2];
const cases = JSON.parse(readFileSync(new URL("cases.json", import.meta.url), "utf8"));
for (const { initialize = {}, program } of cases) {
  Laminar.initialize({ projectApiKey: "any-text", baseUrl: url, instrumentModules: {}, ...spelled(initialize) });
  try {
    // Outside any span and any session, as a program begins.
    await new Program().run(program);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  await Laminar.flush();
  await Laminar.shutdown();
  await fetch(`${url}/next`);
}

/** Turns a call of a function into a span of what it took, gave and threw. */
import { type Context, context, type Span } from "@opentelemetry/api";
import { SPAN_INPUT, SPAN_OUTPUT } from "./attributes.js";
import type { Client } from "./client.js";
import { encode } from "./encode.js";
import { failed, guarded } from "./guard.js";
import { type Ending, followed } from "./iteration.js";
import { recordError, recordOutput, recordsContent } from "./record.js";
import { type SpanOptions, startSpan } from "./spanStart.js";
import { state } from "./state.js";

/** Options of {@link observe} and its decorators. */
export interface ObserveOptions extends SpanOptions {
  /** The span's name. Default: the function's. */
  name?: string | undefined;
  /** Recorded as the input instead of the arguments. */
  input?: unknown;
  /** True records no input. */
  ignoreInput?: boolean | undefined;
  /** True records no output. */
  ignoreOutput?: boolean | undefined;
  /** Accepted for programs written for Laminar, and without effect. */
  traceType?: string | undefined;
}

/**
 * Run a function as a span: what is started inside it, here or in what it awaits, becomes its child.
 *
 * The arguments are recorded as the input (none as `{}`, one as itself, several as an array), the
 * result as the output. A promise ends the span when it settles; a generator, a stream or an async
 * iterable when it is used up or left, with its pieces as the output. What the function throws is
 * recorded and thrown on as it is.
 *
 * @param options - How the span is called and what it belongs to.
 * @param fn - The function to run.
 * @param args - Its arguments.
 * @returns What `fn` returns.
 *
 * @example
 * const reply = await observe({ name: "turn", sessionId: "chat-7" }, answer, "What is a session?");
 */
export function observe<Args extends unknown[], Result>(
  options: ObserveOptions,
  fn: (...args: Args) => Result,
  ...args: Args
): Result {
  if (typeof fn !== "function") throw new TypeError("observe takes options and a function to run");
  return observed(options, fn, undefined, args);
}

/** Run a function as a span, with its `this`. */
export function observed<This, Args extends unknown[], Result>(
  options: ObserveOptions,
  fn: (this: This, ...args: Args) => Result,
  self: This,
  args: Args,
): Result {
  const { client } = state;
  if (client === undefined) return fn.apply(self, args);
  const started = begun(client, options, fn, args);
  if (started === undefined) return fn.apply(self, args);
  let result: Result;
  try {
    result = context.with(started.context, fn as (...args: Args) => Result, self as never, ...args);
  } catch (error) {
    started.error(error);
    throw error;
  }
  return handedOn(result, started);
}

/**
 * Hand a result on, and end when it is through: at once, when a promise settles, or when what comes
 * piece by piece is used up.
 */
export function handedOn<Result>(result: Result, ending: Ending): Result {
  if (!isThenable(result)) return whole(result, ending) as Result;
  const settled = (value: unknown) => whole(value, ending);
  if (result instanceof Promise && result.constructor !== Promise) {
    // A promise with methods of its own (a client's request) must stay what it is.
    result.then(settled, (error: unknown) => ending.error(error));
    return result;
  }
  const rejected = (error: unknown) => {
    ending.error(error);
    throw error;
  };
  return result.then(settled, rejected) as Result;
}

/** End with a value that is there, or follow one that comes piece by piece. */
function whole(value: unknown, ending: Ending): unknown {
  try {
    const following = followed(value, ending);
    if (following !== undefined) return following;
  } catch (error) {
    failed("observe", error);
  }
  ending.value(value);
  return value;
}

/** An observed call under way. */
class ObservedCall implements Ending {
  readonly keepsPieces: boolean;
  #hasEnded = false;

  constructor(
    private readonly span: Span,
    readonly context: Context,
    recordsOutput: boolean,
  ) {
    this.keepsPieces = recordsOutput;
  }

  run<Result>(work: () => Result): Result {
    return context.with(this.context, work);
  }

  value(value: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    try {
      if (this.keepsPieces) recordOutput(this.span, value);
    } catch (error) {
      failed("observe", error);
    }
    this.#end();
  }

  pieces(pieces: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    guarded("observe", () => this.#recordPieces(pieces));
    this.#end();
  }

  error(error: unknown, pieces?: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    guarded("observe", () => {
      this.#recordPieces(pieces);
      recordError(this.span, error);
    });
    this.#end();
  }

  #recordPieces(pieces: string | undefined): void {
    if (this.keepsPieces && pieces !== undefined) this.span.setAttribute(SPAN_OUTPUT, pieces);
  }

  #end(): void {
    try {
      this.span.end();
    } catch (error) {
      failed("observe", error);
    }
  }
}

function begun(
  client: Client,
  options: ObserveOptions,
  fn: { readonly name: string },
  args: readonly unknown[],
): ObservedCall | undefined {
  try {
    const name = options.name ?? (fn.name || "anonymous");
    const { span, context } = startSpan(client, name, options);
    const isRecorded = recordsContent(span);
    if (isRecorded && options.ignoreInput !== true) {
      const input = options.input === undefined ? inputOf(args) : options.input;
      span.setAttribute(SPAN_INPUT, encode(input));
    }
    return new ObservedCall(span, context, isRecorded && options.ignoreOutput !== true);
  } catch (error) {
    failed("observe", error);
    return undefined;
  }
}

function inputOf(args: readonly unknown[]): unknown {
  if (args.length === 0) return {};
  return args.length === 1 ? args[0] : args;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  if (typeof value !== "object" && typeof value !== "function") return false;
  return value !== null && "then" in value && typeof value.then === "function";
}

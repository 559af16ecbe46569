/** Turns a call of a function into a span of what it took, gave and threw. */
import { context, type Span } from "@opentelemetry/api";
import type { Client } from "./client.js";
import { failed } from "./guard.js";
import { type Ending, followed, type Run } from "./iteration.js";
import { recordError, recordInput, recordOutput, recordPieces, recordsContent } from "./record.js";
import { type SpanOptions, type Started, startSpan } from "./spanStart.js";
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
  const { span } = started;
  let result: Result;
  try {
    result = context.with(started.context, fn as (...args: Args) => Result, self as never, ...args);
  } catch (error) {
    finish(span, () => recordError(span, error));
    throw error;
  }
  // Nothing is watched that nobody will see.
  if (!span.isRecording()) return result;
  const run: Run = (work) => context.with(started.context, work);
  return handedOn(result, run, endingOf(span, options.ignoreOutput === true));
}

/**
 * Hand a result on, and end when it is through: at once, when a promise settles, or when what comes
 * piece by piece is used up.
 *
 * @param run - Runs the making of each piece, where it belongs.
 */
export function handedOn<Result>(result: Result, run: Run, ending: Ending): Result {
  if (!isThenable(result)) return (whole(result, run, ending) as Result) ?? result;
  const settled = (value: unknown) => whole(value, run, ending) ?? value;
  const rejected = (error: unknown) => {
    ending.error(error);
    throw error;
  };
  if (result instanceof Promise && result.constructor !== Promise) {
    // A promise with methods of its own (a client's request) must stay what it is.
    result.then(settled, (error: unknown) => ending.error(error));
    return result;
  }
  return result.then(settled, rejected) as Result;
}

/** Take a value that is there: end with it, or follow what comes piece by piece. */
function whole(value: unknown, run: Run, ending: Ending): object | undefined {
  try {
    const following = followed(value, run, ending);
    if (following !== undefined) return following;
  } catch (error) {
    failed("observe", error);
  }
  ending.value(value);
  return undefined;
}

/** End a span once, with what its work gave or threw. */
export function endingOf(span: Span, ignoreOutput: boolean): Ending {
  let hasEnded = false;
  const end = (record: () => void) => {
    if (hasEnded) return;
    hasEnded = true;
    finish(span, record);
  };
  const recordGiven = (pieces: string | undefined) => {
    if (!ignoreOutput && pieces !== undefined) recordPieces(span, pieces);
  };
  return {
    keepsPieces: !ignoreOutput && recordsContent(span),
    value: (value) => end(() => ignoreOutput || recordOutput(span, value)),
    pieces: (pieces) => end(() => recordGiven(pieces)),
    error: (error, pieces) =>
      end(() => {
        recordGiven(pieces);
        recordError(span, error);
      }),
  };
}

function finish(span: Span, record: () => void): void {
  try {
    record();
  } catch (error) {
    failed("observe", error);
  }
  try {
    span.end();
  } catch (error) {
    failed("observe", error);
  }
}

function begun(
  client: Client,
  options: ObserveOptions,
  fn: { readonly name: string },
  args: readonly unknown[],
): Started | undefined {
  try {
    const started = startSpan(client, options.name ?? (fn.name || "anonymous"), options);
    if (options.ignoreInput !== true) {
      recordInput(started.span, "input" in options ? options.input : inputOf(args));
    }
    return started;
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

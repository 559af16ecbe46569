/**
 * Ends the spans of model calls that fail, and keeps instrumented clients as the program knows them.
 *
 * OpenInference's instrumentations of OpenAI and Anthropic (4.2.7 and 0.2.8) read a copy of a streamed
 * answer without looking after its failure: where the connection breaks, the program, which may well
 * have handled its own error, ends by an unhandled rejection. OpenAI's also leaves the span of a refused
 * call open for ever, so that it is never seen, and takes methods from the promises of clients it does
 * not know.
 */
import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { guarded } from "../guard.js";

/** A call's promise in the clients of both: a response, of which the body is read by need. */
interface CallPromise extends PromiseLike<unknown> {
  asResponse(): Promise<unknown>;
  _thenUnwrap(transform: (result: unknown) => unknown): CallPromise;
}

type Create = (this: unknown, ...args: unknown[]) => CallPromise;
/** A class of a client's resources, such as `OpenAI.Embeddings`. */
export interface CallResource {
  prototype?: { create?: Create };
}
interface Stream extends AsyncIterable<unknown> {
  tee(): [Stream, Stream];
}

/** An instrumentation's class: `patch` is given each module before it is traced. */
interface InstrumentationClass {
  readonly prototype: { patch?: (this: unknown, module: unknown, ...rest: unknown[]) => unknown };
}

/** The prototypes whose calls are watched already. */
const watched = new WeakSet<object>();

/**
 * Have every module that an instrumentation patches watched for failures first.
 *
 * @param instrumentation - The name of its tracer: only spans of it are touched.
 * @param resourcesOf - Gives the classes of a module whose `create` makes a call.
 */
export function watchFailedCalls(
  Class: InstrumentationClass,
  instrumentation: string,
  resourcesOf: (module: never) => readonly (CallResource | undefined)[],
): void {
  const { patch } = Class.prototype;
  if (patch === undefined) return;
  Class.prototype.patch = function (module, ...rest) {
    guarded("failed calls", () => {
      for (const resource of resourcesOf(module as never)) watch(resource, instrumentation);
    });
    return patch.call(this, module, ...rest);
  };
}

function watch(resource: CallResource | undefined, instrumentation: string): void {
  const prototype = resource?.prototype;
  const create = prototype?.create;
  if (prototype === undefined || create === undefined || watched.has(prototype)) return;
  // Around an instrumentation, not within it, this would stand between it and the program. Shimmer,
  // by which OpenTelemetry wraps, leaves its mark.
  if ("__wrapped" in create) return;
  watched.add(prototype);
  const watching: Create = function (...args) {
    const promise = create.apply(this, args);
    if (typeof promise?._thenUnwrap !== "function") return promise;
    // The instrumentation makes its span the active one for this call; a call that is not recorded
    // has none, and its streams are copied all the same.
    const span = spanOf(instrumentation);
    // The response without its body, which is for the program to read.
    promise.asResponse().catch((error: unknown) => {
      failedWith(span, error);
      span?.end();
    });
    return keptWhole(
      promise._thenUnwrap((result) => {
        if (isStream(result)) lookAfterCopies(result, span);
        return result;
      }),
    );
  };
  prototype.create = watching;
}

/**
 * Let `promise.then(transform)` give a promise with `asResponse`, `withResponse` and `_thenUnwrap` too.
 *
 * The instrumentation knows the client's promises by the class that it imported itself. Where the
 * program has another copy of the client (a bundle's, or the CommonJS one) it would hand a bare promise
 * to the program, which then misses those methods, and so does the client itself in `parse`.
 */
function keptWhole(promise: CallPromise): CallPromise {
  const { then } = promise;
  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and stays one
  promise.then = ((...callbacks: Parameters<typeof then>) => {
    const [transform, ...others] = callbacks;
    if (transform == null || others.length > 0) return then.apply(promise, callbacks);
    return promise._thenUnwrap(transform);
  }) as typeof then;
  return promise;
}

/** The active span, if it is one of that tracer. OpenInference wraps its spans in an object. */
function spanOf(instrumentation: string): Span | undefined {
  const active = trace.getActiveSpan() as
    | (Span & { span?: Span; instrumentationScope?: { name: string } })
    | undefined;
  const inner: typeof active = active?.span ?? active;
  return inner?.instrumentationScope?.name === instrumentation ? active : undefined;
}

function failedWith(span: Span | undefined, error: unknown): void {
  if (!span?.isRecording()) return;
  const failure = error instanceof Error ? error : new Error(String(error));
  span.recordException(failure);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
}

const isStream = (result: unknown): result is Stream =>
  typeof (result as Stream | undefined)?.tee === "function";

/** Let the second copy of a stream, which the instrumentation reads, end where it breaks. */
function lookAfterCopies(stream: Stream, span: Span | undefined): void {
  const tee = stream.tee.bind(stream);
  stream.tee = () => {
    const [programs, copy] = tee();
    const read = copy[Symbol.asyncIterator].bind(copy);
    copy[Symbol.asyncIterator] = async function* () {
      try {
        yield* { [Symbol.asyncIterator]: read };
      } catch (error) {
        failedWith(span, error);
        // Having read to the end, the instrumentation would say that all went well.
        if (span !== undefined) span.setStatus = () => span;
      }
    };
    return [programs, copy];
  };
}

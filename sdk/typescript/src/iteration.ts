/** Follows what a function gives piece by piece, and tells when it is through. */
import { EventEmitter } from "node:events";
import { Socket } from "node:net";
import { encode } from "./encode.js";

/** Takes how a followed piece of work ended; only the first call counts. */
export interface Ending {
  /** False keeps no pieces: nobody will see them. */
  readonly keepsPieces: boolean;
  /** Runs the making of a piece where it belongs, such as in a context. */
  run<Result>(work: () => Result): Result;
  /** It gave this as a whole. */
  value(value: unknown): void;
  /** It is through, and gave these pieces: the JSON text of their array. */
  pieces(pieces: string): void;
  /** It threw this, after these pieces. */
  error(error: unknown, pieces?: string): void;
}

/** The most pieces that are kept to be shown as output, and the most characters of their JSON text. */
const MAX_PIECES = 10_000;
const MAX_CHARACTERS = 10 * 1024 * 1024;

/** An iterator of either kind; what its methods give is passed on unread. */
interface Steps {
  next(...args: unknown[]): unknown;
  return?(value?: unknown): unknown;
  throw?(error?: unknown): unknown;
}

type NodeStream = EventEmitter & { readable: boolean };

/**
 * Follow a value that is used up piece by piece: a generator, an async generator, a web or Node
 * stream, or any object that can be iterated asynchronously.
 *
 * @returns What to hand on in its place, or undefined if the value is whole already.
 */
export function followed(value: unknown, ending: Ending): object | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === Array.prototype) {
    return isAsyncIterable(value) ? followedIterable(value, ending) : undefined;
  }
  const kind = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  if (kind === "Generator" && isSteps(value)) {
    return followedSteps(value, ending, atOnce);
  }
  if (kind === "AsyncGenerator" && isSteps(value)) {
    return followedSteps(value, ending, asynchronously);
  }
  if (value instanceof ReadableStream) return followedStream(value, ending);
  if (isNodeStream(value)) return followedNodeStream(value, ending);
  if (isAsyncIterable(value)) return followedIterable(value, ending);
  return undefined;
}

/** Keeps the pieces that are shown as output, each as JSON text, as it was when it was given. */
class Pieces {
  readonly #kept: string[] = [];
  #characters = 0;
  #count = 0;

  constructor(private readonly keeps: boolean) {}

  add(piece: unknown): void {
    if (!this.keeps) return;
    this.#count += 1;
    if (this.#kept.length >= MAX_PIECES || this.#characters >= MAX_CHARACTERS) return;
    const text = encode(piece);
    this.#characters += text.length;
    this.#kept.push(text);
  }

  /** The JSON text of all that was kept, with a mark after it if there was more. */
  text(): string {
    const more = this.#count - this.#kept.length;
    const mark = more > 0 ? [`"[threadline: ${more} more values]"`] : [];
    return `[${[...this.#kept, ...mark].join(",")}]`;
  }
}

/** Ends the spans of what was given out and never used up, when it is collected as garbage. */
const abandoned = new FinalizationRegistry<{ ending: Ending; pieces: Pieces }>(
  ({ ending, pieces }) => ending.pieces(pieces.text()),
);

/** Keeps what is iterated from being collected while its iterator is in use. */
const iterated = new WeakMap<object, object>();

/** How the result of a step is taken: at once, or when its promise is settled. */
type Taking = (use: (result: unknown) => unknown) => (result: unknown) => unknown;
const atOnce: Taking = (use) => use;
const asynchronously: Taking = (use) => async (result) => use(await result);

function followedSteps(source: Steps, ending: Ending, taking: Taking): object {
  const pieces = new Pieces(ending.keepsPieces);
  const take = taking((result) => {
    const step = result as IteratorResult<unknown> | undefined;
    if (step?.done !== true) pieces.add(step?.value);
    else ending.pieces(pieces.text());
    return result;
  });
  const failing = (error: unknown) => {
    ending.error(error, pieces.text());
    throw error;
  };
  const make = (step: () => unknown): unknown => {
    let result: unknown;
    try {
      result = ending.run(() => take(step()));
    } catch (error) {
      return failing(error);
    }
    return result instanceof Promise ? result.catch(failing) : result;
  };
  const stopped = (value: unknown) => source.return?.(value) ?? { done: true, value };
  // The prototype is kept for what else generators can do: iterator helpers, `for await`, `using`.
  const following = Object.create(Object.getPrototypeOf(source), {
    next: { value: (...args: unknown[]) => make(() => source.next(...args)) },
    return: { value: (value?: unknown) => make(() => stopped(value)) },
    ...(source.throw && {
      throw: { value: (error?: unknown) => make(() => source.throw?.(error)) },
    }),
  });
  abandoned.register(following, { ending, pieces });
  return following;
}

function followedStream(
  source: ReadableStream<unknown>,
  ending: Ending,
): ReadableStream<unknown> | undefined {
  if (source.locked) return undefined;
  const pieces = new Pieces(ending.keepsPieces);
  const reader = source.getReader();
  const following = new ReadableStream<unknown>(
    {
      async pull(controller) {
        try {
          const step = await ending.run(() => reader.read());
          if (step.done) {
            ending.pieces(pieces.text());
            controller.close();
          } else {
            pieces.add(step.value);
            controller.enqueue(step.value);
          }
        } catch (error) {
          ending.error(error, pieces.text());
          controller.error(error);
        }
      },
      cancel(reason) {
        ending.pieces(pieces.text());
        return reader.cancel(reason);
      },
    },
    // What is not asked for is not read: the source keeps its own pace.
    { highWaterMark: 0 },
  );
  abandoned.register(following, { ending, pieces });
  return following;
}

/** A Node stream flows where it is led; only its end is watched, and its pieces are not kept. */
function followedNodeStream(source: NodeStream, ending: Ending): NodeStream {
  source.once(EventEmitter.errorMonitor, (error: unknown) => ending.error(error));
  for (const event of ["end", "close"]) source.once(event, () => ending.value(undefined));
  return source;
}

/**
 * Follow an object with methods of its own, such as a client's stream: it stays the object that it
 * is, and only gives another iterator.
 */
function followedIterable(source: AsyncIterable<unknown>, ending: Ending): object | undefined {
  if (!Object.isExtensible(source)) return undefined;
  const iterate = source[Symbol.asyncIterator];
  Object.defineProperty(source, Symbol.asyncIterator, {
    configurable: true,
    value: () => {
      const steps = ending.run(() => iterate.call(source)) as unknown as Steps;
      const following = followedSteps(steps, ending, asynchronously);
      iterated.set(following, source);
      return following;
    },
  });
  abandoned.register(source, { ending, pieces: new Pieces(ending.keepsPieces) });
  return source;
}

function isSteps(value: object): value is Steps {
  return "next" in value && typeof value.next === "function";
}

function isNodeStream(value: object): value is NodeStream {
  if (!(value instanceof EventEmitter) || !("pipe" in value)) return false;
  // A socket is a means and no result: it may stay open for as long as the program runs.
  return "readable" in value && value.readable === true && !(value instanceof Socket);
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value && typeof value[Symbol.asyncIterator] === "function";
}

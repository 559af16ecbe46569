/** The SDK as programs call it: what starts and stops it, and what can be said about traces and spans. */
import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type TimeInput,
  trace,
} from "@opentelemetry/api";
import { activate, activateGlobally, activeContext, activeSpan } from "./activeContext.js";
import { associationIn, setMetadata, setSession, setUser } from "./association.js";
import { attributesOf, idText, SESSION_ID, USER_ID, type Values } from "./attributes.js";
import { failed, guarded, warnOnce } from "./guard.js";
import { type InitializeOptions, initialize, shutdown } from "./initialize.js";
import { type InstrumentModules, switchOn } from "./instruments/index.js";
import type { Ending } from "./iteration.js";
import { handedOn } from "./observe.js";
import { type Carrier, extract, inject } from "./propagation.js";
import { recordError, recordMoreTags, recordOutput, recordTags } from "./record.js";
import { type ScoreOptions, type ScoreValue, scoreRecord } from "./score.js";
import { type SessionOptions, session } from "./session.js";
import { LaminarSpan } from "./span.js";
import {
  type LaminarSpanContext,
  laminarSpanContext,
  type StringUUID,
  serialize,
  traceUuid,
} from "./spanContext.js";
import { type ManualSpanOptions, startManualSpan } from "./spanStart.js";
import { state } from "./state.js";
import { epochNs, timeInput } from "./time.js";

/** An event of a span. */
export interface EventOptions {
  name: string;
  /** What OpenTelemetry has no type for is written as JSON. */
  attributes?: Values | undefined;
  /** When it happened: as a BigInt, or a number past 1e14, in nanoseconds since the epoch. */
  timestamp?: TimeInput | bigint | undefined;
  sessionId?: string | undefined;
  userId?: string | undefined;
}

/** What {@link Laminar.feedback} takes beside what a score takes. */
export interface FeedbackOptions extends ScoreOptions {
  /** The name of the score. Default: `feedback`. */
  name?: string;
}

/**
 * Traces a program into sessions.
 *
 * Nothing but {@link Laminar.initialize} throws, and it only for arguments that cannot be meant. Before
 * it, and where tracing is disabled, every call does nothing and the functions it is given just run.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: `Laminar.method()` is the surface that programs are written for
export class Laminar {
  /**
   * Start tracing. A second call is ignored until {@link Laminar.shutdown}.
   *
   * Spans go to a tracer provider that is registered already, if it takes a further processor; else to
   * one of the SDK's own, which is registered for every tracer of the process.
   *
   * @throws TypeError or RangeError if an argument cannot be meant.
   *
   * @example
   * Laminar.initialize({ baseUrl: "http://localhost:8000", instrumentModules: { OpenAI } });
   */
  static initialize(options: InitializeOptions = {}): void {
    initialize(options);
  }

  /** Whether {@link Laminar.initialize} was called, and {@link Laminar.shutdown} not since. */
  static initialized(): boolean {
    return state.initialized;
  }

  /**
   * Instrument modules after {@link Laminar.initialize}, as in a bundle where it cannot find them.
   *
   * @param modules - The same as `instrumentModules` of `initialize`.
   */
  static patch(modules: InstrumentModules): void {
    const { client } = state;
    if (client !== undefined) guarded("patch", () => switchOn(modules, client.provider));
  }

  /**
   * Run a function in a session: every trace that starts inside it belongs to the session. Called
   * inside a trace, that trace joins.
   *
   * @param options - The session's id, or session, user and metadata.
   * @returns What `fn` returns.
   *
   * @example
   * await Laminar.session({ sessionId: chat.id, userId: user.id }, () => answer(message));
   */
  static session<Args extends unknown[], Result>(
    options: string | SessionOptions,
    fn: (...args: Args) => Result,
    ...args: Args
  ): Result {
    return session(options, fn, ...args);
  }

  /**
   * Set the session of the current trace, for this span, its root, and the spans that start later.
   * Outside a span it holds for the traces that start later in this async context, with a warning:
   * {@link Laminar.session} says where it ends.
   *
   * @param sessionId - The session's id; null clears it for the spans that start later.
   */
  static setTraceSessionId(sessionId: string | null | undefined): void {
    guarded("setTraceSessionId", () => setSession(sessionId));
  }

  /** Set the user of the current trace; as {@link Laminar.setTraceSessionId}. */
  static setTraceUserId(userId: string | null | undefined): void {
    guarded("setTraceUserId", () => setUser(userId));
  }

  /**
   * Merge metadata into that of the current trace; as {@link Laminar.setTraceSessionId}.
   *
   * @param metadata - JSON values by key; null clears it for the traces that start later.
   */
  static setTraceMetadata(metadata: Values | null | undefined): void {
    guarded("setTraceMetadata", () => setMetadata(metadata));
  }

  /**
   * Start a span that is not active: it has no children but those started in it by
   * {@link Laminar.withSpan}. Whoever starts it ends it.
   *
   * @example
   * const span = Laminar.startSpan({ name: "turn", sessionId });
   * await Laminar.withSpan(span, () => answer(message));
   * span.end();
   */
  static startSpan(options: ManualSpanOptions): LaminarSpan {
    return startedSpan(options);
  }

  /**
   * Start a span that is active from here on in this async context: what starts later is its child,
   * until it is ended. End it in a `finally`.
   *
   * @param options - With `global: true` it is also the parent of whatever starts without one anywhere
   *   in the process, as callbacks that share no async context need it.
   */
  static startActiveSpan(
    options: ManualSpanOptions & { global?: boolean | undefined },
  ): LaminarSpan {
    const span = startedSpan(options);
    guarded("startActiveSpan", () => {
      if (!isSpanContextValid(span.spanContext())) return;
      const raw = LaminarSpan.unwrap(span);
      const deactivate = activate(raw);
      const deactivateGlobally = options.global === true ? activateGlobally(raw) : undefined;
      if (deactivate === undefined) {
        warnOnce(
          "startActiveSpan",
          "the registered context manager cannot make a span active without a callback: use " +
            "Laminar.withSpan(span, fn)",
        );
      }
      span.releaseWith(() => {
        deactivate?.();
        deactivateGlobally?.();
      });
    });
    return span;
  }

  /**
   * Run a function with a span active. What it throws is recorded on the span and thrown on.
   *
   * @param span - A span of {@link Laminar.startSpan}, or of any tracer.
   * @param endOnExit - True ends the span when the function, its promise or its generator is through.
   * @returns What `fn` returns.
   */
  static withSpan<Result>(span: Span, fn: () => Result, endOnExit = false): Result {
    if (state.client === undefined) return fn();
    const raw = LaminarSpan.unwrap(span);
    const ending = endingOf(span, raw, trace.setSpan(activeContext(), raw), endOnExit);
    let result: Result;
    try {
      result = ending.run(fn);
    } catch (error) {
      ending.error(error);
      throw error;
    }
    return handedOn(result, ending);
  }

  /** The active span, or that of a context; undefined if there is none. */
  static getCurrentSpan(inContext?: Context): LaminarSpan | undefined {
    const span = inContext === undefined ? activeSpan() : trace.getSpan(inContext);
    if (span === undefined || !isSpanContextValid(span.spanContext())) return undefined;
    return LaminarSpan.of(span);
  }

  /**
   * Set attributes of the current span; what OpenTelemetry has no type for is written as JSON.
   *
   * @example
   * Laminar.setSpanAttributes({ [LaminarAttributes.REQUEST_MODEL]: "gpt-4o" });
   */
  static setSpanAttributes(attributes: Values): void {
    onCurrentSpan("setSpanAttributes", (span) => span.setAttributes(attributesOf(attributes)));
  }

  /** Record what the current span's work gave, as JSON. */
  static setSpanOutput(output: unknown): void {
    onCurrentSpan("setSpanOutput", (span) => recordOutput(span, output));
  }

  /** Replace the tags of the current span. */
  static setSpanTags(tags: readonly string[]): void {
    onCurrentSpan("setSpanTags", (span) => recordTags(span, tags));
  }

  /** Add tags to those of the current span. */
  static addSpanTags(tags: readonly string[]): void {
    onCurrentSpan("addSpanTags", (span) => recordMoreTags(span, tags));
  }

  /** Record an event of the current span; outside of any, a span of its own. */
  static event({ name, attributes = {}, timestamp, sessionId, userId }: EventOptions): void {
    const { client } = state;
    if (client === undefined) return;
    guarded("event", () => {
      const span = activeSpan();
      const time = timeInput(timestamp);
      if (span?.isRecording()) {
        const association = { [SESSION_ID]: idText(sessionId), [USER_ID]: idText(userId) };
        span.addEvent(String(name), attributesOf({ ...attributes, ...association }), time);
        return;
      }
      const options = { name, attributes, sessionId, userId, startTime: time };
      startManualSpan(client, options).span.end(time);
    });
  }

  /**
   * Give a score to the current span, or to another span, a trace or a session.
   *
   * @param value - A number; true or false, which count 1 and 0; or a label.
   */
  static score(name: string, value: ScoreValue, options: ScoreOptions = {}): void {
    const { client } = state;
    if (client === undefined) return;
    guarded("score", () => {
      const record = scoreRecord(name, value, options, epochNs());
      if (record !== undefined) client.sink.emitScore(record);
    });
  }

  /** Give what a user says of an answer: a score named `feedback`; as {@link Laminar.score}. */
  static feedback(value: ScoreValue, options: FeedbackOptions = {}): void {
    const { name = "feedback", ...others } = options;
    Laminar.score(name, value, others);
  }

  /** The id of the current trace as a UUID; null outside of any. */
  static getTraceId(): StringUUID | null {
    const spanContext = activeSpan()?.spanContext();
    if (spanContext === undefined || !isSpanContextValid(spanContext)) return null;
    return traceUuid(spanContext.traceId);
  }

  /**
   * The place of a span in its trace, with session, user and metadata, for `parentSpanContext` in
   * another process.
   *
   * @param span - Default: the current span.
   * @returns null outside of any span.
   */
  static getLaminarSpanContext(span: Span | undefined = activeSpan()): LaminarSpanContext | null {
    if (span === undefined) return null;
    const association = associationIn(trace.setSpan(activeContext(), span));
    return laminarSpanContext(span.spanContext(), association);
  }

  /** As {@link Laminar.getLaminarSpanContext}, as JSON text. */
  static serializeLaminarSpanContext(span?: Span): string | null {
    const spanContext = Laminar.getLaminarSpanContext(span);
    return spanContext && serialize(spanContext);
  }

  /**
   * Add `traceparent` and `baggage` with session, user and metadata to headers. This is done on request
   * alone, because it tells the other side who the user is.
   *
   * @param carrier - An object, a `Headers` or a `Map`; it is changed. Default: a new object.
   * @returns The carrier.
   *
   * @example
   * await fetch(url, { headers: Laminar.inject({ accept: "application/json" }) });
   */
  static inject<Into extends object = Record<string, string>>(carrier?: Into): Into {
    return inject(carrier);
  }

  /**
   * Run a function where headers say: in their trace, with the session, user and metadata of their
   * baggage. What is no valid header is passed over.
   *
   * @returns What `fn` returns.
   *
   * @example
   * consumer.run(({ message }) => Laminar.extract(message.headers, () => handle(message)));
   */
  static extract<Args extends unknown[], Result>(
    carrier: Carrier,
    fn: (...args: Args) => Result,
    ...args: Args
  ): Result {
    return extract(carrier, fn, ...args);
  }

  /**
   * Send everything that ended until now. Functions that are frozen between requests await it.
   *
   * @returns Whether all of it arrived.
   */
  static async flush(): Promise<boolean> {
    try {
      return (await state.client?.sink.flush()) ?? true;
    } catch (error) {
      failed("flush", error);
      return false;
    }
  }

  /** Flush, and stop tracing. {@link Laminar.initialize} starts it again. */
  static async shutdown(): Promise<void> {
    await shutdown();
  }

  /** The server's address, without a path; empty before {@link Laminar.initialize}. */
  static getHttpUrl(): string {
    return state.client?.settings.baseUrl ?? "";
  }

  /** The project key; empty if there is none. */
  static getProjectApiKey(): string {
    return state.client?.settings.apiKey ?? "";
  }
}

function startedSpan(options: ManualSpanOptions): LaminarSpan {
  const { client } = state;
  const started = client && guarded("startSpan", () => startManualSpan(client, options));
  return LaminarSpan.of(started?.span ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
}

function endingOf(span: Span, raw: Span, within: Context, endOnExit: boolean): Ending {
  const end = () => {
    if (endOnExit) guarded("withSpan", () => span.end());
  };
  return {
    keepsPieces: false,
    run: (work) => context.with(within, work),
    value: end,
    pieces: end,
    error: (error) => {
      guarded("withSpan", () => recordError(raw, error));
      end();
    },
  };
}

function onCurrentSpan(method: string, use: (span: Span) => void): void {
  if (state.client === undefined) return;
  guarded(method, () => {
    const span = activeSpan();
    if (span !== undefined) use(span);
    else warnOnce(method, `${method} was called outside a span and did nothing`);
  });
}

/** Lets tests of programs see the spans and scores that a piece of code makes, without a server. */
import {
  type Attributes,
  type AttributeValue,
  type Context,
  SpanStatusCode,
} from "@opentelemetry/api";
import type { ReadableSpan, Span } from "@opentelemetry/sdk-trace";
import { ended, started } from "./association.js";
import {
  METADATA_PREFIX,
  SESSION_ID,
  SPAN_INPUT,
  SPAN_OUTPUT,
  SPAN_TYPE,
  TAGS,
  USER_ID,
} from "./attributes.js";
import type { SpanSink } from "./client.js";
import { initialize, shutdown } from "./initialize.js";
import type { ScoreRecord } from "./score.js";
import { state } from "./state.js";
import { noteLevel } from "./tracingLevel.js";

/** A span that ended while it was captured. */
export interface CapturedSpan {
  readonly name: string;
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** `DEFAULT` if none was given. */
  readonly type: string;
  /** The input, parsed. */
  readonly input: unknown;
  /** The output, parsed. */
  readonly output: unknown;
  readonly sessionId: string | undefined;
  readonly userId: string | undefined;
  /** The metadata on this span: that of the trace on its root. */
  readonly metadata: Readonly<Record<string, AttributeValue | undefined>>;
  readonly tags: readonly string[];
  /** The message of the span's error, or undefined. */
  readonly error: string | undefined;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  /** All attributes as they would be sent, before masking and limits. */
  readonly attributes: Attributes;
  readonly durationNs: bigint;
}

/** What was captured, in the order in which it ended. */
export class Captured {
  readonly spans: readonly CapturedSpan[];
  /** The scores and the feedback that were given. */
  readonly scores: readonly ScoreRecord[];

  constructor(spans: readonly CapturedSpan[], scores: readonly ScoreRecord[]) {
    this.spans = spans;
    this.scores = scores;
  }

  /**
   * The one span of a name.
   *
   * @throws Error if there is none, or more than one; it names the spans that there are.
   */
  span(name: string): CapturedSpan {
    const found = this.spans.filter((span) => span.name === name);
    if (found.length === 1) return found[0] as CapturedSpan;
    const names = this.spans.map((span) => span.name).join(", ") || "none";
    throw new Error(`${found.length} spans are called ${JSON.stringify(name)}; captured: ${names}`);
  }

  /** The spans of a session. */
  session(sessionId: string): CapturedSpan[] {
    return this.spans.filter((span) => span.sessionId === sessionId);
  }

  /** The spans that are children of one. */
  childrenOf(parent: CapturedSpan): CapturedSpan[] {
    return this.spans.filter(
      ({ traceId, parentSpanId }) => traceId === parent.traceId && parentSpanId === parent.spanId,
    );
  }
}

/**
 * Run code and give the spans that ended meanwhile. Nothing is sent. `Laminar.initialize` need not have
 * been called; if it was, its settings hold. One capture at a time: what runs beside it is captured too.
 *
 * @throws What `work` throws.
 *
 * @example
 * const captured = await capture(() => answer("What is a session?"));
 * expect(captured.span("answer").sessionId).toBe("chat-7");
 */
export async function capture(work: () => unknown): Promise<Captured> {
  const spans: CapturedSpan[] = [];
  const scores: ScoreRecord[] = [];
  const isOurs = !state.initialized;
  if (isOurs) initialize({ instrumentModules: {}, logLevel: state.logLevel });
  const { client } = state;
  if (client === undefined) throw new Error("nothing can be captured: tracing is disabled");
  state.client = { ...client, sink: capturing(spans, scores) };
  try {
    await work();
  } finally {
    state.client = client;
    if (isOurs) await shutdown();
  }
  return new Captured(spans, scores);
}

function capturing(spans: CapturedSpan[], scores: ScoreRecord[]): SpanSink {
  return {
    onStart(span: Span, parentContext: Context) {
      noteLevel(span, parentContext);
      started(span, parentContext);
    },
    onEnd(span: ReadableSpan) {
      ended(span);
      spans.push(captured(span));
    },
    emitScore: (record) => void scores.push(record),
    flush: async () => true,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

function captured(span: ReadableSpan): CapturedSpan {
  const { name, attributes, status, events, duration, parentSpanContext } = span;
  const { traceId, spanId } = span.spanContext();
  const text = (key: string) => attributes[key] as string | undefined;
  const isMetadata = ([key]: [string, unknown]) => key.startsWith(METADATA_PREFIX);
  return {
    name,
    traceId,
    spanId,
    parentSpanId: parentSpanContext?.spanId,
    type: text(SPAN_TYPE) ?? "DEFAULT",
    input: parsed(text(SPAN_INPUT)),
    output: parsed(text(SPAN_OUTPUT)),
    sessionId: text(SESSION_ID),
    userId: text(USER_ID),
    metadata: Object.fromEntries(
      Object.entries(attributes)
        .filter(isMetadata)
        .map(([key, value]) => [key.slice(METADATA_PREFIX.length), value]),
    ),
    tags: (attributes[TAGS] as string[] | undefined) ?? [],
    error: status.code === SpanStatusCode.ERROR ? (status.message ?? "") : undefined,
    events: events.map((event) => ({ name: event.name, attributes: event.attributes ?? {} })),
    attributes: { ...attributes },
    durationNs: BigInt(duration[0]) * 1_000_000_000n + BigInt(duration[1]),
  };
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

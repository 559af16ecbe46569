/** Turns the spans that a test's code makes into plain values to assert on, without a server. */
import {
  type Attributes,
  type Context,
  context,
  type HrTime,
  ROOT_CONTEXT,
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
  type Values,
} from "./attributes.js";
import type { SpanSink } from "./client.js";
import { initialize, shutdown } from "./initialize.js";
import type { ScoreRecord } from "./score.js";
import { state } from "./state.js";
import { noteLevel } from "./tracingLevel.js";

/** An event of a captured span. */
export interface CapturedEvent {
  readonly name: string;
  readonly attributes: Attributes;
  /** When it happened, in nanoseconds since the epoch. */
  readonly timeNs: bigint;
}

const STATUSES = ["unset", "ok", "error"] as const;

/** A span that has ended, as plain values. */
export class CapturedSpan {
  readonly name: string;
  /** LLM, TOOL and so on; DEFAULT where none was given. */
  readonly type: string;
  /** What the JSON of the input says; undefined without one. */
  readonly input: unknown;
  /** What the JSON of the output says; undefined without one. */
  readonly output: unknown;
  readonly sessionId: string | undefined;
  readonly userId: string | undefined;
  /** Of its trace on a root; else what was given to the span. */
  readonly metadata: Values;
  readonly tags: readonly string[];
  readonly status: (typeof STATUSES)[number];
  /** The message of an error, or undefined. */
  readonly statusMessage: string | undefined;
  readonly events: readonly CapturedEvent[];
  /** All of them, as they would be sent without masking and limits. */
  readonly attributes: Attributes;
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
  /** Of the parent, captured or not; undefined of a root. */
  readonly parentId: string | undefined;
  /** Ids of the spans that it links to. */
  readonly links: readonly string[];
  /** In nanoseconds since the epoch. */
  readonly startNs: bigint;
  /** In nanoseconds since the epoch. */
  readonly endNs: bigint;
  /** The parent, if it was captured. */
  parent: CapturedSpan | undefined;
  /** In the order of their start. */
  readonly children: CapturedSpan[] = [];

  constructor(span: ReadableSpan) {
    const { attributes } = span;
    const metadata = Object.entries(attributes)
      .filter(([key]) => key.startsWith(METADATA_PREFIX))
      .map(([key, value]) => [key.slice(METADATA_PREFIX.length), value]);
    this.name = span.name;
    this.type = text(attributes[SPAN_TYPE]) ?? "DEFAULT";
    this.input = parsed(attributes[SPAN_INPUT]);
    this.output = parsed(attributes[SPAN_OUTPUT]);
    this.sessionId = text(attributes[SESSION_ID]);
    this.userId = text(attributes[USER_ID]);
    this.metadata = Object.fromEntries(metadata);
    this.tags = (attributes[TAGS] as string[] | undefined) ?? [];
    this.status = STATUSES[span.status.code];
    this.statusMessage = span.status.message;
    this.events = span.events.map(({ name, attributes = {}, time }) => ({
      name,
      attributes,
      timeNs: nanoseconds(time),
    }));
    this.attributes = { ...attributes };
    this.traceId = span.spanContext().traceId;
    this.spanId = span.spanContext().spanId;
    this.parentId = span.parentSpanContext?.spanId;
    this.links = span.links.map((link) => link.context.spanId);
    this.startNs = nanoseconds(span.startTime);
    this.endNs = nanoseconds(span.endTime);
  }

  /**
   * The one span of a name below this one.
   *
   * @throws Error if there is none, or more than one; it names those that there are.
   */
  find(name: string): CapturedSpan {
    return only([...below(this)], name);
  }
}

/** The spans that ended while they were captured, in the order of their start, and the scores. */
export class CapturedSpans implements Iterable<CapturedSpan> {
  /** In the order of their start. */
  readonly spans: readonly CapturedSpan[];
  /** The scores and the feedback that were given. */
  readonly scores: readonly ScoreRecord[];

  constructor(spans: readonly CapturedSpan[], scores: readonly ScoreRecord[]) {
    this.spans = spans;
    this.scores = scores;
    const byId = new Map(spans.map((span) => [span.traceId + span.spanId, span]));
    for (const span of spans) {
      span.parent = byId.get(span.traceId + span.parentId);
      span.parent?.children.push(span);
    }
  }

  /** Those whose parent was not captured. */
  get roots(): CapturedSpan[] {
    return this.spans.filter(({ parent }) => parent === undefined);
  }

  /** Names in the order of start. */
  get names(): string[] {
    return this.spans.map(({ name }) => name);
  }

  get length(): number {
    return this.spans.length;
  }

  /**
   * The one span of a name.
   *
   * @throws Error if there is none, or more than one; it names those that there are.
   */
  find(name: string): CapturedSpan {
    return only(this.spans, name);
  }

  /** Every span of a name. */
  findAll(name: string): CapturedSpan[] {
    return this.spans.filter((span) => span.name === name);
  }

  /** The spans as indented text, one a line, with what is set: `answer [TOOL] error`. */
  tree(): string {
    const lines = (spans: readonly CapturedSpan[], indent: string): string[] =>
      spans.flatMap(({ name, type, status, children }) => [
        indent +
          name +
          (type === "DEFAULT" ? "" : ` [${type}]`) +
          (status === "unset" ? "" : ` ${status}`),
        ...lines(children, `${indent}  `),
      ]);
    return lines(this.roots, "").join("\n");
  }

  [Symbol.iterator](): Iterator<CapturedSpan> {
    return this.spans[Symbol.iterator]();
  }
}

/** How spans are captured. */
export interface CaptureOptions {
  /** As of `Laminar.initialize`. */
  metadata?: Values;
  /** As of `Laminar.initialize`. */
  traceContent?: boolean;
}

/**
 * Run code and give the spans that ended meanwhile; nothing is sent, and nothing is left of it after.
 *
 * Works with and without `Laminar.initialize`. The code begins outside of any span and session. One
 * capture at a time: the spans of what runs beside it are captured as well.
 *
 * @throws What `work` throws; Error if tracing is disabled.
 *
 * @example
 * const spans = await capture(() => answer("What is a session?"));
 * expect(spans.find("answer").sessionId).toBe("chat-7");
 */
export async function capture(
  work: () => unknown,
  { metadata = {}, traceContent = true }: CaptureOptions = {},
): Promise<CapturedSpans> {
  const order = new Map<object, number>();
  const spans: ReadableSpan[] = [];
  const scores: ScoreRecord[] = [];
  const isOurs = !state.initialized;
  if (isOurs) initialize({ instrumentModules: {} });
  const { client } = state;
  if (client === undefined) throw new Error("nothing can be captured: tracing is disabled");
  const settings = { ...client.settings, metadata, traceContent };
  state.client = { ...client, settings, sink: capturing(order, spans, scores) };
  try {
    await context.with(ROOT_CONTEXT, () => state.ambient.exit(work));
  } finally {
    state.client = client;
    if (isOurs) await shutdown();
  }
  spans.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return new CapturedSpans(
    spans.map((span) => new CapturedSpan(span)),
    scores,
  );
}

function capturing(
  order: Map<object, number>,
  spans: ReadableSpan[],
  scores: ScoreRecord[],
): SpanSink {
  return {
    onStart(span: Span, parentContext: Context) {
      // Clocks are too coarse to tell which was first.
      order.set(span, order.size);
      noteLevel(span, parentContext);
      started(span, parentContext);
    },
    onEnd(span: ReadableSpan) {
      ended(span);
      spans.push(span);
    },
    emitScore: (record) => void scores.push(record),
    flush: async () => true,
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

function* below(span: CapturedSpan): Iterable<CapturedSpan> {
  for (const child of span.children) {
    yield child;
    yield* below(child);
  }
}

function only(spans: readonly CapturedSpan[], name: string): CapturedSpan {
  const [found, ...others] = spans.filter((span) => span.name === name);
  if (found !== undefined && others.length === 0) return found;
  const count = found === undefined ? 0 : others.length + 1;
  const names = spans.map((span) => span.name).join(", ") || "none";
  throw new Error(`${count} spans are named ${JSON.stringify(name)}; there are: ${names}`);
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

function parsed(value: unknown): unknown {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

function nanoseconds([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

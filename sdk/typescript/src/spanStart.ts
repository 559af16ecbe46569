/** Turns the options of an observed call, or of a span started by hand, into a started span. */
import {
  type Context,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanOptions as StartOptions,
  type TimeInput,
  trace,
} from "@opentelemetry/api";
import { activeContext } from "./activeContext.js";
import { associationIn, describe, isKnown, TAKEN_OVER } from "./association.js";
import {
  attributesOf,
  idText,
  LINK,
  SESSION_ID,
  SPAN_TYPE,
  type SpanType,
  spanTypeOf,
  USER_ID,
  type Values,
} from "./attributes.js";
import type { Client } from "./client.js";
import { warnOnce } from "./guard.js";
import { recordInput, recordTags } from "./record.js";
import {
  type LaminarSpanContext,
  type ParsedSpanContext,
  parseSpanContext,
  remoteSpanContext,
} from "./spanContext.js";
import { timeInput } from "./time.js";

/** What can be said about a span when it starts. */
export interface SpanOptions {
  /** The session of the span's trace. */
  sessionId?: string | undefined;
  /** The user of the span's trace. */
  userId?: string | undefined;
  /** Metadata of the span's trace: JSON values by key. */
  metadata?: Values | undefined;
  /** Tags of the span. */
  tags?: readonly string[] | undefined;
  /** What the span stands for, in any case. Default: `DEFAULT`. */
  spanType?: SpanType | Lowercase<SpanType> | undefined;
  /** The span elsewhere that this one continues, as `serializeLaminarSpanContext` gave it. */
  parentSpanContext?: string | LaminarSpanContext | undefined;
  /**
   * True makes the span the root of a trace of its own (unless it continues one elsewhere), with the session, the user and the metadata
   * of the trace it is started in, and a link to the span it is started in.
   */
  newTrace?: boolean | undefined;
}

/** What else can be said about a span that is started by hand. */
export interface ManualSpanOptions extends SpanOptions {
  name: string;
  /** What the span's work was given; written as JSON. */
  input?: unknown;
  /** The OpenTelemetry context to start the span in. Default: the active one. */
  context?: Context | undefined;
  /** Further attributes; what OpenTelemetry has no type for is written as JSON. */
  attributes?: Values | undefined;
  /** When the span began; as a BigInt in nanoseconds since the epoch. Default: now. */
  startTime?: TimeInput | bigint | undefined;
}

/** A started span, and the context that its work runs in. */
export interface Started {
  readonly span: Span;
  readonly context: Context;
}

/** Start a span without an input. */
export function startSpan(
  client: Client,
  name: string,
  options: SpanOptions,
  base: Context = activeContext(),
  startTime?: TimeInput,
): Started {
  const { tags, metadata, spanType, parentSpanContext, newTrace } = options;
  let parentContext = base;
  let sessionId = idText(options.sessionId);
  let userId = idText(options.userId);
  const parent = parentOf(parentSpanContext);
  let links: Link[] | undefined;
  if (parent !== undefined) {
    parentContext = trace.setSpanContext(base, remoteSpanContext(parent));
    sessionId ??= parent.sessionId;
    userId ??= parent.userId;
  } else if (newTrace === true) {
    links = linksTo(parentContext);
    const association = associationIn(parentContext);
    parentContext = trace.deleteSpan(parentContext).setValue(TAKEN_OVER, association);
  } else if (!client.inheritsForeignParents && isForeign(trace.getSpan(parentContext))) {
    parentContext = trace.deleteSpan(parentContext);
  }
  const start: StartOptions = {};
  if (sessionId !== undefined || userId !== undefined) {
    start.attributes = { [SESSION_ID]: sessionId, [USER_ID]: userId };
  }
  if (links !== undefined) start.links = links;
  if (startTime !== undefined) start.startTime = startTime;
  const span = client.tracer.startSpan(String(name), start, parentContext);
  if (span.isRecording()) {
    const type = spanType === undefined ? undefined : spanTypeOf(spanType);
    if (type !== undefined) span.setAttribute(SPAN_TYPE, type);
    if (parent?.metadata !== undefined) describe(span, parent.metadata);
    if (metadata !== undefined && metadata !== null) describe(span, metadata);
    if (tags !== undefined && tags !== null) recordTags(span, tags);
  } else if (!isSpanContextValid(span.spanContext())) {
    // A span that is suppressed has no place in a trace, and takes none from what is inside it.
    return { span, context: base };
  }
  return { span, context: trace.setSpan(base, span) };
}

/** Start a span by hand. */
export function startManualSpan(client: Client, options: ManualSpanOptions): Started {
  const { name, input, attributes, startTime } = options;
  const base = options.context ?? activeContext();
  const started = startSpan(client, name, options, base, timeInput(startTime));
  if (attributes !== undefined) started.span.setAttributes(attributesOf(attributes));
  if (input !== undefined) recordInput(started.span, input);
  return started;
}

function parentOf(given: SpanOptions["parentSpanContext"]): ParsedSpanContext | undefined {
  if (given === undefined || given === null) return undefined;
  const parent = parseSpanContext(given);
  if (parent === undefined) {
    warnOnce("parent span context", "a parentSpanContext is no span context, and is left out");
  }
  return parent;
}

function linksTo(context: Context): Link[] | undefined {
  const spanContext = trace.getSpanContext(context);
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  return [{ context: spanContext, attributes: { [LINK]: "new_trace" } }];
}

/**
 * Say whether an active span belongs to a trace that the SDK does not see, such as one of another
 * SDK with its own tracer provider: the server would wait for that parent for ever.
 */
function isForeign(span: Span | undefined): boolean {
  if (span === undefined || !span.isRecording()) return false;
  return !isKnown(span.spanContext().traceId);
}

/** Turns what is said about session, user and metadata into what each span of a trace carries. */
import {
  type Context,
  createContextKey,
  isSpanContextValid,
  type Span,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { activeContext, activeSpan } from "./activeContext.js";
import { enter } from "./asyncStore.js";
import {
  attributesOf,
  idText,
  METADATA_PREFIX,
  SESSION_ID,
  USER_ID,
  type Values,
} from "./attributes.js";
import { associationInBaggage } from "./baggage.js";
import { warnOnce } from "./guard.js";
import { state } from "./state.js";

/** The session, the user and the metadata that a trace belongs to. */
export interface Association {
  readonly sessionId?: string | undefined;
  readonly userId?: string | undefined;
  readonly metadata?: Values | undefined;
}

/** The association of one trace while it runs. It changes as the program says more about it. */
export interface TraceAssociation {
  sessionId: string | undefined;
  userId: string | undefined;
  metadata: Values | undefined;
  /** The spans without a parent in this process that have not ended, by span id. */
  readonly roots: Map<string, Span>;
}

/** A span of an SDK while it records: the API's span, and the attributes that it has. */
type StartedSpan = Span & Partial<Pick<ReadableSpan, "attributes">>;

/** The most traces that are known at once, running and ended: past it the oldest is forgotten. */
const MAX_RUNNING_TRACES = 10_000;
const MAX_ENDED_TRACES = 2_000;

const NOTHING: Association = Object.freeze({});

/** In a context that a span is started in: the association that its trace takes over whole. */
export const TAKEN_OVER = createContextKey("threadline association taken over");

/** The association that a trace started here and now begins with. */
export function ambient(): Association {
  return state.ambient.getStore() ?? state.rootAssociation ?? NOTHING;
}

/** Lay one association over another: what `over` names wins, metadata is merged. */
export function merged(under: Association, over: Association): Association {
  return {
    sessionId: over.sessionId ?? under.sessionId,
    userId: over.userId ?? under.userId,
    metadata: mergedMetadata(under.metadata, over.metadata),
  };
}

/** Say whether a trace has a local root that has not ended. */
export function isOpen(traceId: string): boolean {
  return state.traces.has(traceId);
}

/** Say whether a trace runs here, or ended lately. */
export function isKnown(traceId: string): boolean {
  return known(traceId) !== undefined;
}

/** Give the session of a trace that runs or ended lately, or undefined. */
export function sessionOf(traceId: string): string | undefined {
  return known(traceId)?.sessionId;
}

/** Give the association of the trace that is active in a context, else the ambient one. */
export function associationIn(context: Context): Association {
  const spanContext = trace.getSpanContext(context);
  const { sessionId, userId, metadata } = (spanContext && known(spanContext.traceId)) ?? ambient();
  return { sessionId, userId, metadata };
}

/**
 * Take a span that starts: a span without a parent in this process opens its trace's association,
 * and every span gets the session and the user of its trace, unless it came with its own.
 */
export function started(span: Span, parentContext: Context): void {
  const { traceId, spanId } = span.spanContext();
  const parent = trace.getSpanContext(parentContext);
  const isChild = parent !== undefined && parent.traceId === traceId && parent.isRemote !== true;
  const { attributes } = span as StartedSpan;
  const ownSession = idText(attributes?.[SESSION_ID]);
  const ownUser = idText(attributes?.[USER_ID]);
  let association = isChild ? known(traceId) : undefined;
  if (association !== undefined) {
    association.sessionId ??= ownSession;
    association.userId ??= ownUser;
  } else {
    association = opened(traceId, parentContext);
    association.roots.set(spanId, span);
    association.sessionId = ownSession ?? association.sessionId;
    association.userId = ownUser ?? association.userId;
    if (association.metadata !== undefined) {
      span.setAttributes(attributesOf(association.metadata, METADATA_PREFIX));
    }
  }
  const { sessionId, userId } = association;
  if (ownSession === undefined && sessionId !== undefined) span.setAttribute(SESSION_ID, sessionId);
  if (ownUser === undefined && userId !== undefined) span.setAttribute(USER_ID, userId);
}

/**
 * Take a span that ended: with its last local root a trace's association ends. It is remembered for
 * a while, for spans that outlive their root.
 */
export function ended(span: Pick<ReadableSpan, "spanContext">): void {
  const { traceId, spanId } = span.spanContext();
  const association = state.traces.get(traceId);
  if (association === undefined) return;
  if (!association.roots.delete(spanId) || association.roots.size > 0) return;
  state.traces.delete(traceId);
  remember(state.endedTraces, traceId, association, MAX_ENDED_TRACES);
}

/** Set the session of the current trace; null clears it for the spans that start later. */
export function setSession(sessionId: unknown): void {
  assign("setTraceSessionId", "Laminar.session(...)", { sessionId: idText(sessionId) });
}

/** Set the user of the current trace; null clears it for the spans that start later. */
export function setUser(userId: unknown): void {
  assign("setTraceUserId", "Laminar.session({ userId }, ...)", { userId: idText(userId) });
}

/** Merge metadata into that of the current trace; null clears it for the spans that start later. */
export function setMetadata(metadata: Values | null | undefined): void {
  assign("setTraceMetadata", "Laminar.session({ metadata }, ...)", {
    metadata: metadata ?? undefined,
  });
}

/**
 * Let the trace of a span join: what `association` names holds from now on for the span, for the
 * roots of its trace that still record, and for the spans that start later.
 *
 * @returns False if the trace of the span is not known here.
 */
export function join(span: Span, association: Association): boolean {
  const { traceId } = span.spanContext();
  const isRecording = span.isRecording();
  // A span that has ended says nothing any more of a trace that has, too.
  const joined = isRecording ? known(traceId) : state.traces.get(traceId);
  if (joined === undefined) return false;
  if ("sessionId" in association) joined.sessionId = association.sessionId;
  if ("userId" in association) joined.userId = association.userId;
  if ("metadata" in association) addMetadata(joined, association.metadata);
  const attributes = attributesOf(association.metadata ?? NO_METADATA, METADATA_PREFIX);
  if (association.sessionId !== undefined) attributes[SESSION_ID] = association.sessionId;
  if (association.userId !== undefined) attributes[USER_ID] = association.userId;
  if (isRecording) span.setAttributes(attributes);
  // The server takes a trace's session from its root where spans differ, so the last call decides.
  for (const root of joined.roots.values()) {
    if (root !== span && root.isRecording()) root.setAttributes(attributes);
  }
  return true;
}

/** Take the metadata that a span was started with: for it, and for the roots its trace gets later. */
export function describe(span: Span, metadata: Values): void {
  span.setAttributes(attributesOf(metadata, METADATA_PREFIX));
  const association = known(span.spanContext().traceId);
  if (association !== undefined) addMetadata(association, metadata);
}

const NO_METADATA: Values = Object.freeze({});

/** Say something about the trace that runs here, or about the ones that start here later. */
function assign(method: string, blockForm: string, association: Association): void {
  const span = activeSpan();
  if (span !== undefined && join(span, association)) return;
  if (state.client === undefined || isUntraced(span)) return;
  warnOnce(
    `outside ${method}`,
    `${method} was called outside a span; it holds for the spans started later in this context. ` +
      `Use ${blockForm} to say where it ends.`,
  );
  // There is no callback to run in it: the rest of this async context is what it holds for.
  enter(state.ambient, {
    ...ambient(),
    ...association,
    ...(association.metadata && {
      metadata: mergedMetadata(ambient().metadata, association.metadata),
    }),
  });
}

/** Say whether nothing is recorded here on purpose: nobody sees what such a trace is called. */
function isUntraced(span: Span | undefined): boolean {
  if (isTracingSuppressed(activeContext())) return true;
  const spanContext = span?.spanContext();
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return false;
  return (spanContext.traceFlags & TraceFlags.SAMPLED) === 0;
}

/** The association of a trace that runs, or ended lately. */
function known(traceId: string): TraceAssociation | undefined {
  return state.traces.get(traceId) ?? state.endedTraces.get(traceId);
}

/** Open the association of a trace, or give the running one what a further root brings. */
function opened(traceId: string, parentContext: Context): TraceAssociation {
  const takenOver = parentContext.getValue(TAKEN_OVER) as Association | undefined;
  let begin = takenOver ?? ambient();
  if (takenOver === undefined && begin.sessionId === undefined) {
    const carried = associationInBaggage(parentContext);
    if (carried !== undefined) begin = merged(carried, begin);
  }
  const running = state.traces.get(traceId);
  if (running !== undefined) {
    running.sessionId ??= begin.sessionId;
    running.userId ??= begin.userId;
    running.metadata = mergedMetadata(begin.metadata, running.metadata);
    return running;
  }
  const metadata = mergedMetadata(state.client?.settings.metadata, begin.metadata);
  return register(traceId, { ...begin, metadata });
}

function register(traceId: string, begin: Association): TraceAssociation {
  const { sessionId, userId, metadata } = begin;
  const association = { sessionId, userId, metadata, roots: new Map() };
  if (remember(state.traces, traceId, association, MAX_RUNNING_TRACES)) {
    warnOnce(
      "running traces",
      `more than ${MAX_RUNNING_TRACES} traces run at once: the oldest lose their session for ` +
        "spans started later. Are there spans that are never ended?",
    );
  }
  return association;
}

function addMetadata(association: TraceAssociation, metadata: Values | undefined): void {
  association.metadata = metadata && { ...association.metadata, ...metadata };
}

/** Keep a value in a map of bounded size; true if the oldest was forgotten for it. */
function remember<Value>(
  map: Map<string, Value>,
  key: string,
  value: Value,
  limit: number,
): boolean {
  map.set(key, value);
  if (map.size <= limit) return false;
  const oldest = map.keys().next().value;
  return oldest !== undefined && map.delete(oldest);
}

function mergedMetadata(under: Values | undefined, over: Values | undefined): Values | undefined {
  if (under === undefined || isEmpty(under)) return over;
  return over === undefined ? under : { ...under, ...over };
}

function isEmpty(record: Values): boolean {
  for (const _ in record) return false;
  return true;
}

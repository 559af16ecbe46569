/** Turns a place in a trace into JSON that crosses processes and queues, and back. */
import { isSpanContextValid, type SpanContext, TraceFlags } from "@opentelemetry/api";
import type { Association } from "./association.js";
import { idText, type Values } from "./attributes.js";
import { encode } from "./encode.js";

/** A UUID: five groups of hexadecimal digits. */
export type StringUUID = `${string}-${string}-${string}-${string}-${string}`;

/**
 * A place in a trace as Laminar's SDKs exchange it. The ids are UUIDs; a span's 8 bytes are padded
 * with zeros on the left.
 */
export interface LaminarSpanContext {
  traceId: StringUUID;
  spanId: StringUUID;
  isRemote: boolean;
  sessionId?: string;
  userId?: string;
  metadata?: Values;
}

/** A span context that was read: OpenTelemetry's ids, and the association that came with them. */
export interface ParsedSpanContext extends Association {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly spanId: string;
}

/** Give the place of a span, with its trace's association; null for a span that is none. */
export function laminarSpanContext(
  spanContext: SpanContext,
  association: Association,
): LaminarSpanContext | null {
  if (!isSpanContextValid(spanContext)) return null;
  const { sessionId, userId, metadata } = association;
  return {
    traceId: traceUuid(spanContext.traceId),
    spanId: spanUuid(spanContext.spanId),
    isRemote: spanContext.isRemote ?? false,
    ...(sessionId !== undefined && { sessionId }),
    ...(userId !== undefined && { userId }),
    ...(metadata !== undefined && { metadata: { ...metadata } }),
  };
}

/** Write a span context as the JSON text that both Laminar's and these SDKs read. */
export function serialize(spanContext: LaminarSpanContext): string {
  return encode(spanContext);
}

/**
 * Read a span context in either SDK's spelling (`traceId` or `trace_id`), with ids as UUIDs or as
 * hexadecimal digits.
 *
 * @returns undefined if it is none.
 */
export function parseSpanContext(given: unknown): ParsedSpanContext | undefined {
  const record = typeof given === "string" ? parsedJson(given) : given;
  if (typeof record !== "object" || record === null) return undefined;
  const fields = record as Record<string, unknown>;
  const traceId = traceIdHex(fields.traceId ?? fields.trace_id);
  const spanId = spanIdHex(fields.spanId ?? fields.span_id);
  if (traceId === undefined || spanId === undefined) return undefined;
  const { metadata } = fields;
  const isObject = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata);
  return {
    traceId,
    spanId,
    sessionId: idText(fields.sessionId ?? fields.session_id),
    userId: idText(fields.userId ?? fields.user_id),
    metadata: isObject ? (metadata as Values) : undefined,
  };
}

/** Give a span context that was read as OpenTelemetry's, sampled and from another process. */
export function remoteSpanContext({ traceId, spanId }: ParsedSpanContext): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
}

/** Give a trace id as 32 lower-case hexadecimal digits; undefined if it is none. */
export function traceIdHex(id: unknown): string | undefined {
  const hex = hexOf(id);
  return hex?.length === 32 && !isZero(hex) ? hex : undefined;
}

/** Give a span id as 16 lower-case hexadecimal digits; undefined if it is none. */
function spanIdHex(id: unknown): string | undefined {
  const hex = hexOf(id);
  if (hex === undefined || isZero(hex)) return undefined;
  if (hex.length === 16) return hex;
  return hex.length === 32 && isZero(hex.slice(0, 16)) ? hex.slice(16) : undefined;
}

/** Give a trace id as a UUID. */
export function traceUuid(traceId: string): StringUUID {
  return uuid(traceId);
}

/** Give a span id as a UUID, padded with zeros on the left. */
export function spanUuid(spanId: string): StringUUID {
  return uuid(spanId.padStart(32, "0"));
}

function uuid(hex: string): StringUUID {
  const [a, b, c] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16)];
  return `${a}-${b}-${c}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function hexOf(id: unknown): string | undefined {
  if (typeof id !== "string") return undefined;
  const hex = id.replaceAll("-", "").toLowerCase();
  return /^[0-9a-f]+$/.test(hex) ? hex : undefined;
}

function isZero(hex: string): boolean {
  return /^0*$/.test(hex);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

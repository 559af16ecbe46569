/** Writes onto a span what a call took, gave and threw. */
import { type Attributes, type Span, SpanStatusCode } from "@opentelemetry/api";
import { SPAN_INPUT, SPAN_OUTPUT, TAGS, tagList } from "./attributes.js";
import { encode } from "./encode.js";
import { state } from "./state.js";
import { isWithoutContent } from "./tracingLevel.js";

/** A span of an SDK, which also can be read. */
interface ReadableAttributes {
  readonly attributes?: Attributes;
}

/** Say whether inputs and outputs are recorded on a span. */
export function recordsContent(span: Span): boolean {
  if (state.client?.settings.traceContent === false || isWithoutContent(span)) return false;
  return span.isRecording();
}

/** Write what the span's work was given, as JSON text. */
export function recordInput(span: Span, input: unknown): void {
  if (recordsContent(span)) span.setAttribute(SPAN_INPUT, encode(input));
}

/** Write what the span's work gave, as JSON text; nothing for null and undefined. */
export function recordOutput(span: Span, output: unknown): void {
  if (output === undefined || output === null) return;
  if (recordsContent(span)) span.setAttribute(SPAN_OUTPUT, encode(output));
}

/** Replace the tags of a span. */
export function recordTags(span: Span, tags: readonly string[]): void {
  const list = tagList(tags);
  if (list !== undefined) span.setAttribute(TAGS, list);
}

/** Add tags to those that a span has. */
export function recordMoreTags(span: Span, tags: readonly string[]): void {
  const list = tagList(tags);
  if (list !== undefined) span.setAttribute(TAGS, [...new Set([...tagsOf(span), ...list])]);
}

/** The tags of a span. */
export function tagsOf(span: Span): string[] {
  const tags = (span as Span & ReadableAttributes).attributes?.[TAGS];
  return Array.isArray(tags) ? tags.map(String) : [];
}

/**
 * Write an error onto a span: an `exception` event and status ERROR with the error's message
 * (https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/). An `AbortError` says
 * that the program wanted no result any more, which is no error: an event `cancelled`.
 *
 * @param error - What was thrown, of any kind.
 */
export function recordError(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const { type, message, stacktrace } = described(error);
  if (type === "AbortError") {
    span.addEvent("cancelled");
    return;
  }
  span.addEvent("exception", {
    "exception.type": type,
    "exception.message": message,
    ...(stacktrace !== undefined && { "exception.stacktrace": stacktrace }),
  });
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

interface Described {
  type: string;
  message: string;
  stacktrace?: string | undefined;
}

function described(error: unknown): Described {
  try {
    if (error instanceof Error || isErrorLike(error)) {
      const { name, message, stack } = error;
      return {
        type: typeof name === "string" && name !== "" ? name : "Error",
        message: String(message),
        stacktrace: typeof stack === "string" ? stack : undefined,
      };
    }
    return { type: typeof error, message: typeof error === "string" ? error : encode(error) };
  } catch {
    return { type: "Error", message: "[not encodable: error]" };
  }
}

/** Errors of another realm (`node:vm`, Jest) are no instances of this one's `Error`. */
function isErrorLike(error: unknown): error is Error {
  return typeof error === "object" && error !== null && "message" in error && "name" in error;
}

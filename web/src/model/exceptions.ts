/** Finds what went wrong in a span: its exception events by OpenTelemetry's conventions, or its status. */

import type { Json } from "./json_lines";

export interface SpanException {
  readonly type: string | null;
  readonly message: string | null;
  readonly stack: string | null;
}

interface EventLike {
  readonly name: string;
  readonly attributes: { readonly [key: string]: Json };
}

/**
 * The exceptions of a span, latest first: what ended it is what one came to read. A failed span
 * without an exception event has its status message as one; a span without either has none.
 */
export function exceptionsOf(span: {
  readonly status: string;
  readonly status_message: string | null;
  readonly events: readonly EventLike[];
}): SpanException[] {
  const found = span.events.filter((event) => event.name === "exception").map(exceptionOf);
  if (found.length > 0) return found.reverse();
  if (span.status !== "error") return [];
  return [{ type: null, message: span.status_message || null, stack: null }];
}

export function exceptionOf(event: EventLike): SpanException {
  const { attributes } = event;
  return {
    type: textOf(attributes["exception.type"]),
    message: textOf(attributes["exception.message"]),
    stack: textOf(attributes["exception.stacktrace"]),
  };
}

function textOf(value: Json | undefined): string | null {
  if (value === undefined || value === null || value === "") return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Turns a span into the bytes of memory that it is taken to need. */
import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

/** What a span needs besides its texts: ids, times, the objects that hold them. */
const SPAN_BYTES = 400;
const ENTRY_BYTES = 32;

/** The bytes that a span is taken to need, from the lengths of its texts. */
export function estimatedBytes(span: ReadableSpan): number {
  let bytes = SPAN_BYTES + span.name.length + (span.status.message?.length ?? 0);
  bytes += attributesBytes(span.attributes);
  for (const event of span.events) {
    bytes += ENTRY_BYTES + event.name.length;
    if (event.attributes !== undefined) bytes += attributesBytes(event.attributes);
  }
  for (const link of span.links) {
    bytes += ENTRY_BYTES * 2;
    if (link.attributes !== undefined) bytes += attributesBytes(link.attributes);
  }
  return bytes;
}

/** The bytes that attributes are taken to need. */
export function attributesBytes(attributes: Attributes): number {
  let bytes = 0;
  for (const key in attributes) {
    const value = attributes[key];
    bytes += ENTRY_BYTES + key.length;
    if (typeof value === "string") bytes += value.length;
    else if (Array.isArray(value)) {
      for (const member of value) bytes += typeof member === "string" ? member.length + 8 : 8;
    }
  }
  return bytes;
}

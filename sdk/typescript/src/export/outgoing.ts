/** Turns a span that ended into what leaves the process: without content, masked, cut. */

import type { Attributes, AttributeValue, SpanContext } from "@opentelemetry/api";
import type { ReadableSpan, TimedEvent } from "@opentelemetry/sdk-trace";
import { withoutContent } from "../content.js";
import { maskOf } from "../masking.js";
import type { Mask, Settings } from "../settings.js";
import { isWithoutContent } from "../tracingLevel.js";
import { cut, MAX_BYTES_PER_UNIT } from "./sizeLimit.js";

/** What the way out needs to know. */
export type OutgoingSettings = Pick<
  Settings,
  "mask" | "maskPatterns" | "traceContent" | "maxAttributeBytes"
>;

/** What a span needs besides its texts: ids, times, the objects that hold them. */
const SPAN_BYTES = 400;
const ENTRY_BYTES = 32;

/** A copy of a span that may differ from it; the program's own span stays as it is. */
export class OutgoingSpan implements ReadableSpan {
  readonly #span: ReadableSpan;
  readonly name: string;
  readonly kind;
  readonly parentSpanContext?: SpanContext;
  // The names of OpenTelemetry's SDK 1.x for the same.
  readonly parentSpanId?: string;
  readonly instrumentationLibrary?: ReadableSpan["instrumentationScope"];
  readonly startTime;
  readonly endTime;
  readonly duration;
  readonly ended = true;
  readonly resource;
  readonly instrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  readonly status;
  readonly attributes;
  readonly links;
  readonly events: TimedEvent[];

  constructor(
    span: ReadableSpan & Pick<OutgoingSpan, "parentSpanId" | "instrumentationLibrary">,
    changed: Pick<ReadableSpan, "attributes" | "events" | "links" | "status">,
  ) {
    this.#span = span;
    this.name = span.name;
    this.kind = span.kind;
    this.parentSpanContext = span.parentSpanContext;
    this.startTime = span.startTime;
    this.endTime = span.endTime;
    this.duration = span.duration;
    this.resource = span.resource;
    this.instrumentationScope = span.instrumentationScope;
    this.parentSpanId = span.parentSpanId;
    this.instrumentationLibrary = span.instrumentationLibrary;
    this.droppedAttributesCount = span.droppedAttributesCount;
    this.droppedEventsCount = span.droppedEventsCount;
    this.droppedLinksCount = span.droppedLinksCount;
    this.status = changed.status;
    this.attributes = changed.attributes;
    this.links = changed.links;
    this.events = changed.events;
  }

  spanContext(): SpanContext {
    return this.#span.spanContext();
  }
}

/** A function that makes the outgoing copy of a span, by the settings of the program. */
export class Outgoing {
  readonly #mask: Mask | undefined;
  readonly #traceContent: boolean;
  readonly #maxBytes: number;

  constructor(settings: OutgoingSettings) {
    this.#mask = maskOf(settings.maskPatterns, settings.mask);
    this.#traceContent = settings.traceContent;
    this.#maxBytes = settings.maxAttributeBytes;
  }

  /** The span as it leaves; the span itself where nothing has to change. */
  span(span: ReadableSpan): ReadableSpan {
    if (span instanceof OutgoingSpan) return span;
    const isWithContent = this.#traceContent && !isWithoutContent(span);
    const isUnchanged = this.#mask === undefined && isWithContent;
    if (isUnchanged && estimatedBytes(span) * MAX_BYTES_PER_UNIT <= this.#maxBytes) return span;
    const { status } = span;
    return new OutgoingSpan(span, {
      attributes: this.#attributes(span.attributes, isWithContent),
      events: span.events.map((event) =>
        event.attributes === undefined
          ? event
          : { ...event, attributes: this.#attributes(event.attributes, isWithContent, event.name) },
      ),
      links: span.links.map((link) =>
        link.attributes === undefined
          ? link
          : { ...link, attributes: this.#attributes(link.attributes, isWithContent) },
      ),
      status:
        status.message === undefined
          ? status
          : { ...status, message: this.#text("status.message", status.message) },
    });
  }

  /** The attributes of a score as they leave: they are no content of a conversation. */
  score(attributes: Attributes): Attributes {
    return this.#attributes(attributes, true);
  }

  #attributes(attributes: Attributes, isWithContent: boolean, event?: string): Attributes {
    const kept = isWithContent ? attributes : withoutContent(attributes, event);
    return Object.fromEntries(
      Object.entries(kept).map(([key, value]) => [key, value && this.#value(key, value)]),
    );
  }

  #value(key: string, value: AttributeValue): AttributeValue {
    if (typeof value === "string") return this.#text(key, value);
    if (!Array.isArray(value) || !value.some((member) => typeof member === "string")) return value;
    return value.map((member) =>
      typeof member === "string" ? this.#text(key, member) : member,
    ) as AttributeValue;
  }

  #text(key: string, value: string): string {
    return cut(this.#mask === undefined ? value : this.#mask(key, value), this.#maxBytes);
  }
}

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

/** Turns a span that ended into what leaves the process: without content, masked, cut. */

import type { Attributes, SpanContext } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan, TimedEvent } from "@opentelemetry/sdk-trace";
import { withoutContent } from "../content.js";
import { maskOf } from "../masking.js";
import type { Mask, Settings } from "../settings.js";
import { isWithoutContent } from "../tracingLevel.js";
import { estimatedBytes } from "./memory.js";
import { cut, MAX_BYTES_PER_UNIT } from "./sizeLimit.js";

/** What the way out needs to know. */
export type OutgoingSettings = Pick<
  Settings,
  "mask" | "maskPatterns" | "traceContent" | "maxAttributeBytes"
>;

/**
 * What a mask hook gets as the key of a status' text, OpenTelemetry's name for it elsewhere:
 * https://opentelemetry.io/docs/specs/otel/common/mapping-to-non-otlp/#span-status
 */
const STATUS_KEY = "otel.status_description";

/** Levels of nested values; what lies deeper is left out rather than let through unmasked. */
const MAX_DEPTH = 100;

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
    changed: Pick<ReadableSpan, "attributes" | "events" | "links" | "status" | "resource">,
  ) {
    this.#span = span;
    this.name = span.name;
    this.kind = span.kind;
    this.parentSpanContext = span.parentSpanContext;
    this.startTime = span.startTime;
    this.endTime = span.endTime;
    this.duration = span.duration;
    this.resource = changed.resource;
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
  readonly #resources = new WeakMap<Resource, Resource>();

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
      resource: this.#resource(span.resource),
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
          : { ...status, message: this.#text(STATUS_KEY, status.message) },
    });
  }

  /** The attributes of a score as they leave: they are no content of a conversation. */
  score(attributes: Attributes): Attributes {
    return this.#attributes(attributes, true);
  }

  #attributes(attributes: Attributes, isWithContent: boolean, event?: string): Attributes {
    const kept = isWithContent ? attributes : withoutContent(attributes, event);
    return Object.fromEntries(
      Object.entries(kept).map(([key, value]) => [key, this.#value(key, value, 0)]),
    ) as Attributes;
  }

  /** One copy for each resource: it is by the object that a request puts spans together. */
  #resource(resource: Resource): Resource {
    if (this.#mask === undefined) return resource;
    const known = this.#resources.get(resource);
    if (known !== undefined) return known;
    const masked = Object.create(resource, {
      attributes: { value: this.#attributes(resource.attributes, true) },
    }) as Resource;
    this.#resources.set(resource, masked);
    return masked;
  }

  #value(key: string, value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.#text(key, value);
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (depth === MAX_DEPTH) return undefined;
    if (Array.isArray(value)) return value.map((member) => this.#value(key, member, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        this.#value(`${key}.${name}`, member, depth + 1),
      ]),
    );
  }

  #text(key: string, value: string): string {
    return cut(this.#mask === undefined ? value : this.#mask(key, value), this.#maxBytes);
  }
}

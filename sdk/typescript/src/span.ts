/** The span that programs hold: OpenTelemetry's, and what Laminar adds to it. */
import type {
  Attributes,
  AttributeValue,
  Exception,
  Link,
  Span,
  SpanContext,
  SpanStatus,
  TimeInput,
} from "@opentelemetry/api";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { type Association, associationIn, join } from "./association.js";
import { idText, type Values } from "./attributes.js";
import { guarded } from "./guard.js";
import { recordInput, recordMoreTags, recordOutput, recordTags, tagsOf } from "./record.js";
import {
  type LaminarSpanContext,
  laminarSpanContext,
  type StringUUID,
  spanUuid,
  traceUuid,
} from "./spanContext.js";
import { state } from "./state.js";

/** A span of OpenTelemetry's API with methods for session, user, metadata, tags and content. */
export class LaminarSpan implements Span {
  readonly #span: Span;
  #release: (() => void) | undefined;

  private constructor(span: Span) {
    this.#span = span;
  }

  /** The facade of a span; a span has one. */
  static of(span: Span): LaminarSpan {
    if (span instanceof LaminarSpan) return span;
    const known = state.facades.get(span);
    if (known !== undefined) return known;
    const facade = new LaminarSpan(span);
    state.facades.set(span, facade);
    return facade;
  }

  /** The span of the OpenTelemetry SDK behind a facade, or the span itself. */
  static unwrap(span: Span): Span {
    return span instanceof LaminarSpan ? span.#span : span;
  }

  /** Call something when the span is ended by its holder: {@link LaminarSpan.end}. */
  releaseWith(release: () => void): this {
    this.#release = release;
    return this;
  }

  /** Set the session of the span's trace; null clears it for the spans that start later. */
  setTraceSessionId(sessionId: string | null): void {
    guarded("setTraceSessionId", () => join(this.#span, { sessionId: idText(sessionId) }));
  }

  /** Set the user of the span's trace; null clears it for the spans that start later. */
  setTraceUserId(userId: string | null): void {
    guarded("setTraceUserId", () => join(this.#span, { userId: idText(userId) }));
  }

  /** Merge metadata into that of the span's trace. */
  setTraceMetadata(metadata: Values): void {
    guarded("setTraceMetadata", () => join(this.#span, { metadata }));
  }

  /** Record what the span's work was given, as JSON. */
  setInput(input: unknown): void {
    guarded("setInput", () => recordInput(this.#span, input));
  }

  /** Record what the span's work gave, as JSON. */
  setOutput(output: unknown): void {
    guarded("setOutput", () => recordOutput(this.#span, output));
  }

  /** Replace the tags of the span. */
  setTags(tags: readonly string[]): void {
    guarded("setTags", () => recordTags(this.#span, tags));
  }

  /** Add tags to those of the span. */
  addTags(tags: readonly string[]): void {
    guarded("addTags", () => recordMoreTags(this.#span, tags));
  }

  /** The tags of the span. */
  get tags(): string[] {
    return tagsOf(this.#span);
  }

  /** The session, the user and the metadata of the span's trace. */
  get laminarAssociationProperties(): Association {
    return associationIn(trace.setSpan(ROOT_CONTEXT, this.#span));
  }

  /** The place of the span in its trace, for `parentSpanContext` elsewhere; null if it has none. */
  getLaminarSpanContext(): LaminarSpanContext | null {
    return laminarSpanContext(this.spanContext(), this.laminarAssociationProperties);
  }

  /** The span's id: 16 hexadecimal digits, or a UUID padded with zeros on the left. */
  spanId(format: "otel" | "uuid" = "otel"): string {
    const { spanId } = this.spanContext();
    return format === "uuid" ? spanUuid(spanId) : spanId;
  }

  /** The trace's id: 32 hexadecimal digits, or a UUID. */
  traceId(format: "otel" | "uuid" = "otel"): string | StringUUID {
    const { traceId } = this.spanContext();
    return format === "uuid" ? traceUuid(traceId) : traceId;
  }

  /** The parent's id, 16 hexadecimal digits; undefined for a root. */
  getParentSpanId(): string | undefined {
    return (this.#span as Span & WithParent).parentSpanContext?.spanId;
  }

  spanContext(): SpanContext {
    return this.#span.spanContext();
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.#span.setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.#span.setAttributes(attributes);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    this.#span.addEvent(name, attributesOrTime, time);
    return this;
  }

  addLink(link: Link): this {
    this.#span.addLink(link);
    return this;
  }

  addLinks(links: Link[]): this {
    this.#span.addLinks(links);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.#span.setStatus(status);
    return this;
  }

  updateName(name: string): this {
    this.#span.updateName(name);
    return this;
  }

  /** End the span; one that `startActiveSpan` gave is active no longer. */
  end(endTime?: TimeInput): void {
    this.#span.end(endTime);
    this.#release?.();
    this.#release = undefined;
  }

  isRecording(): boolean {
    return this.#span.isRecording();
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.#span.recordException(exception, time);
  }
}

/** What an SDK's span tells about its parent. */
interface WithParent {
  readonly parentSpanContext?: SpanContext | undefined;
}

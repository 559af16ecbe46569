/**
 * Turns spans and scores into the bodies of OTLP requests (Protobuf).
 *
 * The messages are those of opentelemetry-proto 1.x, and the bytes those that OpenTelemetry's own
 * serializer writes, which is marked experimental and comes with the metrics and logs SDKs.
 */
import type { HrTime, Link, SpanContext, SpanStatus } from "@opentelemetry/api";
import type { InstrumentationScope } from "@opentelemetry/core";
import { emptyResource, type Resource } from "@opentelemetry/resources";
import type { ReadableSpan, TimedEvent } from "@opentelemetry/sdk-trace";
import type { ScoreRecord } from "../score.js";
import { VERSION } from "../version.js";
import { ProtobufWriter } from "./protobuf.js";

/** `SpanFlags`: whether it is known that the parent is remote, and whether it is. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
const NANOSECONDS = 1_000_000_000n;
/** The whole numbers that an `int64` holds. */
const MIN_INTEGER = -(2 ** 63);
const MAX_INTEGER = 2 ** 63;

/** What OpenTelemetry's SDK 1.x calls differently on its spans. */
interface SpanOfVersion1 {
  readonly parentSpanId?: string;
  readonly instrumentationLibrary?: InstrumentationScope & { schemaUrl?: string };
}
type Scope = InstrumentationScope & { schemaUrl?: string };

/** An `ExportTraceServiceRequest`. */
export function encodeSpans(spans: readonly ReadableSpan[]): Uint8Array {
  const writer = new ProtobufWriter(spans.length * 512);
  const byResource = grouped(spans, ({ resource }) => resource);
  for (const [resource, ofResource] of byResource) {
    writer.message(1, () => {
      writeResource(writer, resource);
      for (const [scope, ofScope] of grouped(ofResource, scopeOf)) {
        writer.message(2, () => {
          writeScope(writer, scope);
          for (const span of ofScope) writer.message(2, () => writeSpan(writer, span));
          if (scope.schemaUrl) writer.text(3, scope.schemaUrl);
        });
      }
      if (resource.schemaUrl) writer.text(3, resource.schemaUrl);
    });
  }
  return writer.finish();
}

/** An `ExportLogsServiceRequest` with a log record for each score. */
export function encodeScores(records: readonly ScoreRecord[]): Uint8Array {
  const writer = new ProtobufWriter(records.length * 256);
  writer.message(1, () => {
    writeResource(writer, emptyResource());
    writer.message(2, () => {
      writeScope(writer, { name: "threadline", version: VERSION });
      for (const record of records) writer.message(2, () => writeRecord(writer, record));
    });
  });
  return writer.finish();
}

function writeSpan(writer: ProtobufWriter, span: ReadableSpan & SpanOfVersion1): void {
  const { traceId, spanId, traceState, traceFlags } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId ?? span.parentSpanId;
  const state = traceState?.serialize();
  writer.hex(1, traceId);
  writer.hex(2, spanId);
  if (state) writer.text(3, state);
  if (parentSpanId) writer.hex(4, parentSpanId);
  writer.text(5, span.name);
  // The API's kinds begin with INTERNAL at 0, the protocol's with UNSPECIFIED.
  writer.integer(6, span.kind + 1);
  writer.fixed64(7, nanoseconds(span.startTime));
  writer.fixed64(8, nanoseconds(span.endTime));
  writeAttributes(writer, 9, span.attributes);
  writer.integer(10, span.droppedAttributesCount);
  for (const event of span.events) writer.message(11, () => writeEvent(writer, event));
  writer.integer(12, span.droppedEventsCount);
  for (const link of span.links) writer.message(13, () => writeLink(writer, link));
  writer.integer(14, span.droppedLinksCount);
  writer.message(15, () => writeStatus(writer, span.status));
  writer.fixed32(16, flags(traceFlags, span.parentSpanContext?.isRemote));
}

function writeEvent(writer: ProtobufWriter, event: TimedEvent): void {
  writer.fixed64(1, nanoseconds(event.time));
  writer.text(2, event.name);
  if (event.attributes) writeAttributes(writer, 3, event.attributes);
  writer.integer(4, event.droppedAttributesCount ?? 0);
}

function writeLink(writer: ProtobufWriter, link: Link): void {
  const { traceId, spanId, traceState, traceFlags, isRemote }: SpanContext = link.context;
  const state = traceState?.serialize();
  writer.hex(1, traceId);
  writer.hex(2, spanId);
  if (state) writer.text(3, state);
  if (link.attributes) writeAttributes(writer, 4, link.attributes);
  writer.integer(5, link.droppedAttributesCount ?? 0);
  writer.fixed32(6, flags(traceFlags, isRemote));
}

function writeStatus(writer: ProtobufWriter, status: SpanStatus): void {
  if (status.message) writer.text(2, status.message);
  writer.integer(3, status.code);
}

function writeRecord(writer: ProtobufWriter, record: ScoreRecord): void {
  writer.fixed64(1, record.timeNs);
  for (const [key, value] of Object.entries(record.attributes)) {
    writer.message(6, () => {
      writer.text(1, key);
      // A score is a double also where it is whole (`gen_ai.evaluation.score.value`).
      writer.message(2, () =>
        typeof value === "number" ? writer.double(4, value) : writeValue(writer, value),
      );
    });
  }
  writer.integer(7, 0);
  if (record.traceId) writer.hex(9, record.traceId);
  if (record.spanId) writer.hex(10, record.spanId);
  writer.fixed64(11, record.timeNs);
  writer.text(12, record.eventName);
}

function writeResource(writer: ProtobufWriter, resource: Resource): void {
  writer.message(1, () => {
    writeAttributes(writer, 1, resource.attributes);
    writer.integer(2, 0);
  });
}

function writeScope(writer: ProtobufWriter, scope: Scope): void {
  writer.message(1, () => {
    writer.text(1, scope.name);
    if (scope.version) writer.text(2, scope.version);
  });
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: object): void {
  for (const [key, value] of Object.entries(attributes)) {
    writer.message(field, () => {
      writer.text(1, key);
      writer.message(2, () => writeValue(writer, value));
    });
  }
}

/** An `AnyValue`; of what is none nothing is written, which is the empty value. */
function writeValue(writer: ProtobufWriter, value: unknown): void {
  if (typeof value === "string") writer.text(1, value);
  else if (typeof value === "boolean") writer.integer(2, Number(value));
  else if (typeof value === "number") {
    const isInt64 = Number.isInteger(value) && value >= MIN_INTEGER && value < MAX_INTEGER;
    if (isInt64) writer.integer(3, value);
    else writer.double(4, value);
  } else if (value instanceof Uint8Array) writer.bytes(7, value);
  else if (Array.isArray(value)) {
    writer.message(5, () => {
      for (const member of value) writer.message(1, () => writeValue(writer, member));
    });
  } else if (typeof value === "object" && value !== null) {
    writer.message(6, () => writeAttributes(writer, 1, value));
  }
}

function flags(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}

const nanoseconds = ([seconds, rest]: HrTime): bigint =>
  BigInt(seconds) * NANOSECONDS + BigInt(rest);

function scopeOf(span: ReadableSpan & SpanOfVersion1): Scope {
  return span.instrumentationScope ?? span.instrumentationLibrary ?? { name: "" };
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

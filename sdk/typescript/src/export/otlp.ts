/** Turns spans and scores into the bodies of OTLP requests (Protobuf). */

import { TraceFlags } from "@opentelemetry/api";
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { emptyResource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { ScoreRecord } from "../score.js";
import { VERSION } from "../version.js";

const NANOSECONDS = 1_000_000_000n;

/** An `ExportTraceServiceRequest`. */
export function encodeSpans(spans: readonly ReadableSpan[]): Uint8Array {
  return serialized(ProtobufTraceSerializer.serializeRequest([...spans]));
}

/** An `ExportLogsServiceRequest` with a log record for each score. */
export function encodeScores(records: readonly ScoreRecord[]): Uint8Array {
  const resource = emptyResource();
  const instrumentationScope = { name: "threadline", version: VERSION };
  return serialized(
    ProtobufLogsSerializer.serializeRequest(
      records.map(({ timeNs, traceId, spanId = "", eventName, attributes }) => {
        const hrTime: [number, number] = [
          Number(timeNs / NANOSECONDS),
          Number(timeNs % NANOSECONDS),
        ];
        return {
          hrTime,
          hrTimeObserved: hrTime,
          eventName,
          attributes,
          droppedAttributesCount: 0,
          resource,
          instrumentationScope,
          ...(traceId === undefined
            ? {}
            : { spanContext: { traceId, spanId, traceFlags: TraceFlags.NONE } }),
        };
      }),
    ),
  );
}

function serialized(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new TypeError("OpenTelemetry's serializer gave no bytes");
  return bytes;
}

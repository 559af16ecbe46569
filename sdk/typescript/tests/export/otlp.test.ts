import type { Attributes, HrTime, Link, SpanContext } from "@opentelemetry/api";
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { emptyResource, type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeScores, encodeSpans } from "../../src/export/otlp.js";
import type { ScoreRecord } from "../../src/score.js";
import { VERSION } from "../../src/version.js";

const hex = (length: number) =>
  fc
    .uint8Array({ minLength: length / 2, maxLength: length / 2 })
    .map((bytes) => Buffer.from(bytes).toString("hex"));
/** Short ones and ones whose length needs more bytes, with any characters and lone surrogates. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("x".repeat(127), "é".repeat(64), "日".repeat(700), "\ud800", "y".repeat(20_000)),
);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, 127, 128, 2 ** 32, -(2 ** 32), 2 ** 53, 2 ** 62, 2 ** 63, -(2 ** 63), -0),
);
const value = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.array(fc.oneof(text, fc.constant(null)), { maxLength: 2 }),
  fc.array(number, { maxLength: 2 }),
  fc.constant(undefined),
);
const attributes = fc.dictionary(text, value, { maxKeys: 3 }) as fc.Arbitrary<Attributes>;
const count = fc.nat(300);
const time = fc.tuple(fc.nat(4_000_000_000), fc.nat(999_999_999)) as fc.Arbitrary<HrTime>;
const spanContext: fc.Arbitrary<SpanContext> = fc.record(
  { traceId: hex(32), spanId: hex(16), traceFlags: fc.nat(255), isRemote: fc.boolean() },
  { requiredKeys: ["traceId", "spanId", "traceFlags"] },
);
const link: fc.Arbitrary<Link> = fc.record(
  { context: spanContext, attributes, droppedAttributesCount: count },
  { requiredKeys: ["context"] },
);
const event = fc.record(
  { name: text, time, attributes, droppedAttributesCount: count },
  { requiredKeys: ["name", "time"] },
);
const resources: Resource[] = [
  emptyResource(),
  resourceFromAttributes({ "service.name": "shop" }, { schemaUrl: "https://example.com/schema" }),
];
const scopes = [
  { name: "" },
  { name: "threadline", version: "0.1.0", schemaUrl: "https://example.com" },
];
const span = fc
  .record(
    {
      context: spanContext,
      name: text,
      kind: fc.nat(4),
      parentSpanContext: spanContext,
      startTime: time,
      endTime: time,
      status: fc.record({ code: fc.nat(2), message: text }, { requiredKeys: ["code"] }),
      attributes,
      links: fc.array(link, { maxLength: 2 }),
      events: fc.array(event, { maxLength: 2 }),
      resource: fc.constantFrom(...resources),
      instrumentationScope: fc.constantFrom(...scopes),
      droppedAttributesCount: count,
      droppedEventsCount: count,
      droppedLinksCount: count,
    },
    { noNullPrototype: true },
  )
  .map(
    ({ context, ...rest }) => ({ ...rest, spanContext: () => context }) as unknown as ReadableSpan,
  );

const score: fc.Arbitrary<ScoreRecord> = fc.record(
  {
    timeNs: fc.bigInt({ min: 0n, max: 4_000_000_000_999_999_999n }),
    eventName: fc.constant("gen_ai.evaluation.result"),
    traceId: hex(32),
    spanId: hex(16),
    attributes: fc.dictionary(text, fc.oneof(text, fc.double({ noInteger: true })), { maxKeys: 3 }),
  },
  { requiredKeys: ["timeNs", "eventName", "attributes"] },
);

const digits = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("hex");

describe("a request", () => {
  it("of spans has the bytes that OpenTelemetry's serializer writes", () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 5 }), (spans) => {
        const expected = ProtobufTraceSerializer.serializeRequest(spans);
        expect(digits(encodeSpans(spans))).toBe(digits(expected));
      }),
    );
  });

  it("of scores has the bytes that OpenTelemetry's serializer writes", () => {
    const resource = emptyResource();
    const instrumentationScope = { name: "threadline", version: VERSION };
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 5 }), (records) => {
        const logs = records.map(({ timeNs, traceId = "", spanId = "", ...record }) => {
          const hrTime: HrTime = [Number(timeNs / 1_000_000_000n), Number(timeNs % 1_000_000_000n)];
          const spanContext = { traceId, spanId, traceFlags: 0 };
          const place = { resource, instrumentationScope, spanContext };
          return { ...record, ...place, hrTime, hrTimeObserved: hrTime, droppedAttributesCount: 0 };
        });
        const expected = ProtobufLogsSerializer.serializeRequest(logs);
        expect(digits(encodeScores(records))).toBe(digits(expected));
      }),
    );
  });

  it("has every score as a double, whole ones too", () => {
    const attributes = { "gen_ai.evaluation.score.value": 1 };
    const record = { timeNs: 1n, eventName: "gen_ai.evaluation.result", attributes };
    const one = Buffer.alloc(8);
    one.writeDoubleLE(1);
    expect(digits(encodeScores([record]))).toContain(`21${one.toString("hex")}`);
  });
});

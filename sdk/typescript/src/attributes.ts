/** Names the attributes that the SDK writes, and turns values of any kind into attribute values. */
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import { encode } from "./encode.js";
import { warnOnce } from "./guard.js";

/** Values of any kind by key; what OpenTelemetry has no type for is written as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: with `unknown`, no object of an interface's type would do
export type Values = Readonly<Record<string, any>>;

/** The session of a span: https://opentelemetry.io/docs/specs/semconv/registry/attributes/session/ */
export const SESSION_ID = "session.id";
/** The user of a span: https://opentelemetry.io/docs/specs/semconv/registry/attributes/user/ */
export const USER_ID = "user.id";
export const SPAN_TYPE = "lmnr.span.type";
export const SPAN_INPUT = "lmnr.span.input";
export const SPAN_OUTPUT = "lmnr.span.output";
export const TAGS = "lmnr.association.properties.tags";
/** Before the key of each piece of a trace's metadata. */
export const METADATA_PREFIX = "lmnr.association.properties.metadata.";
/** On a span link: why it is there. */
export const LINK = "threadline.link";

/** Attributes of a span of type LLM that is recorded by hand, for `Laminar.setSpanAttributes`. */
export const LaminarAttributes = {
  INPUT_TOKEN_COUNT: "gen_ai.usage.input_tokens",
  OUTPUT_TOKEN_COUNT: "gen_ai.usage.output_tokens",
  TOTAL_TOKEN_COUNT: "llm.usage.total_tokens",
  PROVIDER: "gen_ai.system",
  REQUEST_MODEL: "gen_ai.request.model",
  RESPONSE_MODEL: "gen_ai.response.model",
  RESPONSE_ID: "gen_ai.response.id",
  INPUT_COST: "gen_ai.usage.input_cost",
  OUTPUT_COST: "gen_ai.usage.output_cost",
  TOTAL_COST: "gen_ai.usage.cost",
} as const;

const SPAN_TYPES = [
  "DEFAULT",
  "LLM",
  "TOOL",
  "EXECUTOR",
  "EVALUATOR",
  "EVALUATION",
  "AGENT",
  "RETRIEVAL",
  "EMBEDDING",
  "CHAIN",
  "GUARDRAIL",
] as const;

/** What a span stands for. */
export type SpanType = (typeof SPAN_TYPES)[number];

/** Give a span type in upper case; undefined for DEFAULT, which is not written, and unknown ones. */
export function spanTypeOf(given: unknown): SpanType | undefined {
  const type = String(given).toUpperCase() as SpanType;
  if (type === "DEFAULT") return undefined;
  if (SPAN_TYPES.includes(type)) return type;
  warnOnce(
    `span type ${type}`,
    `there is no span type ${JSON.stringify(given)}: ${SPAN_TYPES.join(", ")}`,
  );
  return undefined;
}

/**
 * Give a value as OpenTelemetry takes it: a text, number or boolean and an array of one of them as
 * it is, anything else as JSON text, and nothing for null and undefined.
 */
export function attributeValue(value: unknown): AttributeValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (isPrimitive(value) && !Number.isNaN(value)) return value as AttributeValue;
  if (Array.isArray(value) && isHomogeneous(value)) return value as AttributeValue;
  return encode(value);
}

/** Give each value of a record as {@link attributeValue} does, with `prefix` before its key. */
export function attributesOf(record: Values, prefix = ""): Attributes {
  const attributes: Attributes = {};
  for (const key of Object.keys(record)) {
    const value = attributeValue(record[key]);
    if (value !== undefined) attributes[prefix + key] = value;
  }
  return attributes;
}

/** Give tags without doubles, in their order; a text is one tag. Undefined if these are no tags. */
export function tagList(tags: unknown): string[] | undefined {
  if (typeof tags === "string") return [tags];
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string")) {
    return [...new Set<string>(tags)];
  }
  warnOnce("tags", "tags must be an array of strings; these are left out");
  return undefined;
}

/** Give an id as text: a number becomes its digits; nothing, and an empty text, are no id. */
export function idText(id: unknown): string | undefined {
  if (typeof id === "string") return id === "" ? undefined : id;
  return id === null || id === undefined ? undefined : String(id);
}

function isPrimitive(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isHomogeneous(values: readonly unknown[]): boolean {
  const type = typeof values[0];
  return values.every((value) => typeof value === type && isPrimitive(value));
}

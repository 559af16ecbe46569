/** What the tree and its rows need of a span: a part of the `spans[]` fields of the REST interface. */

/** The nine types in the order in which the pages list them. */
export const SPAN_TYPES = [
  "agent",
  "llm",
  "tool",
  "retrieval",
  "embedding",
  "guardrail",
  "evaluator",
  "chain",
  "span",
] as const;

export type SpanType = (typeof SPAN_TYPES)[number];

export interface TreeSpan {
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly type: SpanType;
  readonly status: "ok" | "error" | "unset";
  readonly start_time: string;
  /** Null while the span runs. */
  readonly end_time: string | null;
}

export function isSpanType(text: string): text is SpanType {
  return (SPAN_TYPES as readonly string[]).includes(text);
}

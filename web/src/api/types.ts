/** The REST contract of /api/v1 as the pages read it. Times are ISO-8601 UTC with nine decimals. */

export type SpanType =
  | "agent"
  | "llm"
  | "tool"
  | "retrieval"
  | "embedding"
  | "chain"
  | "guardrail"
  | "evaluator"
  | "span";
export type Status = "ok" | "error" | "unset";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Token and cost totals; null is unknown or not reported, never zero. */
export interface Usage {
  input_tokens: number | null;
  output_tokens: number | null;
  total_tokens: number | null;
  cache_read_tokens: number | null;
  total_cost: number | null;
}

export interface Session extends Usage {
  session_id: string;
  start_time: string;
  end_time: string;
  duration_ms: number;
  active_ms: number;
  trace_count: number;
  span_count: number;
  error_count: number;
  error_trace_count: number;
  unpriced_calls: number;
  user_ids: string[];
  models: string[];
  tags: string[];
  first_input: string | null;
  last_output: string | null;
  running: boolean;
}

export interface SessionMark {
  trace_id: string;
  start_time: string;
  end_time: string;
  duration_ms: number;
  model_ms: number;
  tool_ms: number;
  failed: boolean;
}

export interface SessionShape {
  session_id: string;
  trace_count: number;
  marks: SessionMark[];
}

/** A direct child of the root of a trace that is a workflow. */
export interface Step {
  span_id: string;
  name: string;
  type: SpanType;
  status: Status;
  status_message: string | null;
  start_time: string;
  end_time: string | null;
  duration_ms: number | null;
  input: string | null;
  output: string | null;
  span_count: number;
  error_count: number;
  input_tokens: number | null;
  output_tokens: number | null;
  total_cost: number | null;
}

export interface Trace extends Usage {
  trace_id: string;
  name: string;
  session_id: string | null;
  user_id: string | null;
  start_time: string;
  end_time: string;
  duration_ms: number;
  status: Status;
  span_count: number;
  error_count: number;
  unpriced_calls: number;
  models: string[];
  tags: string[];
  metadata: Record<string, Json>;
  input: string | null;
  output: string | null;
  root_span_id: string | null;
  running: boolean;
  step_count: number;
  steps?: Step[];
}

export interface SpanSummary extends Usage {
  span_id: string;
  parent_span_id: string | null;
  name: string;
  type: SpanType;
  status: Status;
  status_message: string | null;
  start_time: string;
  end_time: string | null;
  duration_ms: number | null;
  model: string | null;
  provider: string | null;
  agent_name: string | null;
  tool_name: string | null;
  cache_write_tokens: number | null;
  reasoning_tokens: number | null;
  cost_source: "reported" | "computed" | null;
  usage_counted_by: string | null;
  scope_name: string | null;
  event_count: number;
}

export interface Provenance {
  key: string;
  span_id: string;
  conflict: boolean;
}

export interface TraceDetail extends Trace {
  provenance: Provenance | null;
  spans: SpanSummary[];
  next_cursor: string | null;
}

export interface SpanRow extends SpanSummary {
  trace_id: string;
  session_id: string | null;
  input: string | null;
  output: string | null;
}

export type Part =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "tool_call"; id: string | null; name: string | null; arguments: Json }
  | { type: "tool_result"; id: string | null; result: Json }
  | { type: "image"; media_type: string | null; data: string | null; url: string | null }
  | { type: "other"; value: Json };

export interface Message {
  role: string;
  parts: Part[];
}

export interface SpanEvent {
  name: string;
  time: string;
  attributes: Record<string, Json>;
}

export interface SpanLink {
  trace_id: string;
  span_id: string;
  attributes: Record<string, Json>;
}

export interface SpanDetail extends SpanSummary {
  trace_id: string;
  session_id: string | null;
  user_id: string | null;
  conversation_id: string | null;
  request_model: string | null;
  response_model: string | null;
  tool_call_id: string | null;
  input_cost: number | null;
  output_cost: number | null;
  input: Json;
  output: Json;
  input_key: string | null;
  output_key: string | null;
  messages: { input: Message[]; output: Message[] };
  events: SpanEvent[];
  links: SpanLink[];
  attributes: Record<string, Json>;
  resource: Record<string, Json>;
  scope: { name: string; version: string; attributes: Record<string, Json> };
  tags: string[];
  metadata: Record<string, Json>;
  received_time: string;
  normalizer_version: number;
  marks: string[];
}

export interface Stats {
  span_count: number;
  trace_count: number;
  session_count: number;
  disk_bytes: number;
  data_may_be_discarded: boolean;
  http_port: number;
  grpc_port: number | null;
  received_spans_per_second: number;
}

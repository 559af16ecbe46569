/** The fields that a list can be filtered by, as the REST interface names them. */

export type View = "traces" | "spans" | "sessions";
export type FieldKind = "number" | "text" | "list" | "time" | "flag";

export interface Field {
  name: string;
  kind: FieldKind;
}

const number = (...names: string[]): Field[] => names.map((name) => ({ name, kind: "number" }));
const text = (...names: string[]): Field[] => names.map((name) => ({ name, kind: "text" }));
const list = (...names: string[]): Field[] => names.map((name) => ({ name, kind: "list" }));
const time = (...names: string[]): Field[] => names.map((name) => ({ name, kind: "time" }));
const flag = (...names: string[]): Field[] => names.map((name) => ({ name, kind: "flag" }));

const USAGE = number(
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "cache_read_tokens",
  "total_cost",
);

export const FIELDS: Record<View, readonly Field[]> = {
  sessions: [
    ...text("session_id"),
    ...list("user_ids", "models", "tags"),
    ...number("error_count", "error_trace_count", "trace_count", "span_count"),
    ...number("duration_ms", "active_ms"),
    ...USAGE,
    ...number("unpriced_calls"),
    ...text("first_input", "last_output"),
    ...time("start_time", "end_time"),
    ...flag("running"),
  ],
  traces: [
    ...text("trace_id", "name", "session_id", "user_id", "status"),
    ...list("models", "tags"),
    ...number("error_count", "span_count", "duration_ms"),
    ...USAGE,
    ...number("unpriced_calls"),
    ...text("input", "output"),
    ...time("start_time", "end_time"),
    ...flag("running"),
  ],
  spans: [
    ...text("span_id", "trace_id", "session_id", "name", "type", "status", "status_message"),
    ...text("model", "provider", "agent_name", "tool_name"),
    ...number("duration_ms"),
    ...USAGE,
    ...number("cache_write_tokens", "reasoning_tokens", "event_count"),
    ...text("input", "output", "scope_name", "parent_span_id"),
    ...time("start_time", "end_time"),
  ],
};

/** The word that a reader would try first, where the name of the field is another. */
const ALIASES: Record<View, Record<string, string>> = {
  sessions: { ...plural(), id: "session_id", session: "session_id", errors: "error_count" },
  traces: {
    ...plural(),
    id: "trace_id",
    session: "session_id",
    user: "user_id",
    errors: "error_count",
  },
  spans: { id: "span_id", trace: "trace_id", session: "session_id" },
};

function plural(): Record<string, string> {
  return {
    model: "models",
    tag: "tags",
    user: "user_ids",
    traces: "trace_count",
    spans: "span_count",
  };
}

/** The field of a view by its name or by the word that stands for it; metadata keys are fields. */
export function fieldOf(view: View, word: string): Field | null {
  if (/^metadata\..+/.test(word) && view !== "spans") return { name: word, kind: "text" };
  const lower = word.toLowerCase();
  const known = FIELDS[view].find((field) => field.name === lower);
  if (known) return known;
  const alias = ALIASES[view][lower];
  return FIELDS[view].find((field) => field.name === alias) ?? null;
}

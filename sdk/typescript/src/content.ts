/** Knows which attributes carry what people and models said, so that they can be left out. */
import type { Attributes } from "@opentelemetry/api";

/** Attributes that are content, in the conventions that instrumentations follow. */
export const CONTENT_KEYS: ReadonlySet<string> = new Set([
  "agent.backstory",
  "agent.goal",
  "ai.embedding",
  "ai.embeddings",
  "ai.prompt",
  "ai.response.object",
  "ai.response.reasoning",
  "ai.response.text",
  "ai.response.toolCalls",
  "ai.result.object",
  "ai.result.text",
  "ai.result.toolCalls",
  "ai.toolCall.args",
  "ai.toolCall.result",
  "ai.value",
  "ai.values",
  "all_messages_events",
  "crew_agents",
  "crew_inputs",
  "crew_tasks",
  "document.content",
  "final_result",
  "flow_inputs",
  "formatted_description",
  "formatted_expected_output",
  "gen_ai.completion",
  "gen_ai.input.messages",
  "gen_ai.output.messages",
  "gen_ai.prompt",
  "gen_ai.system_instructions",
  "gen_ai.tool.call.arguments",
  "gen_ai.tool.call.result",
  "input.value",
  "langfuse.observation.input",
  "langfuse.observation.output",
  "langfuse.trace.input",
  "langfuse.trace.output",
  "llm.input_messages",
  "llm.invocation_parameters",
  "llm.output_messages",
  "llm.prompts",
  "lmnr.sdk.raw.response",
  "lmnr.span.input",
  "lmnr.span.output",
  "message.content",
  "mlflow.spanInputs",
  "mlflow.spanOutputs",
  "output.value",
  "pydantic_ai.all_messages",
  "reranker.query",
  "smolagents.additional_args",
  "smolagents.task",
  "tool.parameters",
  "tool_arguments",
  "tool_response",
  "traceloop.entity.input",
  "traceloop.entity.output",
]);

/** How the keys begin of content that is spread over several attributes. */
export const CONTENT_PREFIXES: readonly string[] = [
  "ai.prompt.",
  "embedding.embeddings.",
  "gen_ai.completion.",
  "gen_ai.prompt.",
  "llm.input_messages.",
  "llm.output_messages.",
  "llm.prompt_template.",
  "llm.prompts.",
  "message.contents.",
  "message.tool_calls.",
  "reranker.input_documents.",
  "reranker.output_documents.",
  "retrieval.documents.",
];

/** Span events that are a message of a conversation (OTel GenAI conventions before 1.37). */
export const MESSAGE_EVENTS: ReadonlySet<string> = new Set([
  "gen_ai.system.message",
  "gen_ai.user.message",
  "gen_ai.assistant.message",
  "gen_ai.tool.message",
  "gen_ai.choice",
]);

/** Attributes that are content only in such an event. */
export const MESSAGE_KEYS: ReadonlySet<string> = new Set([
  "content",
  "message",
  "tool_calls",
  "arguments",
  "body",
  "tool.result",
]);

/** Whether an attribute's value is content: what was said or given, not how much, how long, by what. */
export const isContent = (key: string): boolean =>
  CONTENT_KEYS.has(key) || CONTENT_PREFIXES.some((prefix) => key.startsWith(prefix));

/**
 * The attributes without those that are content.
 *
 * @param event - The name of the span event that they belong to; undefined for a span's own.
 */
export function withoutContent(attributes: Attributes, event?: string): Attributes {
  const isMessage = event !== undefined && MESSAGE_EVENTS.has(event);
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([key]) => !isContent(key) && !(isMessage && MESSAGE_KEYS.has(key)),
    ),
  );
}

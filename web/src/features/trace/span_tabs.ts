/** The tabs of a span, which of them a span has, and on which it opens. */
import type { SpanDetail, SpanSummary } from "@/api/types";

export const SPAN_TABS = ["messages", "input", "output", "attributes", "events", "raw"] as const;
export type SpanTab = (typeof SPAN_TABS)[number];

export const TAB_LABELS: Record<SpanTab, string> = {
  messages: "Messages",
  input: "Input",
  output: "Output",
  attributes: "Attributes",
  events: "Events",
  raw: "Raw",
};

export function isSpanTab(text: string | null): text is SpanTab {
  return text !== null && (SPAN_TABS as readonly string[]).includes(text);
}

/** Model calls speak in messages; any other span has the tab only if it carries some. */
export function tabsOf(span: SpanSummary, detail: SpanDetail | undefined): SpanTab[] {
  const has = span.type === "llm" || hasMessages(detail);
  return SPAN_TABS.filter((tab) => tab !== "messages" || has);
}

/** The tab where the reason is: the output of a failure, else what was said, else the input. */
export function firstTab(span: SpanSummary, detail: SpanDetail | undefined): SpanTab {
  if (span.status === "error") return "output";
  if (span.type !== "llm") return "input";
  return detail === undefined || hasMessages(detail) ? "messages" : "input";
}

export function shownTab(
  wanted: SpanTab | null,
  span: SpanSummary,
  detail: SpanDetail | undefined,
): SpanTab {
  const tabs = tabsOf(span, detail);
  // Until the span is here, a wanted tab is believed to exist: nothing jumps when it arrives.
  const exists = wanted !== null && (detail === undefined || tabs.includes(wanted));
  return exists ? wanted : firstTab(span, detail);
}

function hasMessages(detail: SpanDetail | undefined): boolean {
  return detail !== undefined && detail.messages.input.length + detail.messages.output.length > 0;
}

import { cleanup, render } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { SpanDetail, SpanSummary } from "@/api/types";
import { SAMPLE_TRACE, spanDetail, spanSummary } from "./sample_trace";
import { SpanFacts } from "./span_facts";
import { traceModel } from "./trace_data";

function costOf(source: SpanSummary["cost_source"], cost: number | null) {
  const span = spanSummary({
    type: "llm",
    input_tokens: 4120,
    output_tokens: 88,
    total_cost: cost,
    cost_source: source,
  });
  return factOf("cost", span);
}

function factOf(label: string, span: SpanSummary, detail?: SpanDetail) {
  const model = traceModel([{ ...SAMPLE_TRACE, spans: [span] }], 0);
  const node = model?.tree.order[0];
  if (!model || !node) throw new Error("a trace with a span has a node");
  const { container } = render(<SpanFacts span={span} detail={detail} model={model} node={node} />);
  return [...container.querySelectorAll(".fact")].find((fact) =>
    fact.textContent?.startsWith(label),
  );
}

describe("SpanFacts", () => {
  afterEach(cleanup);

  it("says of a cost that the server computed it, and from the prices of which day", () => {
    const fact = costOf("computed", 0.0047);
    expect(fact?.textContent).toMatch(/\$0\.0047 computed$/);
    expect(fact?.outerHTML).toContain("computed from prices of 2026-11-24");
  });

  it("leaves a cost that the program reported as it is", () => {
    const fact = costOf("reported", 0.0047);
    expect(fact?.textContent).not.toContain("computed");
    expect(fact?.outerHTML).toContain("reported by the program");
  });

  it("calls a cost unknown where there is no price", () => {
    expect(costOf(null, null)?.textContent).toContain("unknown");
  });

  it("says when the first token came, where that is told", () => {
    const span = spanSummary({ type: "llm" });
    const detail = spanDetail({ time_to_first_token_ms: 250 });
    expect(factOf("first token", span, detail)?.textContent).toContain("250");
    cleanup();
    expect(factOf("first token", span, spanDetail())).toBeUndefined();
  });
});

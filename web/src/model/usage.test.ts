import { describe, expect, it } from "vitest";
import { buildSpanTree } from "./span_tree";
import { dearestOf, heatOf, type UsageSpan, usageByNode } from "./usage";

function span(id: string, parent: string | null, more: Partial<UsageSpan> = {}): UsageSpan {
  const start_time = "2026-11-24T13:43:31.000000000Z";
  return {
    span_id: id,
    parent_span_id: parent,
    name: id,
    type: "llm",
    status: "ok",
    start_time,
    end_time: start_time,
    input_tokens: null,
    output_tokens: null,
    total_cost: null,
    usage_counted_by: null,
    ...more,
  };
}

function usageOf(spans: UsageSpan[]) {
  const tree = buildSpanTree(spans);
  return Object.fromEntries([...usageByNode(tree)].map(([node, usage]) => [node.spanId, usage]));
}

describe("usageByNode", () => {
  it("sums below an agent what counts, and leaves out what another span counted", () => {
    const usage = usageOf([
      span("agent", null, { type: "agent" }),
      span("wrapper", "agent", { input_tokens: 10, output_tokens: 2, usage_counted_by: "call" }),
      span("call", "wrapper", { input_tokens: 10, output_tokens: 2, total_cost: 0.5 }),
      span("other", "agent", { input_tokens: 5, output_tokens: 1 }),
    ]);
    expect(usage.agent).toEqual({ input: 15, output: 3, cost: 0.5, of: "below" });
    expect(usage.wrapper).toMatchObject({ input: 10, of: "own" });
  });

  it("prefers what an agent reports to what is below it", () => {
    const usage = usageOf([
      span("agent", null, { type: "agent", input_tokens: 7, total_cost: 2 }),
      span("call", "agent", { input_tokens: 10 }),
    ]);
    expect(usage.agent).toEqual({ input: 7, output: 0, cost: 2, of: "own" });
  });

  it("keeps a sum unknown while no price is known, and says nothing where nothing was used", () => {
    const usage = usageOf([
      span("agent", null, { type: "agent" }),
      span("a", "agent", { input_tokens: 1 }),
      span("b", "agent", { input_tokens: 1 }),
      span("tool", "agent", { type: "tool" }),
    ]);
    expect(usage.agent?.cost).toBeNull();
    expect(usage.tool).toBeUndefined();
  });
});

describe("heatOf", () => {
  it("has four steps up to the dearest span and none for what costs next to nothing", () => {
    const dearest = dearestOf([span("a", null, { total_cost: 1 }), span("b", null)]);
    expect([1, 0.8, 0.5, 0.3, 0.1, null].map((cost) => heatOf(cost, dearest))).toEqual([
      4, 3, 2, 1, 0, 0,
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { attemptsOf } from "./attempts";
import type { SpanType, TreeSpan } from "./span";
import { buildSpanTree } from "./span_tree";

/** Children of one parent in order, written `name`, `name!` when it failed, `(name)` when plain. */
function numbered(...calls: string[]) {
  const start_time = "2026-11-24T13:43:31.000000000Z";
  const root: TreeSpan = {
    span_id: "root",
    parent_span_id: null,
    name: "root",
    type: "agent",
    status: "ok",
    start_time,
    end_time: start_time,
  };
  const spans = calls.map((call, index): TreeSpan => {
    const type: SpanType = call.startsWith("(") ? "span" : "tool";
    const status = call.endsWith("!") ? "error" : "ok";
    const name = call.replace(/[()!]/g, "");
    return { ...root, span_id: `${index}`, parent_span_id: "root", name, type, status };
  });
  const attempts = attemptsOf(buildSpanTree([root, ...spans]));
  return [...attempts].map(([node, { number, of }]) => `${node.spanId}: ${number} of ${of.length}`);
}

describe("attemptsOf", () => {
  it("numbers the tries of a call with waits between them", () => {
    expect(numbered("refund!", "(backoff)", "refund!", "(backoff)", "refund")).toEqual([
      "0: 1 of 3",
      "2: 2 of 3",
      "4: 3 of 3",
    ]);
  });

  it("takes a call after a success as a new one", () => {
    expect(numbered("refund", "refund", "refund!")).toEqual([]);
    expect(numbered("refund!", "refund", "refund!", "refund")).toEqual([
      "0: 1 of 2",
      "1: 2 of 2",
      "2: 1 of 2",
      "3: 2 of 2",
    ]);
  });

  it("sees no retry where something else was called between", () => {
    expect(numbered("refund!", "lookup", "refund")).toEqual([]);
  });
});

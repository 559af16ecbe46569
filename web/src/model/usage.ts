/** Tokens and cost of a span or of all below it, counting each report once, as the server decided. */

import type { TreeSpan } from "./span";
import type { SpanNode, SpanTree } from "./span_tree";

export interface UsageSpan extends TreeSpan {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_cost: number | null;
  /** The span whose report counted instead of this one's; null where this one counts. */
  readonly usage_counted_by: string | null;
}

export interface NodeUsage {
  readonly input: number;
  readonly output: number;
  /** Null where no price is known. */
  readonly cost: number | null;
  /** `own`: what the span itself reports. `below`: the sum of what counts below it. */
  readonly of: "own" | "below";
}

/**
 * What the tree prints beside a name: what the span reports, and for agents that report nothing
 * the sum of what counts below them. Spans of other types without a report are not in the map.
 */
export function usageByNode<Span extends UsageSpan>(
  tree: SpanTree<Span>,
): Map<SpanNode<Span>, NodeUsage> {
  const usage = new Map<SpanNode<Span>, NodeUsage>();
  const below = new Map<SpanNode<Span>, NodeUsage>();
  for (const node of tree.order.toReversed()) {
    const own = node.span && ownUsage(node.span);
    const counted = own && node.span?.usage_counted_by === null ? own : null;
    const sum = counted ?? below.get(node) ?? null;
    if (own) usage.set(node, own);
    else if (sum && node.span?.type === "agent") usage.set(node, sum);
    if (sum && node.parent) below.set(node.parent, added(below.get(node.parent), sum));
  }
  return usage;
}

/** Colour step 0 to 4 of a cost beside the dearest one: what to look at first. */
export function heatOf(cost: number | null, dearest: number): number {
  if (cost === null || cost <= 0 || dearest <= 0) return 0;
  return Math.min(4, Math.floor((cost / dearest) * 4.2));
}

export function dearestOf(spans: readonly UsageSpan[]): number {
  return spans.reduce((most, span) => Math.max(most, span.total_cost ?? 0), 0);
}

function ownUsage(span: UsageSpan): NodeUsage | null {
  const input = span.input_tokens ?? 0;
  const output = span.output_tokens ?? 0;
  if (input === 0 && output === 0 && !span.total_cost) return null;
  return { input, output, cost: span.total_cost, of: "own" };
}

function added(sum: NodeUsage | undefined, more: NodeUsage): NodeUsage {
  const cost = sum?.cost ?? more.cost;
  return {
    input: (sum?.input ?? 0) + more.input,
    output: (sum?.output ?? 0) + more.output,
    cost: sum && sum.cost !== null ? sum.cost + (more.cost ?? 0) : cost,
    of: "below",
  };
}

/** Asks for a trace and turns its answer into what the view draws: tree, rows' usage, scale. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { traceQuery } from "@/api/queries";
import type { SpanSummary, TraceDetail } from "@/api/types";
import { type Attempt, attemptsOf } from "@/model/attempts";
import { buildSpanTree, pathTo, type SpanNode, type SpanTree } from "@/model/span_tree";
import { fromDate, latest, millisecondsBetween, type UnixNs } from "@/model/time";
import { type TimeScale, timeScale } from "@/model/time_scale";
import { dearestOf, type NodeUsage, usageByNode } from "@/model/usage";

export type Node = SpanNode<SpanSummary>;

export interface TraceModel {
  trace: TraceDetail;
  /** Those that were loaded; the trace may have more. */
  spans: readonly SpanSummary[];
  tree: SpanTree<SpanSummary>;
  usage: ReadonlyMap<Node, NodeUsage>;
  attempts: ReadonlyMap<Node, Attempt<SpanSummary>>;
  dearest: number;
  scale: TimeScale;
}

/** A running trace is drawn up to the last answer, unless the clocks are this far apart. */
const CLOCKS_AGREE_MS = 60_000;

export function useTrace(project: string, traceId: string) {
  const query = useInfiniteQuery(traceQuery(project, traceId));
  const { data, dataUpdatedAt } = query;
  const model = useMemo(
    () => (data ? traceModel(data.pages, dataUpdatedAt) : null),
    [data, dataUpdatedAt],
  );
  return { query, model };
}

export function traceModel(pages: readonly TraceDetail[], receivedAt: number): TraceModel | null {
  const trace = pages[0];
  if (!trace) return null;
  const spans = pages.flatMap((page) => page.spans);
  const tree = buildSpanTree(spans);
  const running = spans.some((span) => span.end_time === null);
  return {
    trace,
    spans,
    tree,
    usage: usageByNode(tree),
    attempts: attemptsOf(tree),
    dearest: dearestOf(spans),
    scale: scaleOf(tree, running ? fromDate(new Date(receivedAt)) : null),
  };
}

function scaleOf(tree: SpanTree<SpanSummary>, now: UnixNs | null): TimeScale {
  const start = tree.start ?? fromDate(new Date(0));
  const end = tree.end ?? start;
  if (now === null) return timeScale(start, end);
  const ahead = millisecondsBetween(end, now);
  return timeScale(start, ahead > 0 && ahead < CLOCKS_AGREE_MS ? latest(end, now) : end);
}

/**
 * The span that a view shows when none was chosen: where the first failure began, or the nearest
 * failed span above it that says why; without failures the root.
 */
export function spanToShow(tree: SpanTree<SpanSummary>): Node | null {
  const failed = tree.order.find((node) => node.span?.status === "error" && node.errorCount === 1);
  const told = (node: Node) =>
    node.span?.status === "error" && (node.span.status_message || node.span.event_count > 0);
  const reason = failed && pathTo(failed).findLast(told);
  return reason ?? failed ?? tree.order.find((node) => node.span !== null) ?? null;
}

/** Turns the spans of a trace, in any order, into a tree that always holds every one of them. */

import type { TreeSpan } from "./span";
import { earliest, latest, parseTime, type UnixNs } from "./time";

/** A span, or the place of a parent that has not been received (`span` is null). */
export interface SpanNode<Span extends TreeSpan = TreeSpan> {
  readonly spanId: string;
  readonly span: Span | null;
  /** A placeholder starts with its earliest child. */
  readonly start: UnixNs;
  /** Null while the span runs; a placeholder ends with its latest child. */
  readonly end: UnixNs | null;
  parent: SpanNode<Span> | null;
  /** By start, then by span id; placeholders among them by the same rule. */
  children: SpanNode<Span>[];
  depth: number;
  /** All below, placeholders not counted. */
  descendantCount: number;
  /** Spans with status error, this one and all below. */
  errorCount: number;
  /** Its parent id leads back to itself: it stands as a root although it names a parent. */
  cycleBroken: boolean;
}

export interface SpanTree<Span extends TreeSpan = TreeSpan> {
  readonly roots: readonly SpanNode<Span>[];
  /** Every node, parents before children: the order in which an unfolded tree is read. */
  readonly order: readonly SpanNode<Span>[];
  readonly byId: ReadonlyMap<string, SpanNode<Span>>;
  /** The earliest start; null without spans. */
  readonly start: UnixNs | null;
  /** The latest end or start that is known; null without spans. */
  readonly end: UnixNs | null;
}

/**
 * Builds the tree without recursion, so that a chain of 100,000 spans is a tree like any other.
 * Children of a parent that was not received share one placeholder; a cycle of parents is cut
 * above its earliest-started span (ties: lowest span id). A repeated span id keeps the last one.
 */
export function buildSpanTree<Span extends TreeSpan>(spans: readonly Span[]): SpanTree<Span> {
  const byId = new Map<string, SpanNode<Span>>();
  for (const span of spans) byId.set(span.span_id, nodeOf(span));
  breakCycles(byId);
  const orphans = new Map<string, SpanNode<Span>[]>();
  const roots: SpanNode<Span>[] = [];
  for (const node of byId.values()) {
    const parentId = node.cycleBroken ? null : parentIdOf(node);
    const parent = parentId === null ? null : byId.get(parentId);
    if (parentId !== null && parent === undefined) {
      const siblings = orphans.get(parentId);
      if (siblings) siblings.push(node);
      else orphans.set(parentId, [node]);
    } else if (parent) {
      node.parent = parent;
      parent.children.push(node);
    } else roots.push(node);
  }
  for (const [spanId, children] of orphans) {
    const placeholder = placeholderOf(spanId, children);
    byId.set(spanId, placeholder);
    roots.push(placeholder);
  }
  for (const node of byId.values()) node.children.sort(byStart);
  roots.sort(byStart);
  const order = readingOrder(roots);
  countFromBelow(order);
  return { roots, order, byId, ...interval(order) };
}

/** From the root down to the node itself. */
export function pathTo<Span extends TreeSpan>(node: SpanNode<Span>): SpanNode<Span>[] {
  const path: SpanNode<Span>[] = [];
  for (let at: SpanNode<Span> | null = node; at; at = at.parent) path.push(at);
  return path.reverse();
}

function nodeOf<Span extends TreeSpan>(span: Span): SpanNode<Span> {
  const end = span.end_time === null ? null : parseTime(span.end_time);
  return freshNode(span.span_id, span, parseTime(span.start_time), end);
}

function placeholderOf<Span extends TreeSpan>(
  spanId: string,
  children: SpanNode<Span>[],
): SpanNode<Span> {
  const { start, end } = interval(children);
  // Never without children: a placeholder is made for them.
  if (start === null) throw new RangeError(`a placeholder without children: ${spanId}`);
  const running = children.some((child) => child.end === null);
  const node = freshNode<Span>(spanId, null, start, running ? null : end);
  node.children = children;
  for (const child of children) child.parent = node;
  return node;
}

function freshNode<Span extends TreeSpan>(
  spanId: string,
  span: Span | null,
  start: UnixNs,
  end: UnixNs | null,
): SpanNode<Span> {
  return {
    spanId,
    span,
    start,
    end,
    parent: null,
    children: [],
    depth: 0,
    descendantCount: 0,
    errorCount: 0,
    cycleBroken: false,
  };
}

/** Walks each chain of parents once; where a walk meets itself, the cycle is cut. */
function breakCycles<Span extends TreeSpan>(byId: ReadonlyMap<string, SpanNode<Span>>): void {
  const walkOf = new Map<SpanNode<Span>, number>();
  let walk = 0;
  for (const first of byId.values()) {
    walk += 1;
    let at: SpanNode<Span> | undefined = first;
    while (at && !walkOf.has(at)) {
      walkOf.set(at, walk);
      at = parentIn(byId, at);
    }
    if (at && walkOf.get(at) === walk) earliestOfCycle(byId, at).cycleBroken = true;
  }
}

function earliestOfCycle<Span extends TreeSpan>(
  byId: ReadonlyMap<string, SpanNode<Span>>,
  member: SpanNode<Span>,
): SpanNode<Span> {
  let first = member;
  for (let at = parentIn(byId, member); at && at !== member; at = parentIn(byId, at)) {
    if (byStart(at, first) < 0) first = at;
  }
  return first;
}

function parentIn<Span extends TreeSpan>(
  byId: ReadonlyMap<string, SpanNode<Span>>,
  node: SpanNode<Span>,
): SpanNode<Span> | undefined {
  const parentId = parentIdOf(node);
  return parentId === null ? undefined : byId.get(parentId);
}

function parentIdOf(node: SpanNode): string | null {
  return node.span?.parent_span_id || null;
}

function byStart(a: SpanNode, b: SpanNode): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0;
}

function readingOrder<Span extends TreeSpan>(roots: readonly SpanNode<Span>[]): SpanNode<Span>[] {
  const order: SpanNode<Span>[] = [];
  const waiting = [...roots].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    node.depth = node.parent ? node.parent.depth + 1 : 0;
    order.push(node);
    for (const child of node.children.toReversed()) waiting.push(child);
  }
  return order;
}

/** Backwards through the reading order, every child has been summed before its parent. */
function countFromBelow(order: readonly SpanNode[]): void {
  for (const node of order.toReversed()) {
    if (node.span?.status === "error") node.errorCount += 1;
    if (!node.parent) continue;
    node.parent.errorCount += node.errorCount;
    node.parent.descendantCount += node.descendantCount + (node.span ? 1 : 0);
  }
}

function interval(nodes: readonly SpanNode[]): { start: UnixNs | null; end: UnixNs | null } {
  let start: UnixNs | null = null;
  let end: UnixNs | null = null;
  for (const node of nodes) {
    const nodeEnd = node.end ?? node.start;
    start = start === null ? node.start : earliest(start, node.start);
    end = end === null ? nodeEnd : latest(end, nodeEnd);
  }
  return { start, end };
}

/** The rows that a span tree shows: a pure function of the tree, what is folded, and the filter. */

import type { SpanType, TreeSpan } from "./span";
import type { SpanNode, SpanTree } from "./span_tree";

export interface TreeFilter {
  /** Empty: all types. */
  readonly types: ReadonlySet<SpanType>;
  readonly errorsOnly: boolean;
  /** Words that must all be in the name or the id, whatever their case. Empty: all spans. */
  readonly text: string;
}

export const NO_FILTER: TreeFilter = { types: new Set(), errorsOnly: false, text: "" };

/** One column of the lines left of a name, from the outermost ancestor inwards. */
export type Guide = "none" | "line" | "tee" | "elbow";

/** Deeper rows show this many of their innermost guides and their depth as a number, if not told otherwise. */
export const MAX_GUIDES = 12;

export interface TreeRow<Span extends TreeSpan = TreeSpan> {
  readonly node: SpanNode<Span>;
  readonly guides: readonly Guide[];
  /** Guides left out at the outer side because there are more than fit. */
  readonly guidesCut: number;
  /** It has children that the row could show or hide. */
  readonly foldable: boolean;
  readonly folded: boolean;
  /** An error span, or above one. */
  readonly onErrorPath: boolean;
  /** False for a row that is only there to show where a match hangs. */
  readonly matches: boolean;
  /** Its place among its visible siblings, counted from 1. */
  readonly position: number;
  readonly siblings: number;
}

export function isFiltering(filter: TreeFilter): boolean {
  return filter.types.size > 0 || filter.errorsOnly || filter.text.trim() !== "";
}

/** Whether a span passes; a placeholder never does, it has nothing to match. */
export function spanFilter(filter: TreeFilter): (span: TreeSpan | null) => boolean {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return (span) => {
    if (span === null) return false;
    if (filter.types.size > 0 && !filter.types.has(span.type)) return false;
    if (filter.errorsOnly && span.status !== "error") return false;
    if (words.length === 0) return true;
    const text = `${span.name} ${span.span_id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/**
 * Visible rows in reading order. Without a filter: all but what is below a folded node. With one:
 * the matches and their ancestors, and the folds are put aside so that no match stays hidden.
 */
export function treeRows<Span extends TreeSpan>(
  tree: SpanTree<Span>,
  folded: ReadonlySet<string>,
  filter: TreeFilter = NO_FILTER,
  maxGuides: number = MAX_GUIDES,
): TreeRow<Span>[] {
  const filtering = isFiltering(filter);
  const passes = spanFilter(filter);
  const kept = filtering ? matchesAndAncestors(tree, passes) : null;
  const isFolded = (node: SpanNode<Span>) => kept === null && folded.has(node.spanId);
  const visible = (nodes: readonly SpanNode<Span>[]) =>
    kept ? nodes.filter((node) => kept.has(node)) : nodes;

  const rows: TreeRow<Span>[] = [];
  // The guide that each ancestor of the node at hand leaves in the rows below it.
  const trail: Guide[] = [];
  const waiting: { node: SpanNode<Span>; position: number; siblings: number }[] = [];
  const wait = (nodes: readonly SpanNode<Span>[]) => {
    for (let at = nodes.length - 1; at >= 0; at -= 1) {
      const node = nodes[at];
      if (node) waiting.push({ node, position: at + 1, siblings: nodes.length });
    }
  };
  wait(visible(tree.roots));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, position, siblings } = next;
    const children = visible(node.children);
    const last = position === siblings;
    trail.length = node.depth;
    const cut = Math.max(0, node.depth - maxGuides);
    const guides = node.depth === 0 ? [] : trail.slice(cut + 1);
    if (node.depth > 0) guides.push(last ? "elbow" : "tee");
    rows.push({
      node,
      guides,
      guidesCut: cut,
      foldable: kept === null && children.length > 0,
      folded: children.length > 0 && isFolded(node),
      onErrorPath: node.errorCount > 0,
      matches: !filtering || passes(node.span),
      position,
      siblings,
    });
    trail.push(last ? "none" : "line");
    if (!isFolded(node)) wait(children);
  }
  return rows;
}

/** How many spans pass on each type, and how many are errors: the numbers of the toggles. */
export function countByType(spans: readonly TreeSpan[]): Map<SpanType, number> {
  const counts = new Map<SpanType, number>();
  for (const span of spans) counts.set(span.type, (counts.get(span.type) ?? 0) + 1);
  return counts;
}

/** The ids of all nodes that have children: what "fold all" folds. */
export function foldableIds(tree: SpanTree): Set<string> {
  const parents = tree.order.filter((node) => node.children.length > 0 && node.depth > 0);
  return new Set(parents.map((node) => node.spanId));
}

function matchesAndAncestors<Span extends TreeSpan>(
  tree: SpanTree<Span>,
  passes: (span: TreeSpan | null) => boolean,
): Set<SpanNode<Span>> {
  const kept = new Set<SpanNode<Span>>();
  for (const node of tree.order.toReversed()) {
    if (passes(node.span)) kept.add(node);
    if (node.parent && kept.has(node)) kept.add(node.parent);
  }
  return kept;
}

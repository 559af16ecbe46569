/** Finds calls that were tried again after they failed, and numbers the tries. */

import type { TreeSpan } from "./span";
import type { SpanNode, SpanTree } from "./span_tree";

export interface Attempt<Span extends TreeSpan = TreeSpan> {
  /** Counted from 1. */
  readonly number: number;
  /** All tries of the call, in the order they started. */
  readonly of: readonly SpanNode<Span>[];
}

/**
 * Siblings of one name and type are tries of one call when all but the last failed. Plain spans
 * between them (a wait, a log) do not part them; a call of anything else does.
 */
export function attemptsOf<Span extends TreeSpan>(
  tree: SpanTree<Span>,
): Map<SpanNode<Span>, Attempt<Span>> {
  const attempts = new Map<SpanNode<Span>, Attempt<Span>>();
  for (const parent of tree.order) {
    let run: SpanNode<Span>[] = [];
    const close = () => {
      for (const [index, node] of run.entries()) {
        if (run.length > 1) attempts.set(node, { number: index + 1, of: run });
      }
      run = [];
    };
    for (const node of parent.children) {
      if (node.span === null || node.span.type === "span") continue;
      const last = run.at(-1)?.span;
      const again =
        last?.status === "error" && last.name === node.span.name && last.type === node.span.type;
      if (!again) close();
      run.push(node);
    }
    close();
  }
  return attempts;
}

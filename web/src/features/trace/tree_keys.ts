/** What a key does in the span tree. */
import type { SpanSummary } from "@/api/types";
import type { TreeRow as Row } from "@/model/tree_rows";

/** A row to go to by its index, an act on the row at hand, or nothing. */
type KeyTarget = number | "fold" | "unfold" | "open" | null;

/** What a key does at a row, by the tree pattern of the ARIA authoring practices. */
export function keyTarget(
  key: string,
  rows: readonly Row<SpanSummary>[],
  index: number,
  page: number,
): KeyTarget {
  const row = rows[index];
  const last = rows.length - 1;
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key === "ArrowDown") return Math.min(last, index + 1);
  if (key === "ArrowUp") return Math.max(0, index - 1);
  if (key === "PageDown") return Math.min(last, index + page);
  if (key === "PageUp") return Math.max(0, index - page);
  if (!row) return null;
  if (key === "Enter" || key === " ") return "open";
  if (key === "ArrowRight") {
    if (row.folded) return "unfold";
    return row.node.children.length > 0 ? Math.min(last, index + 1) : null;
  }
  if (key !== "ArrowLeft") return null;
  if (row.foldable && !row.folded) return "fold";
  const parent = rows.findLastIndex((each, at) => at < index && each.node === row.node.parent);
  return parent >= 0 ? parent : null;
}

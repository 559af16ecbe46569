import { describe, expect, it } from "vitest";
import { buildSpanTree } from "@/model/span_tree";
import { treeRows } from "@/model/tree_rows";
import { spanSummary } from "./sample_trace";
import { keyTarget } from "./tree_keys";

const child = (id: string, parent: string | null) =>
  spanSummary({ span_id: id, parent_span_id: parent });
const TREE = buildSpanTree([child("a", null), child("b", "a"), child("c", "b"), child("d", "a")]);
const OPEN = treeRows(TREE, new Set());
const FOLDED = treeRows(TREE, new Set(["b"]));

describe("keys in the span tree", () => {
  it("move up and down and stay within the rows", () => {
    expect(keyTarget("ArrowDown", OPEN, 0, 10)).toBe(1);
    expect(keyTarget("ArrowDown", OPEN, 3, 10)).toBe(3);
    expect(keyTarget("ArrowUp", OPEN, 0, 10)).toBe(0);
    expect(keyTarget("PageDown", OPEN, 1, 10)).toBe(3);
    expect(keyTarget("End", OPEN, 0, 10)).toBe(3);
    expect(keyTarget("Home", OPEN, 3, 10)).toBe(0);
  });

  it("unfold a folded row to the right, and else go to its first child", () => {
    expect(keyTarget("ArrowRight", FOLDED, 1, 10)).toBe("unfold");
    expect(keyTarget("ArrowRight", OPEN, 1, 10)).toBe(2);
    expect(keyTarget("ArrowRight", OPEN, 2, 10)).toBeNull();
  });

  it("fold an open row to the left, and else go to its parent", () => {
    expect(keyTarget("ArrowLeft", OPEN, 1, 10)).toBe("fold");
    expect(keyTarget("ArrowLeft", FOLDED, 1, 10)).toBe(0);
    expect(keyTarget("ArrowLeft", OPEN, 3, 10)).toBe(0);
  });

  it("open a row, and leave every other key to the page", () => {
    expect(keyTarget("Enter", OPEN, 1, 10)).toBe("open");
    expect(keyTarget("e", OPEN, 1, 10)).toBeNull();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SpanType, TreeSpan } from "./span";
import { buildSpanTree } from "./span_tree";
import {
  countByType,
  foldableIds,
  MAX_GUIDES,
  NO_FILTER,
  type TreeRow,
  treeRows,
} from "./tree_rows";

function span(id: string, parent: string | null, more: Partial<TreeSpan> = {}): TreeSpan {
  const start_time = "2026-11-24T13:43:31.000000000Z";
  return {
    span_id: id,
    parent_span_id: parent,
    name: id,
    type: "span",
    status: "ok",
    start_time,
    end_time: start_time,
    ...more,
  };
}

const MARKS = { none: " ", line: "│", tee: "├", elbow: "└" };
const drawn = (rows: TreeRow[]) =>
  rows.map((row) => row.guides.map((guide) => MARKS[guide]).join("") + row.node.spanId);

const SUPPORT = buildSpanTree([
  span("a", null, { type: "agent" }),
  span("b", "a", { type: "chain" }),
  span("c", "b", { type: "tool", status: "error", name: "refund_payment" }),
  span("d", "b"),
  span("e", "a", { type: "llm", name: "Claude Sonnet" }),
  span("f", "e"),
]);

describe("treeRows", () => {
  it("draws the guides of a tree as a terminal would", () => {
    expect(drawn(treeRows(SUPPORT, new Set()))).toEqual(["a", "├b", "│├c", "│└d", "└e", " └f"]);
  });

  it("hides what is below a folded node and says so", () => {
    const rows = treeRows(SUPPORT, new Set(["b"]));
    expect(drawn(rows)).toEqual(["a", "├b", "└e", " └f"]);
    expect(rows[1]).toMatchObject({ foldable: true, folded: true });
    expect(rows[3]).toMatchObject({ foldable: false, folded: false });
  });

  it("marks the whole path down to an error", () => {
    const red = treeRows(SUPPORT, new Set()).filter((row) => row.onErrorPath);
    expect(red.map((row) => row.node.spanId)).toEqual(["a", "b", "c"]);
  });

  it("tells each row its place among its siblings", () => {
    const rows = treeRows(SUPPORT, new Set());
    expect(rows.map((row) => `${row.position}/${row.siblings}`)).toEqual([
      "1/1",
      "1/2",
      "1/2",
      "2/2",
      "2/2",
      "1/1",
    ]);
  });

  it("keeps the ancestors of a match, marks them as no match, and draws the guides of what is left", () => {
    const rows = treeRows(SUPPORT, new Set(), { ...NO_FILTER, types: new Set<SpanType>(["tool"]) });
    expect(drawn(rows)).toEqual(["a", "└b", " └c"]);
    expect(rows.map((row) => row.matches)).toEqual([false, false, true]);
  });

  it("puts the folds aside while it filters", () => {
    const rows = treeRows(SUPPORT, new Set(["a", "b"]), { ...NO_FILTER, errorsOnly: true });
    expect(rows.map((row) => row.node.spanId)).toEqual(["a", "b", "c"]);
    expect(rows.every((row) => !row.folded && !row.foldable)).toBe(true);
  });

  it("finds all words of a text in name or id, in any case", () => {
    const found = (text: string) =>
      treeRows(SUPPORT, new Set(), { ...NO_FILTER, text })
        .filter((row) => row.matches)
        .map((row) => row.node.spanId);
    expect(found("sonnet CLAUDE")).toEqual(["e"]);
    expect(found("f")).toEqual(["c", "f"]);
    expect(found("nowhere")).toEqual([]);
  });

  it("cuts the guides of deep rows and keeps their number constant", () => {
    const deep = buildSpanTree(
      Array.from({ length: 100_000 }, (_, i) => span(`${i}`, i ? `${i - 1}` : null)),
    );
    const last = treeRows(deep, new Set()).at(-1);
    expect(last?.guides.length).toBe(MAX_GUIDES);
    expect(last?.guidesCut).toBe(99_999 - MAX_GUIDES);
  });

  it("has a row for a placeholder, which no filter matches", () => {
    const tree = buildSpanTree([span("b", "gone")]);
    expect(drawn(treeRows(tree, new Set()))).toEqual(["gone", "└b"]);
    const rows = treeRows(tree, new Set(), { ...NO_FILTER, text: "b" });
    expect(rows.map((row) => row.matches)).toEqual([false, true]);
  });

  it("shows exactly the nodes without a folded ancestor, each one guide deeper than its parent", () => {
    const parents = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(parents, fc.uniqueArray(fc.nat({ max: 40 })), (picks, folds) => {
        const spans = picks.map((pick, i) =>
          span(`${i}`, i === 0 || pick === 0 ? null : `${pick % i}`),
        );
        const tree = buildSpanTree(spans);
        const folded = new Set(folds.map(String));
        const rows = treeRows(tree, folded);
        const hidden = (at: (typeof tree.order)[number]): boolean =>
          at.parent !== null && (folded.has(at.parent.spanId) || hidden(at.parent));
        expect(rows.map((row) => row.node)).toEqual(tree.order.filter((node) => !hidden(node)));
        for (const row of rows) expect(row.guides.length + row.guidesCut).toBe(row.node.depth);
      }),
    );
  });

  it("keeps under a filter every match, and nothing that leads to none", () => {
    const rows = fc.array(fc.record({ pick: fc.nat({ max: 20 }), error: fc.boolean() }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(rows, (picks) => {
        const spans = picks.map(({ pick, error }, i) =>
          span(`${i}`, i === 0 || pick === 0 ? null : `${pick % i}`, {
            status: error ? "error" : "ok",
          }),
        );
        const tree = buildSpanTree(spans);
        const visible = treeRows(tree, new Set(), { ...NO_FILTER, errorsOnly: true });
        expect(visible.map((row) => row.node)).toEqual(
          tree.order.filter((node) => node.errorCount > 0),
        );
      }),
    );
  });
});

describe("what the toolbar counts and folds", () => {
  it("counts the spans of each type", () => {
    expect(countByType(SUPPORT.order.flatMap((node) => node.span ?? [])).get("span")).toBe(2);
  });

  it("folds every parent but the roots", () => {
    expect([...foldableIds(SUPPORT)]).toEqual(["b", "e"]);
  });
});

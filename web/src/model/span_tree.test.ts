import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TreeSpan } from "./span";
import { buildSpanTree, pathTo, type SpanTree } from "./span_tree";
import { addMilliseconds, formatTime, parseTime } from "./time";

const BASE = parseTime("2026-11-24T13:43:31.000000000Z");

function span(
  id: string,
  parent: string | null,
  start = 0,
  more: Partial<TreeSpan> = {},
): TreeSpan {
  return {
    span_id: id,
    parent_span_id: parent,
    name: id,
    type: "span",
    status: "ok",
    start_time: formatTime(addMilliseconds(BASE, start)),
    end_time: formatTime(addMilliseconds(BASE, start + 10)),
    ...more,
  };
}

/** Depth and id of every node in reading order. */
function outline(tree: SpanTree): string[] {
  return tree.order.map(
    (node) => `${"  ".repeat(node.depth)}${node.spanId}${node.span ? "" : "?"}`,
  );
}

describe("buildSpanTree", () => {
  it("places children that came before their parents, siblings by start and then by id", () => {
    const tree = buildSpanTree([
      span("d", "a", 2),
      span("c", "a", 2),
      span("b", "a", 5),
      span("e", "c", 3),
      span("a", null, 0),
    ]);
    expect(outline(tree)).toEqual(["a", "  c", "    e", "  d", "  b"]);
  });

  it("keeps several roots in the order they started", () => {
    expect(outline(buildSpanTree([span("b", null, 4), span("a", null, 9)]))).toEqual(["b", "a"]);
  });

  it("reads an empty parent id as none", () => {
    expect(outline(buildSpanTree([span("a", "")]))).toEqual(["a"]);
  });

  it("holds the place of a missing parent once, over all its children", () => {
    const tree = buildSpanTree([
      span("z", null, 8),
      span("b", "gone", 2),
      span("c", "gone", 1, { status: "error" }),
    ]);
    expect(outline(tree)).toEqual(["gone?", "  c", "  b", "z"]);
    const place = tree.byId.get("gone");
    expect(place?.start).toBe(addMilliseconds(BASE, 1));
    expect(place?.end).toBe(addMilliseconds(BASE, 12));
    expect(place?.errorCount).toBe(1);
    expect(place?.descendantCount).toBe(2);
  });

  it("leaves the end of a placeholder open while a child runs", () => {
    const tree = buildSpanTree([span("b", "gone", 2, { end_time: null })]);
    expect(tree.byId.get("gone")?.end).toBeNull();
  });

  it("replaces the placeholder when the parent arrives", () => {
    expect(outline(buildSpanTree([span("b", "late", 2), span("late", null)]))).toEqual([
      "late",
      "  b",
    ]);
  });

  it("cuts a cycle above its earliest span and keeps what hangs on it", () => {
    const tree = buildSpanTree([
      span("a", "c", 3),
      span("b", "a", 1),
      span("c", "b", 2),
      span("x", "c"),
    ]);
    expect(outline(tree)).toEqual(["b", "  c", "    x", "    a"]);
    expect(tree.byId.get("b")?.cycleBroken).toBe(true);
    expect(tree.byId.get("c")?.cycleBroken).toBe(false);
  });

  it("makes a span that names itself as parent a root", () => {
    expect(outline(buildSpanTree([span("a", "a")]))).toEqual(["a"]);
  });

  it("takes the lower id of a cycle whose spans started together", () => {
    expect(outline(buildSpanTree([span("b", "a"), span("a", "b")]))).toEqual(["a", "  b"]);
  });

  it("keeps the last of two spans with one id", () => {
    const tree = buildSpanTree([span("a", null), span("a", null, 0, { name: "newer" })]);
    expect(tree.order.map((node) => node.span?.name)).toEqual(["newer"]);
  });

  it("counts errors on every node above them", () => {
    const tree = buildSpanTree([
      span("a", null),
      span("b", "a", 1),
      span("c", "b", 2, { status: "error" }),
      span("d", "a", 3, { status: "error" }),
    ]);
    expect(tree.order.map((node) => node.errorCount)).toEqual([2, 1, 1, 1]);
  });

  it("spans the interval from the earliest start to the latest end, running spans by their start", () => {
    const tree = buildSpanTree([span("a", null, 5), span("b", "a", 90, { end_time: null })]);
    expect(tree.start).toBe(addMilliseconds(BASE, 5));
    expect(tree.end).toBe(addMilliseconds(BASE, 90));
    expect(buildSpanTree([])).toMatchObject({ roots: [], order: [], start: null, end: null });
  });

  it("builds a chain of 100,000 spans and a cycle of as many", () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => span(`${i}`, i ? `${i - 1}` : null, i));
    const tree = buildSpanTree(chain.toReversed());
    expect(tree.order.at(-1)?.depth).toBe(99_999);
    expect(tree.roots[0]?.descendantCount).toBe(99_999);
    const last = tree.order.at(-1);
    expect(last && pathTo(last).length).toBe(100_000);
    const ring = buildSpanTree([span("0", "99999"), ...chain.slice(1)]);
    expect(ring.roots.map((node) => node.spanId)).toEqual(["0"]);
  });

  it("does not depend on the order of arrival, and loses and repeats no span", () => {
    const id = fc.integer({ min: 0, max: 14 }).map(String);
    const some = fc.uniqueArray(
      fc.record({ id, parent: fc.option(id), start: fc.integer({ min: 0, max: 5 }) }),
      { selector: (each) => each.id, maxLength: 12 },
    );
    fc.assert(
      fc.property(some, fc.infiniteStream(fc.nat()), (rows, random) => {
        const spans = rows.map((row) => span(row.id, row.parent, row.start));
        const keys = new Map(spans.map((each) => [each, random.next().value]));
        const shuffled = spans.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        const tree = buildSpanTree(spans);
        expect(outline(buildSpanTree(shuffled))).toEqual(outline(tree));
        const received = tree.order.filter((node) => node.span).map((node) => node.spanId);
        expect(received.toSorted()).toEqual(spans.map((each) => each.span_id).toSorted());
        for (const node of tree.order) {
          if (node.parent) expect(node.parent.children).toContain(node);
          else expect(tree.roots).toContain(node);
          const named = node.span?.parent_span_id ?? null;
          if (named !== null && !node.cycleBroken) expect(node.parent?.spanId).toBe(named);
          if (!node.span) expect(node.children.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

/** The spans of a trace as a tree with their durations on one scale; only rows in view are drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { SpanSummary } from "@/api/types";
import { Button } from "@/components/button";
import { formatCount } from "@/model/format";
import { ticks } from "@/model/time_scale";
import { isFiltering, type TreeRow as Row, type TreeFilter } from "@/model/tree_rows";
import { usePreference } from "@/state/preferences";
import type { TraceModel } from "./trace_data";
import { keyTarget } from "./tree_keys";
import { TreeRow, treeRowId } from "./tree_row";
import "./span_tree.css";

interface SpanTreeProps {
  model: TraceModel;
  rows: readonly Row<SpanSummary>[];
  /** The span that the panel shows. */
  shownId: string | null;
  filter: TreeFilter;
  spanHref: (spanId: string) => string;
  onOpen: (spanId: string, options?: { replace?: boolean }) => void;
  onFold: (spanId: string, folded: boolean) => void;
  onClearFilter: () => void;
  /** Told how many guides leave room for a name in the present width. */
  onGuides: (maximum: number) => void;
  more: { loading: boolean; load: () => void } | null;
}

const ROW_HEIGHT = { compact: 26, cozy: 30 };
const HEAD_HEIGHT = 28;
/** A key that is held runs through many spans; the panel follows when it rests. */
const REST_MS = 120;

export function SpanTree({
  model,
  rows,
  shownId,
  filter,
  onOpen,
  onFold,
  onGuides,
  ...rest
}: SpanTreeProps) {
  const [density] = usePreference("density");
  const scroller = useRef<HTMLDivElement>(null);
  const rest_ = useRef(0);
  const [cursorId, setCursorId] = useState(shownId);
  const shownIndex = rows.findIndex((row) => row.node.spanId === shownId);
  const cursorIndex = rows.findIndex((row) => row.node.spanId === cursorId);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT[density],
    getItemKey: (index) => rows[index]?.node.spanId ?? index,
    overscan: 10,
    paddingStart: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT + ROW_HEIGHT[density],
    scrollPaddingEnd: ROW_HEIGHT[density],
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new density is what makes them wrong
  useEffect(() => virtualizer.measure(), [density]);
  // Only another span scrolls: rows that arrive or fold must not take the place from under the eye.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as said
  useEffect(() => {
    setCursorId(shownId);
    if (shownIndex >= 0) virtualizer.scrollToIndex(shownIndex, { align: "auto" });
  }, [shownId]);
  useEffect(() => () => window.clearTimeout(rest_.current), []);
  useEffect(() => {
    const name = scroller.current?.querySelector(".tree-head > .tree-name");
    if (!name) return;
    const observer = new ResizeObserver(() => onGuides(guidesIn(name.clientWidth)));
    observer.observe(name);
    return () => observer.disconnect();
  }, [onGuides]);

  const moveTo = (index: number) => {
    const row = rows[index];
    if (!row) return;
    setCursorId(row.node.spanId);
    virtualizer.scrollToIndex(index, { align: "auto" });
    window.clearTimeout(rest_.current);
    if (row.node.span === null) return;
    rest_.current = window.setTimeout(() => onOpen(row.node.spanId, { replace: true }), REST_MS);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = keyTarget(
      event.key,
      rows,
      cursorIndex,
      pageOf(scroller.current, ROW_HEIGHT[density]),
    );
    const row = rows[cursorIndex];
    if (target === "fold" || target === "unfold") {
      if (row) onFold(row.node.spanId, target === "fold");
    } else if (target === "open") {
      window.clearTimeout(rest_.current);
      if (row?.node.span) onOpen(row.node.spanId);
    } else if (target !== null) moveTo(target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const visible = virtualizer.getVirtualItems();
  return (
    <div ref={scroller} className="span-tree scroll">
      <TreeHead model={model} />
      <div
        className="tree-rows"
        style={{ height: virtualizer.getTotalSize() - HEAD_HEIGHT }}
        role="tree"
        aria-label="Spans"
        tabIndex={0}
        aria-activedescendant={
          visible.some((item) => item.index === cursorIndex) && cursorId !== null
            ? treeRowId(cursorId)
            : undefined
        }
        onKeyDown={onKeyDown}
      >
        {visible.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <TreeRow
              key={item.key}
              row={row}
              model={model}
              top={item.start - HEAD_HEIGHT}
              shown={row.node.spanId === shownId}
              cursor={row.node.spanId === cursorId}
              href={rest.spanHref(row.node.spanId)}
              onOpen={onOpen}
              onFold={onFold}
            />
          );
        })}
      </div>
      {rows.length === 0 && isFiltering(filter) && (
        <div className="tree-note">
          <p>No span of this trace matches.</p>
          <Button small tone="line" onClick={rest.onClearFilter}>
            Show all {formatCount(model.spans.length)} spans
          </Button>
        </div>
      )}
      {rest.more && (
        <div className="tree-note">
          <p>
            {`The first ${formatCount(model.spans.length)} of ${formatCount(model.trace.span_count)} spans are loaded, by start. Parents that are not among them stand as placeholders.`}
          </p>
          <Button small tone="line" disabled={rest.more.loading} onClick={rest.more.load}>
            {rest.more.loading ? "Loading…" : "Load more spans"}
          </Button>
        </div>
      )}
    </div>
  );
}

function TreeHead({ model }: { model: TraceModel }) {
  return (
    <div className="tree-row tree-head" aria-hidden="true">
      <span className="tree-name">Span</span>
      <span className="right">Duration</span>
      <span className="right">Tokens</span>
      <span className="right">Cost</span>
      <span className="tree-track">
        {ticks(model.scale, 5).map((tick) => (
          <span
            key={tick.offsetMs}
            className={`tree-tick num${tick.fraction > 0.93 ? " tree-tick-last" : ""}`}
            style={{ left: `${tick.fraction * 100}%` }}
          >
            {tick.label}
          </span>
        ))}
      </span>
    </div>
  );
}

/** Guides are 20 px apart; what is left must hold an icon, some of a name and a count. */
function guidesIn(width: number): number {
  return Math.max(3, Math.floor((width - 150) / 20));
}

function pageOf(scroller: HTMLElement | null, rowHeight: number): number {
  return Math.max(1, Math.floor(((scroller?.clientHeight ?? 0) - HEAD_HEIGHT) / rowHeight) - 1);
}

/** A loaded trace: what is folded, where the cursor is, and the keys that move it. */
import { useCallback, useMemo, useState } from "react";
import { StatusBar } from "@/components/status_bar";
import { formatCount } from "@/model/format";
import { pathTo } from "@/model/span_tree";
import { foldableIds, MAX_GUIDES, treeRows } from "@/model/tree_rows";
import { useShortcuts } from "@/state/shortcuts";
import { SpanPanel } from "./span_panel";
import { SpanTree } from "./span_tree";
import { spanToShow, type TraceModel } from "./trace_data";
import { TraceHead, type TraceHeadControls } from "./trace_head";
import { StaleSince, TraceNotice } from "./trace_notice";
import { TraceSplit } from "./trace_split";
import type { Placement, TraceState } from "./trace_state";
import { TraceToolbar } from "./trace_toolbar";

interface TraceBodyProps {
  model: TraceModel;
  state: TraceState;
  placement: Placement;
  controls: TraceHeadControls;
  /** When what is shown was asked for, if asking again has failed since (ms since 1970). */
  staleSince: number | null;
  more: { loading: boolean; load: () => void } | null;
}

export function TraceBody({ model, state, placement, controls, staleSince, more }: TraceBodyProps) {
  const { tree, trace } = model;
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [closed, setClosed] = useState(false);
  const [maxGuides, setMaxGuides] = useState(MAX_GUIDES);
  const rows = useMemo(
    () => treeRows(tree, folded, state.filter, maxGuides),
    [tree, folded, state.filter, maxGuides],
  );
  const chosen = state.spanId === null ? null : (tree.byId.get(state.spanId) ?? null);
  const shown = chosen?.span ? chosen : spanToShow(tree);
  const shownId = shown?.spanId ?? null;

  const open = useCallback(
    (spanId: string, options?: { replace?: boolean }) => {
      setClosed(false);
      const node = tree.byId.get(spanId);
      // What is opened must be seen: a folded branch above it opens.
      if (node) {
        const above = pathTo(node).slice(0, -1);
        setFolded((now) =>
          above.some((each) => now.has(each.spanId))
            ? new Set([...now].filter((id) => !above.some((each) => each.spanId === id)))
            : now,
        );
      }
      state.openSpan(spanId, options);
    },
    [tree, state],
  );
  const fold = useCallback((spanId: string, on: boolean) => {
    setFolded((now) => {
      const next = new Set(now);
      if (on) next.add(spanId);
      else next.delete(spanId);
      return next;
    });
  }, []);
  const move = (step: number) => {
    const at = rows.findIndex((row) => row.node.spanId === shownId);
    const beyond = step > 0 ? rows.slice(at + 1) : rows.slice(0, Math.max(0, at)).reverse();
    const next = beyond.find((row) => row.node.span !== null);
    if (next) open(next.node.spanId, { replace: true });
    return undefined;
  };
  const nextError = () => {
    const at = tree.order.findIndex((node) => node.spanId === shownId);
    const around = [...tree.order.slice(at + 1), ...tree.order.slice(0, at + 1)];
    const next = around.find((node) => node.span?.status === "error");
    if (!next) return false;
    if (!rows.some((row) => row.node === next)) state.clearFilter();
    open(next.spanId);
    return undefined;
  };
  useShortcuts([
    { id: "trace-error", title: "Next error", keys: ["e"], group: "Trace", run: nextError },
    {
      id: "trace-fold",
      title: "Fold, unfold all",
      keys: ["o"],
      group: "Trace",
      run: () => {
        setFolded((now) => (now.size > 0 ? new Set() : foldableIds(tree)));
        return undefined;
      },
    },
    // Beside a list these keys are the list's.
    ...(placement === "page"
      ? ([
          { id: "trace-next", title: "Next span", keys: ["j"], group: "Trace", run: () => move(1) },
          {
            id: "trace-previous",
            title: "Previous span",
            keys: ["k"],
            group: "Trace",
            run: () => move(-1),
          },
        ] as const)
      : []),
  ]);

  return (
    <>
      <TraceHead
        model={model}
        traceId={trace.trace_id}
        state={state}
        placement={placement}
        onNextError={nextError}
        {...controls}
      />
      <TraceSplit
        placement={placement}
        tree={
          <>
            <TraceToolbar model={model} rows={rows} state={state} />
            <TraceNotice
              missingSpanId={state.spanId !== null && chosen === null ? state.spanId : null}
              partial={more !== null}
              // The page has it in its status bar; beside a list that bar is the list's.
              staleSince={placement === "panel" ? staleSince : null}
            />
            <SpanTree
              model={model}
              rows={rows}
              shownId={shownId}
              filter={state.filter}
              spanHref={state.spanHref}
              onOpen={open}
              onFold={fold}
              onClearFilter={state.clearFilter}
              onGuides={setMaxGuides}
              more={more}
            />
          </>
        }
        span={
          shown?.span && !closed ? (
            <SpanPanel
              model={model}
              node={shown}
              state={state}
              onMove={move}
              onOpen={open}
              onClose={() => setClosed(true)}
            />
          ) : null
        }
      />
      {placement === "page" && (
        <StatusBar
          hints={[
            { keys: ["j", "k"], does: "move" },
            { keys: ["e"], does: "next error" },
            { keys: ["o"], does: "fold" },
            { keys: ["/"], does: "find" },
            { keys: ["?"], does: "keys" },
          ]}
        >
          <Totals model={model} />
          {staleSince !== null && <StaleSince since={staleSince} />}
        </StatusBar>
      )}
    </>
  );
}

function Totals({ model }: { model: TraceModel }) {
  const { trace, spans } = model;
  const whole = spans.length >= trace.span_count;
  const count = whole ? spans.length : trace.span_count;
  return (
    <>
      <span>
        <b>{formatCount(count)}</b> {count === 1 ? "span" : "spans"}
      </span>
      {!whole && (
        <span>
          <b>{formatCount(spans.length)}</b> loaded
        </span>
      )}
    </>
  );
}

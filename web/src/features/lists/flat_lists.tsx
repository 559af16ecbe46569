/** The lists of all traces and of all spans: load them and open rows beside them. */
import { useCallback, useMemo, useRef } from "react";
import type { SpanRow, Trace } from "@/api/types";
import { formatCount } from "@/model/format";
import { useUrl } from "@/state/navigation";
import { usePreference } from "@/state/preferences";
import { SpanHead, SpanRowView, TraceHead, TraceRow } from "./flat_tables";
import { ListBody } from "./list_body";
import { type ListState, toOpen, toSort } from "./list_url";
import { parametersOf } from "./session_list";
import { sortedBy } from "./sorting";
import { useList } from "./use_list";

const HEIGHTS = { compact: 30, cozy: 38 };
const HINTS = [
  { keys: ["j", "k"], does: "move" },
  { keys: ["↵"], does: "open" },
  { keys: ["?"], does: "keys" },
];

interface ListProps {
  state: ListState;
  live: boolean;
  onFound: (found: string | null) => void;
}

function useFlatList(state: ListState) {
  const url = useUrl();
  const [density] = usePreference("density");
  const scroller = useRef<HTMLDivElement>(null);
  return {
    url,
    scroller,
    heightOf: useCallback(() => HEIGHTS[density], [density]),
    mayEnter: () => (scroller.current?.scrollTop ?? 0) < 4 && state.trace === null,
    sorted: sortedBy(state.sort, (field) => url.change(toSort(state, field))),
  };
}

export function TraceList({ state, live, onFound }: ListProps) {
  const { url, scroller, heightOf, mayEnter, sorted } = useFlatList(state);
  const list = useList(url.project, "traces", parametersOf(state), { live, mayEnter });
  const rows = useMemo(
    () => list.items.map((trace) => ({ key: trace.trace_id, trace })),
    [list.items],
  );
  const hrefOf = (row: { trace: Trace }) => url.href(toOpen(row.trace.trace_id));
  const failed = list.items.filter((trace) => trace.error_count > 0).length;
  return (
    <ListBody
      state={state}
      list={list}
      columns="trace-columns"
      head={<TraceHead sortedBy={sorted} />}
      rows={rows}
      heightOf={heightOf}
      render={(row, properties) => (
        <TraceRow key={row.key} trace={row.trace} href={hrefOf(row)} properties={properties} />
      )}
      hrefOf={hrefOf}
      openKey={state.trace}
      totals={failed > 0 && <span className="error num">{formatCount(failed)} with errors</span>}
      hints={HINTS}
      scroller={scroller}
      onFound={onFound}
    />
  );
}

export function SpanList({ state, live, onFound }: ListProps) {
  const { url, scroller, heightOf, mayEnter, sorted } = useFlatList(state);
  const list = useList(url.project, "spans", parametersOf(state), { live, mayEnter });
  const rows = useMemo(
    () => list.items.map((span) => ({ key: `${span.trace_id}/${span.span_id}`, span })),
    [list.items],
  );
  const hrefOf = (row: { span: SpanRow }) => url.href(toOpen(row.span.trace_id, row.span.span_id));
  const failed = list.items.filter((span) => span.status === "error").length;
  return (
    <ListBody
      state={state}
      list={list}
      columns="span-columns"
      head={<SpanHead sortedBy={sorted} />}
      rows={rows}
      heightOf={heightOf}
      render={(row, properties) => (
        <SpanRowView key={row.key} span={row.span} href={hrefOf(row)} properties={properties} />
      )}
      hrefOf={hrefOf}
      openKey={state.trace === null ? null : `${state.trace}/${state.span ?? ""}`}
      totals={failed > 0 && <span className="error num">{formatCount(failed)} failed</span>}
      hints={HINTS}
      scroller={scroller}
      onFound={onFound}
    />
  );
}

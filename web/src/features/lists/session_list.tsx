/** The list of sessions: loads it, opens sessions in place, and draws each kind of row. */
import { useCallback, useMemo, useRef } from "react";
import { TRACES_AT_AN_END } from "@/api/queries";
import type { Session } from "@/api/types";
import type { RowProperties } from "@/components/data_table";
import { formatCompact, formatCostSum, formatCount } from "@/model/format";
import { useUrl } from "@/state/navigation";
import { usePreference } from "@/state/preferences";
import { ListBody } from "./list_body";
import { type ListState, toExpanded, toOpen, toSort } from "./list_url";
import { type SessionListRow, sessionKey, sessionRows, stepKey, traceKey } from "./session_rows";
import {
  FailedRow,
  MoreRow,
  MoreStepsRow,
  PendingRow,
  StepSubRow,
  TraceSubRow,
} from "./session_sub_rows";
import { SessionHead, SessionRow } from "./session_table";
import { sortedBy } from "./sorting";
import { useList } from "./use_list";
import { useOpenSessions } from "./use_open_sessions";

/** Heights of rows and of the rows below them, as the tokens have them. */
const HEIGHTS = { compact: { row: 30, sub: 28 }, cozy: { row: 38, sub: 34 } };
const LEVELS: Record<SessionListRow["kind"], number> = {
  session: 1,
  trace: 2,
  more: 2,
  pending: 2,
  failed: 2,
  step: 3,
  "steps-more": 3,
};
const HINTS = [
  { keys: ["j", "k"], does: "move" },
  { keys: ["→"], does: "expand" },
  { keys: ["↵"], does: "open" },
  { keys: ["?"], does: "keys" },
];

interface ListProps {
  state: ListState;
  live: boolean;
  onFound: (found: string | null) => void;
}

export function SessionList({ state, live, onFound }: ListProps) {
  const url = useUrl();
  const [density] = usePreference("density");
  const scroller = useRef<HTMLDivElement>(null);
  const mayEnter = () =>
    (scroller.current?.scrollTop ?? 0) < 4 && state.expand.length === 0 && state.trace === null;
  const list = useList(url.project, "sessions", parametersOf(state), { live, mayEnter });
  const open = useOpenSessions(url.project, list.items, state.expand);
  const rows = useMemo(
    () => sessionRows(list.items, open.known, TRACES_AT_AN_END),
    [list.items, open.known],
  );
  const toggle = (sessionId: string) => url.change(toExpanded(state, sessionId));
  const hrefOf = (row: SessionListRow): string | null => {
    if (row.kind === "trace") return url.href(toOpen(row.trace.trace_id));
    if (row.kind === "step") return url.href(toOpen(row.trace.trace_id, row.step.span_id));
    if (row.kind === "steps-more") return url.href(toOpen(row.trace.trace_id));
    return null;
  };
  const heightOf = useCallback(
    (row: SessionListRow) => HEIGHTS[density][row.kind === "session" ? "row" : "sub"],
    [density],
  );
  const render = (row: SessionListRow, properties: RowProperties) => {
    const { key } = row;
    switch (row.kind) {
      case "session":
        return (
          <SessionRow
            key={key}
            project={url.project}
            session={row.session}
            open={row.open}
            href={url.href(toExpanded(state, row.sessionId))}
            onToggle={() => toggle(row.sessionId)}
            properties={properties}
          />
        );
      case "trace":
        return (
          <TraceSubRow
            key={key}
            project={url.project}
            row={row}
            href={hrefOf(row) ?? ""}
            properties={properties}
          />
        );
      case "step":
        return <StepSubRow key={key} row={row} href={hrefOf(row) ?? ""} properties={properties} />;
      case "steps-more":
        return (
          <MoreStepsRow key={key} row={row} href={hrefOf(row) ?? ""} properties={properties} />
        );
      case "more":
        return (
          <MoreRow
            key={key}
            row={row}
            onShow={() => open.showWhole(row.sessionId)}
            properties={properties}
          />
        );
      case "pending":
        return <PendingRow key={key} row={row} properties={properties} />;
      case "failed":
        return (
          <FailedRow
            key={key}
            row={row}
            onRetry={() => open.retry(row.sessionId)}
            properties={properties}
          />
        );
    }
  };
  return (
    <ListBody
      state={state}
      list={list}
      columns="session-columns"
      head={
        <SessionHead sortedBy={sortedBy(state.sort, (field) => url.change(toSort(state, field)))} />
      }
      rows={rows}
      heightOf={heightOf}
      render={render}
      hrefOf={hrefOf}
      openKey={openKey(state, rows)}
      initialKey={state.expand[0] === undefined ? null : sessionKey(state.expand[0])}
      expand={(row, next) => {
        if (row.kind === "more") open.showWhole(row.sessionId);
        else if (row.kind !== "session" || row.open === next) return false;
        else toggle(row.sessionId);
        return true;
      }}
      levelOf={(row) => LEVELS[row.kind]}
      parentOf={(row) => (row.kind === "session" ? null : sessionKey(row.sessionId))}
      onEscape={() => {
        if (state.expand.length === 0) return false;
        url.change({ expand: null });
        return true;
      }}
      totals={<SessionTotals sessions={list.items} />}
      hints={HINTS}
      scroller={scroller}
      onFound={onFound}
    />
  );
}

/** Only what decides the rows: opening one must not ask for the list again. */
export function parametersOf({ view, q, filters, sort, range }: ListState) {
  return { view, q, filters, sort, range };
}

function openKey(state: ListState, rows: readonly SessionListRow[]): string | null {
  if (state.trace === null) return null;
  const step = state.span === null ? null : stepKey(state.trace, state.span);
  return rows.some((row) => row.key === step) ? step : traceKey(state.trace);
}

function SessionTotals({ sessions }: { sessions: readonly Session[] }) {
  let traces = 0;
  let failed = 0;
  let tokens = 0;
  let unpriced = 0;
  let cost: number | null = null;
  for (const session of sessions) {
    traces += session.trace_count;
    tokens += session.total_tokens ?? 0;
    unpriced += session.unpriced_calls;
    if (session.error_count > 0) failed += 1;
    if (session.total_cost !== null) cost = (cost ?? 0) + session.total_cost;
  }
  return (
    <>
      <span>
        <b>{formatCount(traces)}</b> {traces === 1 ? "trace" : "traces"}
      </span>
      {failed > 0 && <span className="error num">{formatCount(failed)} with errors</span>}
      {(cost !== 0 || unpriced > 0) && sessions.length > 0 && (
        <span>
          <b>{formatCostSum(cost, unpriced)}</b>
        </span>
      )}
      {tokens > 0 && (
        <span>
          <b>{formatCompact(tokens)}</b> tokens
        </span>
      )}
    </>
  );
}

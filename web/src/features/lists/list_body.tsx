/** What the three lists share: the grid with its states, the cursor and its keys, the panel, the totals. */
import { type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { ListKind } from "@/api/queries";
import { Button } from "@/components/button";
import { DataTable, type RowProperties } from "@/components/data_table";
import { Icon } from "@/components/icon";
import { PaneError } from "@/components/pane_error";
import { Loading } from "@/components/skeleton";
import { type KeyHint, StatusBar } from "@/components/status_bar";
import { counted, formatClock, formatCount } from "@/model/format";
import { fromDate } from "@/model/time";
import { useLive } from "@/state/live_state";
import { useUrl } from "@/state/navigation";
import { usePreference } from "@/state/preferences";
import { ListEmpty } from "./list_empty";
import { ListSkeleton } from "./list_skeleton";
import { closed, type ListState } from "./list_url";
import { TracePanel } from "./trace_panel";
import type { List } from "./use_list";
import { useListKeys } from "./use_list_keys";

interface ListBodyProps<Row extends { key: string }, Kind extends ListKind> {
  state: ListState;
  list: List<Kind>;
  columns: string;
  head: ReactNode;
  rows: readonly Row[];
  heightOf: (row: Row) => number;
  render: (row: Row, properties: RowProperties) => ReactNode;
  /** Where a row leads; null for rows that open in place. */
  hrefOf: (row: Row) => string | null;
  /** The row that stands for what the panel shows. */
  openKey: string | null;
  /** The row to begin at where the panel shows none. */
  initialKey?: string | null;
  /** Expands or folds a row; false where there is nothing to do. */
  expand?: (row: Row, open: boolean) => boolean;
  /** How deep a row lies under others, for lists whose rows open in place. */
  levelOf?: (row: Row) => number;
  /** The row that a row lies under. */
  parentOf?: (row: Row) => string | null;
  onEscape?: () => boolean;
  totals: ReactNode;
  hints: readonly KeyHint[];
  scroller: RefObject<HTMLDivElement | null>;
  onFound: (found: string | null) => void;
}

export function ListBody<Row extends { key: string }, Kind extends ListKind>(
  props: ListBodyProps<Row, Kind>,
) {
  const { state, list, rows, hrefOf, openKey, onFound } = props;
  const url = useUrl();
  const [current, setCurrent] = useState<string | null>(openKey ?? props.initialKey ?? null);
  useEffect(() => {
    if (openKey !== null) setCurrent(openKey);
  }, [openKey]);
  const close = useCallback(() => url.change(closed()), [url]);
  const onKeyDown = useListKeys({ ...props, current, setCurrent, close });

  const noun = state.view.replace(/s$/, "");
  const found = list.complete
    ? counted(list.items.length, noun)
    : `${formatCount(list.items.length)} and more ${state.view}`;
  const told = list.truncated ? `${found}, of the newest matches` : found;
  useEffect(() => onFound(list.loaded ? told : null), [onFound, list.loaded, told]);

  const openIndex = openKey === null ? -1 : rows.findIndex((row) => row.key === openKey);
  const failed = list.error !== null && !list.loaded;
  return (
    <>
      <DataTable
        label={state.view}
        columns={props.columns}
        head={props.head}
        rows={rows}
        heightOf={props.heightOf}
        render={props.render}
        current={current}
        scroller={props.scroller}
        total={list.complete ? rows.length : null}
        busy={list.fetching}
        levelOf={props.levelOf}
        onNearEnd={list.loadMore}
        onKeyDown={onKeyDown}
        pill={
          <NewerPill
            count={list.newer}
            noun={noun}
            onShow={list.showNewer}
            scroller={props.scroller}
          />
        }
      >
        {failed && list.error && (
          <PaneError
            title="The list could not be loaded"
            error={list.error}
            unaffected="Your filters are kept."
            failures={list.failures}
            retrying={list.fetching}
            onRetry={list.retry}
          />
        )}
        {!list.loaded && !failed && (
          <Loading what={state.view}>
            <ListSkeleton view={state.view} columns={props.columns} />
          </Loading>
        )}
        {list.loaded && list.items.length === 0 && <ListEmpty parameters={state} />}
        {list.moreFailed && list.error && (
          <div className="list-tail" role="alert">
            <span className="error">The next rows could not be loaded: {list.error.message}</span>
            <Button small tone="line" onClick={list.retry}>
              <Icon name="retry" small />
              Retry
            </Button>
          </div>
        )}
        {list.loadingMore && <div className="list-tail">loading more</div>}
      </DataTable>
      <StatusBar hints={props.hints}>
        <Totals list={list} noun={noun} totals={props.totals} />
      </StatusBar>
      {state.trace !== null && (
        <TracePanel
          project={url.project}
          traceId={state.trace}
          previousHref={neighbour(rows, openIndex, -1, hrefOf)}
          nextHref={neighbour(rows, openIndex, 1, hrefOf)}
          onClose={close}
        />
      )}
    </>
  );
}

/** The nearest row in a direction that leads somewhere. */
function neighbour<Row>(
  rows: readonly Row[],
  from: number,
  step: 1 | -1,
  hrefOf: (row: Row) => string | null,
): string | null {
  if (from < 0) return null;
  for (let index = from + step; index >= 0 && index < rows.length; index += step) {
    const href = hrefOf(rows[index] as Row);
    if (href !== null) return href;
  }
  return null;
}

function Totals<Kind extends ListKind>({
  list,
  noun,
  totals,
}: {
  list: List<Kind>;
  noun: string;
  totals: ReactNode;
}) {
  const [zone] = usePreference("zone");
  const { lostAt } = useLive();
  if (!list.loaded)
    return (
      <span>
        {list.error ? <span className="error">Request failed</span> : `Loading ${noun}s…`}
      </span>
    );
  const since = list.error !== null && !list.moreFailed ? list.updatedAt : lostAt;
  return (
    <>
      <span>
        <b>{formatCount(list.items.length)}</b>{" "}
        {list.complete
          ? list.items.length === 1
            ? noun
            : `${noun}s`
          : `${noun}s loaded, more below`}
      </span>
      {list.complete && totals}
      {since !== null && (
        <span className="list-stale num" role="status">
          stale since {formatClock(fromDate(new Date(since)), zone)}
        </span>
      )}
    </>
  );
}

const SAID_EVERY_MS = 5_000;

/** Says how many rows wait above, and lets them in. */
function NewerPill({
  count,
  noun,
  onShow,
  scroller,
}: {
  count: number;
  noun: string;
  onShow: () => void;
  scroller: RefObject<HTMLDivElement | null>;
}) {
  const text = count === 0 ? "" : `${counted(count, `newer ${noun}`)}`;
  const [said, setSaid] = useState("");
  const saidAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const wait = Math.max(0, saidAt.current + SAID_EVERY_MS - performance.now());
    const timer = setTimeout(() => {
      saidAt.current = performance.now();
      setSaid(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <>
      <span className="visually-hidden" role="status">
        {said}
      </span>
      {count > 0 && (
        <div className="newer-pill">
          <button
            type="button"
            className="newer-button"
            onClick={() => {
              scroller.current?.scrollTo({ top: 0 });
              onShow();
            }}
          >
            <Icon name="up" small />
            {text}
          </button>
        </div>
      )}
    </>
  );
}

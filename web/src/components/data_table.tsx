// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold virtual rows on a CSS grid
// biome-ignore-all lint/a11y/useFocusableInteractive: a grid is one tab stop, its rows and cells are not
/** A grid of virtual rows: only what is in view is in the document, heights are known beforehand. */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useRef,
} from "react";
import { Icon } from "./icon";
import "./data_table.css";

const HEAD_HEIGHT = 28;
/** Rows before the end at which more are asked for. */
const AHEAD = 30;

/** What a row must put on its outermost element. */
export interface RowProperties {
  id: string;
  role: "row";
  style: CSSProperties;
  "aria-rowindex": number;
  "aria-level": number | undefined;
  "data-current": boolean | undefined;
}

interface DataTableProps<Row extends { key: string }> {
  label: string;
  /** The class that holds the grid's columns; the head has it as well. */
  columns: string;
  head: ReactNode;
  rows: readonly Row[];
  heightOf: (row: Row) => number;
  render: (row: Row, properties: RowProperties) => ReactNode;
  /** The key of the row that the keyboard is at. */
  current: string | null;
  scroller: RefObject<HTMLDivElement | null>;
  /** Rows that there are in all; unknown while more can be loaded. */
  total: number | null;
  busy: boolean;
  /** How deep a row lies under others, from 1; for rows that open and close. */
  levelOf?: ((row: Row) => number) | undefined;
  onNearEnd: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
  /** Floats over the rows, under the head. */
  pill?: ReactNode;
  /** Stands in place of rows, or below them. */
  children?: ReactNode;
}

export function DataTable<Row extends { key: string }>(props: DataTableProps<Row>) {
  const { rows, heightOf, current, scroller, onNearEnd } = props;
  const prefix = useId();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback((index) => heightOf(rows[index] as Row), [rows, heightOf]),
    getItemKey: useCallback((index) => rows[index]?.key ?? index, [rows]),
    overscan: 10,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
  });
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && lastShown >= rows.length - AHEAD) onNearEnd();
  }, [lastShown, rows.length, onNearEnd]);
  // Only a move of the cursor scrolls; rows that enter or leave must not. A cursor that came with
  // the address waits for its row, and then has what lies below it in view as well.
  const scrolledTo = useRef<string | null>(null);
  useEffect(() => {
    if (current === null || current === scrolledTo.current) return;
    const index = rows.findIndex((row) => row.key === current);
    if (index < 0) return;
    virtualizer.scrollToIndex(index, { align: scrolledTo.current === null ? "center" : "auto" });
    scrolledTo.current = current;
  }, [current, rows, virtualizer]);
  const active = items.find((item) => rows[item.index]?.key === current);
  return (
    <div className="table-area">
      {props.pill}
      <div ref={scroller} className="table scroll">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: it has a role, one of two */}
        {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both have these */}
        <div
          role={props.levelOf ? "treegrid" : "grid"}
          tabIndex={0}
          aria-label={props.label}
          aria-rowcount={props.total === null ? -1 : props.total + 1}
          aria-busy={props.busy}
          aria-activedescendant={active ? `${prefix}${active.index}` : undefined}
          onKeyDown={props.onKeyDown}
        >
          <div role="rowgroup" className="table-head-group">
            <div role="row" aria-rowindex={1} className={`table-row table-head ${props.columns}`}>
              {props.head}
            </div>
          </div>
          {rows.length > 0 && (
            <div
              role="rowgroup"
              className="table-body"
              style={{ height: virtualizer.getTotalSize() }}
            >
              {items.map((item) => {
                const row = rows[item.index];
                if (!row) return null;
                return props.render(row, {
                  id: `${prefix}${item.index}`,
                  role: "row",
                  style: {
                    height: item.size,
                    transform: `translateY(${item.start - HEAD_HEIGHT}px)`,
                  },
                  "aria-rowindex": item.index + 2,
                  "aria-level": props.levelOf?.(row),
                  "data-current": row.key === current || undefined,
                });
              })}
            </div>
          )}
        </div>
        {props.children}
      </div>
    </div>
  );
}

interface HeaderCellProps {
  children: ReactNode;
  className?: string;
  title?: string;
  /** How the list is sorted by this column; null if by another, undefined if it cannot be. */
  sorted?: "ascending" | "descending" | null;
  onSort?: () => void;
}

export function HeaderCell({ children, className = "", title, sorted, onSort }: HeaderCellProps) {
  if (sorted === undefined) {
    return (
      <div role="columnheader" className={className} title={title}>
        {children}
      </div>
    );
  }
  return (
    <div
      role="columnheader"
      aria-sort={sorted ?? "none"}
      className={`${className} ${sorted ? "table-sorted" : ""}`}
      title={title}
    >
      <button type="button" tabIndex={-1} onClick={onSort}>
        {children}
        {sorted && <Icon name={sorted === "descending" ? "down" : "up"} small />}
      </button>
    </div>
  );
}

export function Cell({
  className,
  title,
  children,
}: {
  className?: string;
  title?: string | undefined;
  children?: ReactNode;
}) {
  return (
    <div role="gridcell" className={className} title={title}>
      {children}
    </div>
  );
}

/** The rows of a list before they are known: the final grid, with grey bars in place of text. */
import { Skeleton } from "@/components/skeleton";
import type { View } from "./fields";

const ROWS = 36;

/** A bar per column: its width in px at the right (`> 34`) or left, `~` for text of any width. */
const COLUMNS: Record<View, string> = {
  sessions: "14 ~ ~ ~ 50 >38 >34 >14 >16 >10 >70 >38 ~ ~ ~",
  traces: "8 56 96 ~ ~ ~ >40 >16 >10 >70 >40 ~ ~",
  spans: "14 66 ~ 54 ~ ~ >40 >70 >40 ~ ~",
};
const WIDE: Record<View, readonly number[]> = {
  sessions: [12, 14],
  traces: [11, 12],
  spans: [9, 10],
};

export function ListSkeleton({ view, columns }: { view: View; columns: string }) {
  const bars = COLUMNS[view].split(" ");
  return (
    <div aria-hidden="true">
      {Array.from({ length: ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey rows have no identity
        <div key={row} className={`table-row ${columns}`}>
          {bars.map((bar, column) => (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: nor have their columns
              key={column}
              className={`row ${bar.startsWith(">") ? "skeleton-right" : ""} ${WIDE[view].includes(column) ? "wide" : ""}`}
            >
              <Skeleton width={widthOf(bar, row, column)} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function widthOf(bar: string, row: number, column: number): number | string {
  return bar === "~" ? `${40 + ((row * 37 + column * 29) % 50)}%` : Number(bar.replace(">", ""));
}

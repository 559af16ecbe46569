/** The rows of a list before they are known: the final grid, with grey bars in place of text. */
import { Cell } from "@/components/data_table";
import { Skeleton } from "@/components/skeleton";
import type { View } from "./fields";

const ROWS = 36;

/** Widths of the bars per column; null is a column whose text has no own width. */
const COLUMNS: Record<View, readonly (number | null)[]> = {
  sessions: [12, null, null, 84, 50, 38, 34, 14, 16, 10, 70, 38],
  traces: [8, 56, 96, 90, null, null, 40, 16, 10, 70, 40],
  spans: [14, 66, 110, 54, null, null, 40, 70, 40],
};

export function ListSkeleton({ view, columns }: { view: View; columns: string }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey rows have no identity
        <div key={row} className={`table-row ${columns}`}>
          {COLUMNS[view].map((width, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor have their columns
            <Cell key={column} className="row">
              <Skeleton width={width ?? `${40 + ((row * 37 + column * 29) % 50)}%`} />
            </Cell>
          ))}
        </div>
      ))}
    </div>
  );
}

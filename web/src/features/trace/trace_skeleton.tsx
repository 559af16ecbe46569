/** The place of toolbar, tree and span while a trace loads, in its final measures. */
import { Loading, Skeleton } from "@/components/skeleton";
import { TraceSplit } from "./trace_split";
import type { Placement } from "./trace_state";

/** Depth and name width of each row; a shape that many traces have. */
const ROWS = [
  [0, 90],
  [1, 74],
  [1, 112],
  [2, 96],
  [2, 130],
  [1, 120],
  [1, 84],
  [2, 104],
  [2, 76],
  [1, 132],
] as const;

export function TraceSkeleton({ placement }: { placement: Placement }) {
  return (
    <Loading what="trace">
      <TraceSplit
        placement={placement}
        tree={
          <div aria-hidden="true">
            <div className="bar trace-toolbar" />
            <div className="tree-row tree-head" />
            {ROWS.map(([depth, width], index) => (
              <div key={`${depth}-${width}`} className="tree-row">
                <span className="tree-name">
                  <Skeleton width={`${width}px`} style={{ marginLeft: depth * 14 + 20 }} />
                </span>
                <Skeleton width="38px" style={{ marginLeft: "auto" }} />
                <span />
                <span />
                <span className="tree-track">
                  <Skeleton
                    width={`${100 - depth * 24 - index * 4}%`}
                    style={{ position: "absolute", left: `${index * 6}%`, top: 9 }}
                  />
                </span>
              </div>
            ))}
          </div>
        }
        span={
          <div aria-hidden="true" className="span-head">
            <Skeleton width="140px" style={{ margin: "8px 0 14px" }} />
            <Skeleton width="70%" style={{ marginBottom: 20 }} />
          </div>
        }
      />
    </Loading>
  );
}

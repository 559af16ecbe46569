/** Draws a session at a glance: a mark per trace, its parts by type, red caps, dots where the user had the turn. */

import type { SessionMark } from "@/api/types";
import { counted, formatDuration } from "@/model/format";
import { shapeBars } from "./session_shape_bars";
import "./session_shape.css";

const WIDTH = 132;

export function SessionShape({
  marks,
  traceCount,
  width = WIDTH,
}: {
  marks: readonly SessionMark[];
  traceCount: number;
  width?: number;
}) {
  const { bars, dots } = shapeBars(marks, width);
  const failed = marks.filter((mark) => mark.failed).length;
  const longest = Math.max(0, ...marks.map((mark) => mark.duration_ms));
  const label = `${counted(traceCount, "trace")}, ${failed} of the ${marks.length} drawn failed, the longest took ${formatDuration(longest)}`;
  return (
    <svg
      className="session-shape"
      viewBox={`0 0 ${width} 12`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {dots.map((x) => (
        <rect key={x} x={x} y="6.5" width="1" height="1" className="shape-wait" />
      ))}
      {bars.map((bar) => (
        <g key={bar.x}>
          <rect x={bar.x} y="3" width={bar.width} height="8" className="shape-other" />
          <rect x={bar.x} y="3" width={bar.model} height="8" className="shape-model" />
          <rect x={bar.x + bar.model} y="3" width={bar.tool} height="8" className="shape-tool" />
          {bar.failed && (
            <rect
              x={bar.x}
              y="0"
              width={Math.max(bar.width, 3)}
              height="2"
              className="shape-failed"
            />
          )}
        </g>
      ))}
    </svg>
  );
}

/** How tree and span share the place: side by side on the page, stacked beside a list. */
import type { ReactNode } from "react";
import { SplitPane } from "@/components/split_pane";
import type { Placement } from "./trace_state";

interface TraceSplitProps {
  placement: Placement;
  tree: ReactNode;
  span: ReactNode | null;
}

export function TraceSplit({ placement, tree, span }: TraceSplitProps) {
  return (
    <SplitPane
      name={`trace.${placement}`}
      direction={placement === "page" ? "row" : "column"}
      label="Resize span panel"
      first={tree}
      second={span}
    />
  );
}

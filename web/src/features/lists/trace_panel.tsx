/** The frame in which a trace opens beside the list, which keeps its layout and scroll. */
import { TraceView } from "@/features/trace";
import "./trace_panel.css";

interface TracePanelProps {
  project: string;
  traceId: string;
  previousHref: string | null;
  nextHref: string | null;
  onClose: () => void;
}

export function TracePanel({ project, traceId, ...controls }: TracePanelProps) {
  return (
    <aside className="trace-panel" aria-label="Trace">
      <TraceView
        key={traceId}
        project={project}
        traceId={traceId}
        placement="panel"
        {...controls}
      />
    </aside>
  );
}

/** The page of one trace: `/{project}/traces/{trace_id}`. */
import { useParams } from "@tanstack/react-router";
import { useUrl } from "@/state/navigation";
import { TraceView } from "./trace_view";

export function TracePage() {
  const { project } = useUrl();
  const { trace_id } = useParams({ strict: false }) as { trace_id?: string };
  const traceId = trace_id ?? "";
  return (
    <main className="main">
      <TraceView key={traceId} project={project} traceId={traceId} placement="page" />
    </main>
  );
}

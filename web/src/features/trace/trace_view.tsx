/** A trace: head, tree and span, as a page or beside a list; the same view, fed by one query. */
import { RequestError } from "@/api/client";
import { PaneError } from "@/components/pane_error";
import { TraceBody } from "./trace_body";
import { useTrace } from "./trace_data";
import { TraceHead, type TraceHeadControls } from "./trace_head";
import { TraceNotFound } from "./trace_not_found";
import { TraceSkeleton } from "./trace_skeleton";
import { type Placement, useTraceState } from "./trace_state";
import "./trace_view.css";

interface TraceViewProps extends TraceHeadControls {
  project: string;
  traceId: string;
  placement: Placement;
}

export function TraceView({ project, traceId, placement, ...controls }: TraceViewProps) {
  const state = useTraceState(placement);
  const { query, model } = useTrace(project, traceId);
  const missing = query.error instanceof RequestError && query.error.status === 404;
  if (model && !missing) {
    return (
      <TraceBody
        model={model}
        state={state}
        placement={placement}
        controls={controls}
        staleSince={query.isRefetchError ? query.dataUpdatedAt : null}
        more={
          query.hasNextPage
            ? { loading: query.isFetchingNextPage, load: () => query.fetchNextPage() }
            : null
        }
      />
    );
  }
  return (
    <>
      <TraceHead
        model={null}
        loading={query.isPending}
        traceId={traceId}
        state={state}
        placement={placement}
        {...controls}
      />
      {missing ? (
        <TraceNotFound traceId={traceId} state={state} />
      ) : query.isError ? (
        <PaneError
          title="The trace could not be loaded"
          error={query.error}
          unaffected={`Spans are kept as they arrive.${placement === "panel" ? " The list stays as it is." : ""}`}
          failures={query.errorUpdateCount}
          retrying={query.isFetching}
          onRetry={query.refetch}
        />
      ) : (
        <TraceSkeleton placement={placement} />
      )}
    </>
  );
}

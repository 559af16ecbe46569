/** What a trace view shows when the server has no trace of that id. */
import { Anchor } from "@/components/anchor";
import { buttonClass } from "@/components/button";
import { Icon } from "@/components/icon";
import { revealInvisible } from "@/model/untrusted_text";
import type { TraceState } from "./trace_state";

export function TraceNotFound({ traceId, state }: { traceId: string; state: TraceState }) {
  const id = revealInvisible(traceId);
  return (
    <div className="trace-missing" role="alert">
      <h2>There is no trace with this id</h2>
      <p className="mono trace-missing-id">{id}</p>
      <p className="t2">
        It has not been received in project {revealInvisible(state.project)}, or it was deleted with
        its session.
      </p>
      <div className="row gap-4">
        <Anchor className={buttonClass({ tone: "line" })} href={state.searchHref(traceId)}>
          <Icon name="search" />
          Search for this id
        </Anchor>
        <Anchor className={buttonClass({})} href={state.tracesHref}>
          All traces
        </Anchor>
      </div>
    </div>
  );
}

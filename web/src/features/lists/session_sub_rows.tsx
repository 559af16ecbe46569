/** What stands below an open session: its traces on the thread, the steps of workflows, the way to more. */
import { Cost, Tokens, tokensTooltip } from "@/components/amount";
import { Anchor } from "@/components/anchor";
import { Button } from "@/components/button";
import { Changing } from "@/components/changing";
import { Cell, type RowProperties } from "@/components/data_table";
import { Icon, TypeIcon } from "@/components/icon";
import { Skeleton } from "@/components/skeleton";
import { ClockTime } from "@/components/time";
import { counted, formatCompact, formatCount, formatDuration, shortId } from "@/model/format";
import { revealInvisible } from "@/model/untrusted_text";
import { followRow } from "./row";
import type { Extent, SessionListRow } from "./session_rows";
import { Errors, FirstOf, Preview, TraceScores } from "./session_table";

type RowOf<Kind extends SessionListRow["kind"]> = Extract<SessionListRow, { kind: Kind }>;

interface LinkedRowProps<Row> {
  row: Row;
  href: string;
  properties: RowProperties;
}

export function TraceSubRow({
  project,
  row,
  href,
  properties,
}: LinkedRowProps<RowOf<"trace">> & { project: string }) {
  const { trace } = row;
  const failed = trace.error_count > 0;
  const name = revealInvisible(trace.name) || "unnamed";
  const state = trace.running ? "knot-running" : failed ? "knot-failed" : "";
  return (
    <div {...properties} {...followRow(href)} className="table-row link session-columns sub-row">
      <Cell>
        <i className={`thread ${row.last ? "thread-end" : ""}`} />
        <i
          className={`knot ${state}`}
          title={`status ${trace.status}${trace.running ? ", running" : ""}`}
        />
      </Cell>
      <Cell className="row gap-4">
        <span className="num t3 trace-number">{row.number}</span>
        <Anchor href={href} tabIndex={-1} className="row-link mono sub-name truncate">
          {name}
        </Anchor>
        <TraceScores project={project} sessionId={row.sessionId} traceId={trace.trace_id} />
        <Preview text={trace.input} />
      </Cell>
      <Cell className="row">
        <Preview text={trace.output} />
      </Cell>
      <Position extent={row.extent} failed={failed} />
      <Cell>
        <ClockTime time={trace.start_time} className="t2" />
      </Cell>
      <Cell className="num right">
        <Changing>{formatDuration(trace.duration_ms)}</Changing>
      </Cell>
      <Cell />
      <Cell />
      <Cell className="num right t3" title={counted(trace.span_count, "span")}>
        <Changing>{formatCompact(trace.span_count)}</Changing>
      </Cell>
      <Errors count={trace.error_count} />
      <Cell className="num right" title={tokensTooltip(trace)}>
        <Tokens of={trace} />
      </Cell>
      <Cell className="num right">
        <Cost cost={trace.total_cost} unpriced={trace.unpriced_calls} />
      </Cell>
      <Cell className="wide spaced t2 row gap-2">
        <FirstOf values={trace.models} />
      </Cell>
      <Cell className="spaced mono t3" title={trace.trace_id}>
        {shortId(trace.trace_id)}
      </Cell>
      <Cell className="wide" />
    </div>
  );
}

export function StepSubRow({ row, href, properties }: LinkedRowProps<RowOf<"step">>) {
  const { step } = row;
  const failed = step.status === "error" || step.error_count > 0;
  return (
    <div {...properties} {...followRow(href)} className="table-row link session-columns sub-row">
      <Cell>
        <i className={`thread ${row.last ? "thread-end" : ""}`} />
        <i className={`branch ${row.lastStep ? "branch-end" : ""}`} />
      </Cell>
      <Cell className="row gap-3 step-name">
        <TypeIcon type={step.type} />
        <Anchor
          href={href}
          tabIndex={-1}
          className={`row-link mono sub-name truncate ${failed ? "error" : ""}`}
        >
          {revealInvisible(step.name) || "unnamed"}
        </Anchor>
        <Preview text={step.input} />
      </Cell>
      <Cell className="row">
        {failed && step.status_message ? (
          <Preview text={step.status_message} failed />
        ) : (
          <Preview text={step.output} />
        )}
      </Cell>
      <Position extent={row.extent} failed={failed} />
      <Cell>
        <ClockTime time={step.start_time} className="t3" />
      </Cell>
      <Cell className="num right t2">
        {step.duration_ms === null ? "running" : formatDuration(step.duration_ms)}
      </Cell>
      <Cell />
      <Cell />
      <Cell className="num right t3" title={counted(step.span_count, "span")}>
        {formatCompact(step.span_count)}
      </Cell>
      <Errors count={step.error_count} />
      <Cell className="num right t2" title={tokensTooltip(step)}>
        <Tokens of={step} />
      </Cell>
      <Cell className="num right t2">
        <Cost cost={step.total_cost} />
      </Cell>
      <Cell className="wide spaced" />
      <Cell className="spaced mono t3" title={step.span_id}>
        {shortId(step.span_id)}
      </Cell>
      <Cell className="wide" />
    </div>
  );
}

/** The traces between the first and the last ones. */
export function MoreRow({
  row,
  onShow,
  properties,
}: {
  row: RowOf<"more">;
  onShow: () => void;
  properties: RowProperties;
}) {
  return (
    <div {...properties} className="table-row session-columns sub-row">
      <Cell>
        <i className="thread" />
      </Cell>
      <Cell className="span-all">
        <button
          type="button"
          tabIndex={-1}
          className="more-button num"
          disabled={row.loading}
          onClick={onShow}
        >
          <Icon name="down" small />
          {row.loading
            ? `loading ${formatCount(row.hidden)} more`
            : `${formatCount(row.hidden)} more`}
        </button>
      </Cell>
    </div>
  );
}

/** Steps beyond those that come with the list: the trace has them all. */
export function MoreStepsRow({ row, href, properties }: LinkedRowProps<RowOf<"steps-more">>) {
  return (
    <div {...properties} {...followRow(href)} className="table-row link session-columns sub-row">
      <Cell>
        <i className={`thread ${row.last ? "thread-end" : ""}`} />
        <i className="branch branch-end" />
      </Cell>
      <Cell className="span-all step-name">
        <Anchor href={href} tabIndex={-1} className="row-link t2 num">
          {formatCount(row.hidden)} more steps
        </Anchor>
      </Cell>
    </div>
  );
}

export function PendingRow({
  row,
  properties,
}: {
  row: RowOf<"pending">;
  properties: RowProperties;
}) {
  return (
    <div {...properties} className="table-row session-columns sub-row" aria-hidden="true">
      <Cell>
        <i className={`thread ${row.last ? "thread-end" : ""}`} />
        <i className="knot" />
      </Cell>
      <Cell className="row gap-4">
        <span className="num t3 trace-number">{row.index + 1}</span>
        <Skeleton width={60 + ((row.index * 37) % 40)} />
        <Skeleton width={80 + ((row.index * 53) % 120)} />
      </Cell>
      <Cell>
        <Skeleton width="70%" />
      </Cell>
      <Cell>
        <Skeleton width="100%" />
      </Cell>
    </div>
  );
}

export function FailedRow({
  row,
  onRetry,
  properties,
}: {
  row: RowOf<"failed">;
  onRetry: () => void;
  properties: RowProperties;
}) {
  return (
    <div {...properties} className="table-row session-columns sub-row">
      <Cell />
      <Cell className="span-all row gap-4">
        <span className="error" role="alert">
          The traces of this session could not be loaded: {row.error.message}
        </span>
        <Button small tone="line" tabIndex={-1} onClick={onRetry}>
          <Icon name="retry" small />
          Retry
        </Button>
      </Cell>
    </div>
  );
}

function Position({ extent, failed }: { extent: Extent; failed: boolean }) {
  const offset = `${(extent.offset * 100).toFixed(2)}%`;
  const width = `${(extent.length * 100).toFixed(2)}%`;
  return (
    <Cell>
      <div className="position-bar">
        <i
          className={failed ? "failed" : ""}
          style={{ left: `min(${offset}, 100% - 2px)`, width }}
        />
      </div>
      <span className="visually-hidden">{`${offset} in, ${width} long${failed ? ", failed" : ""}`}</span>
    </Cell>
  );
}

/** The lists of all traces and of all spans: one row each, opened beside the list. */
import type { SpanRow, Trace } from "@/api/types";
import { Cost, Tokens, tokensTooltip } from "@/components/amount";
import { Anchor } from "@/components/anchor";
import { Changing } from "@/components/changing";
import { Cell, HeaderCell, type RowProperties } from "@/components/data_table";
import { TypeIcon } from "@/components/icon";
import { RunningDot } from "@/components/label";
import { ClockTime } from "@/components/time";
import { counted, formatCompact, formatDuration, NOTHING, shortId } from "@/model/format";
import { revealInvisible } from "@/model/untrusted_text";
import { useUrl } from "@/state/navigation";
import { sessionQuery } from "./list_url";
import { followRow } from "./row";
import { Errors, FirstOf, Preview } from "./session_table";
import type { SortedBy } from "./sorting";
import "./flat_tables.css";

export function TraceHead({ sortedBy }: { sortedBy: SortedBy }) {
  return (
    <>
      <HeaderCell {...sortedBy("status")}>
        <i className="status-dot" title="Status" />
        <span className="visually-hidden">Status</span>
      </HeaderCell>
      <HeaderCell {...sortedBy("start_time")}>Start</HeaderCell>
      <HeaderCell {...sortedBy("name")}>Name</HeaderCell>
      <HeaderCell {...sortedBy("session_id")}>Session</HeaderCell>
      <HeaderCell {...sortedBy("input")}>Input</HeaderCell>
      <HeaderCell {...sortedBy("output")}>Output</HeaderCell>
      <HeaderCell className="right" {...sortedBy("duration_ms")}>
        Duration
      </HeaderCell>
      <HeaderCell className="right" {...sortedBy("span_count")}>
        Spans
      </HeaderCell>
      <HeaderCell className="right" title="Spans that failed" {...sortedBy("error_count")}>
        Errors
      </HeaderCell>
      <HeaderCell className="right" title="Input → output" {...sortedBy("total_tokens")}>
        Tokens
      </HeaderCell>
      <HeaderCell className="right" {...sortedBy("total_cost")}>
        Cost
      </HeaderCell>
      <HeaderCell className="wide spaced">Model</HeaderCell>
      <HeaderCell className="wide" {...sortedBy("user_id")}>
        User
      </HeaderCell>
    </>
  );
}

export function TraceRow({
  trace,
  href,
  properties,
}: {
  trace: Trace;
  href: string;
  properties: RowProperties;
}) {
  const failed = trace.error_count > 0;
  return (
    <div {...properties} {...followRow(href)} className="table-row link trace-columns">
      <Cell className="status-cell">
        {trace.running ? (
          <RunningDot />
        ) : (
          <i className={`status-dot status-${trace.status}`} title={`status ${trace.status}`}>
            <span className="visually-hidden">{trace.status}</span>
          </i>
        )}
      </Cell>
      <Cell>
        <ClockTime time={trace.start_time} dated className="t2" />
      </Cell>
      <Cell className="row">
        <Anchor
          href={href}
          tabIndex={-1}
          className={`row-link mono truncate ${failed ? "error" : ""}`}
          title={revealInvisible(trace.name)}
        >
          {revealInvisible(trace.name) || "unnamed"}
        </Anchor>
      </Cell>
      <Cell className="row">
        <SessionLink sessionId={trace.session_id} />
      </Cell>
      <Cell className="row">
        <Preview text={trace.input} />
      </Cell>
      <Cell className="row">
        <Preview text={trace.output} />
      </Cell>
      <Cell className="num right">
        <Changing>{formatDuration(trace.duration_ms)}</Changing>
      </Cell>
      <Cell className="num right t2" title={counted(trace.span_count, "span")}>
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
      <Cell className="wide t2 row">
        <FirstOf values={trace.user_id === null ? [] : [trace.user_id]} />
      </Cell>
    </div>
  );
}

export function SpanHead({ sortedBy }: { sortedBy: SortedBy }) {
  return (
    <>
      <HeaderCell>
        <span className="visually-hidden">Type</span>
      </HeaderCell>
      <HeaderCell {...sortedBy("start_time")}>Start</HeaderCell>
      <HeaderCell {...sortedBy("name")}>Name</HeaderCell>
      <HeaderCell {...sortedBy("trace_id")}>Trace</HeaderCell>
      <HeaderCell {...sortedBy("input")}>Input</HeaderCell>
      <HeaderCell {...sortedBy("output")}>Output</HeaderCell>
      <HeaderCell className="right" {...sortedBy("duration_ms")}>
        Duration
      </HeaderCell>
      <HeaderCell className="right" title="Input → output" {...sortedBy("total_tokens")}>
        Tokens
      </HeaderCell>
      <HeaderCell className="right" {...sortedBy("total_cost")}>
        Cost
      </HeaderCell>
      <HeaderCell className="wide spaced" {...sortedBy("model")}>
        Model
      </HeaderCell>
      <HeaderCell className="wide" {...sortedBy("session_id")}>
        Session
      </HeaderCell>
    </>
  );
}

export function SpanRowView({
  span,
  href,
  properties,
}: {
  span: SpanRow;
  href: string;
  properties: RowProperties;
}) {
  const failed = span.status === "error";
  return (
    <div {...properties} {...followRow(href)} className="table-row link span-columns">
      <Cell>
        <TypeIcon type={span.type} />
      </Cell>
      <Cell>
        <ClockTime time={span.start_time} decimals={2} dated className="t2" />
      </Cell>
      <Cell className="row">
        <Anchor
          href={href}
          tabIndex={-1}
          className={`row-link mono truncate ${failed ? "error" : ""}`}
          title={revealInvisible(span.name)}
        >
          {revealInvisible(span.name) || "unnamed"}
        </Anchor>
      </Cell>
      <Cell className="mono t3" title={span.trace_id}>
        {shortId(span.trace_id)}
      </Cell>
      <Cell className="row">
        <Preview text={span.input} />
      </Cell>
      <Cell className="row">
        {failed && span.status_message ? (
          <Preview text={span.status_message} failed />
        ) : (
          <Preview text={span.output} failed={failed} />
        )}
      </Cell>
      <Cell className="num right">
        {span.duration_ms === null ? (
          <span className="ok">running</span>
        ) : (
          formatDuration(span.duration_ms)
        )}
      </Cell>
      <Cell className="num right" title={tokensTooltip(span)}>
        {span.total_tokens === null ? null : <Tokens of={span} />}
      </Cell>
      <Cell className="num right">
        {span.total_tokens === null && span.total_cost === null ? null : (
          <Cost cost={span.total_cost} />
        )}
      </Cell>
      <Cell className="wide spaced t2 row">
        <FirstOf values={span.model === null ? [] : [span.model]} />
      </Cell>
      <Cell className="wide row">
        <SessionLink sessionId={span.session_id} />
      </Cell>
    </div>
  );
}

function SessionLink({ sessionId }: { sessionId: string | null }) {
  const url = useUrl();
  if (sessionId === null) return <span className="t3">{NOTHING}</span>;
  const shown = revealInvisible(sessionId);
  return (
    <Anchor
      href={url.listHref(sessionQuery(sessionId))}
      tabIndex={-1}
      className="session-link mono t2 truncate"
      title={shown}
    >
      {shown}
    </Anchor>
  );
}

/** The sessions of a project; those that are open with all their traces below them. */
import { useQuery } from "@tanstack/react-query";
import type { MouseEvent, ReactNode } from "react";
import { sessionScoresQuery, shapeQuery } from "@/api/queries";
import type { Score, Session } from "@/api/types";
import { Cost, Tokens, tokensTooltip } from "@/components/amount";
import { Anchor, opensElsewhere } from "@/components/anchor";
import { Changing } from "@/components/changing";
import { Cell, HeaderCell, type RowProperties } from "@/components/data_table";
import { Icon } from "@/components/icon";
import { RunningDot, Tag } from "@/components/label";
import { ScoreChips } from "@/components/score_chips";
import { SessionShape } from "@/components/session_shape";
import { Snippet } from "@/components/snippet";
import { RelativeTime } from "@/components/time";
import {
  counted,
  formatCompact,
  formatCount,
  formatDuration,
  NOTHING,
  shortId,
} from "@/model/format";
import { revealInvisible } from "@/model/untrusted_text";
import type { SortedBy } from "./sorting";
import "./session_table.css";

export function SessionHead({ sortedBy }: { sortedBy: SortedBy }) {
  return (
    <>
      <HeaderCell>
        <span className="visually-hidden">Expand</span>
      </HeaderCell>
      <HeaderCell {...sortedBy("session_id")}>Session</HeaderCell>
      <HeaderCell {...sortedBy("last_output")}>Last output</HeaderCell>
      <HeaderCell title="One mark per trace: models, tools, other code; a red cap where a span failed">
        Shape
      </HeaderCell>
      <HeaderCell {...sortedBy("end_time")}>Last active</HeaderCell>
      <HeaderCell className="right" title="First start to last end" {...sortedBy("duration_ms")}>
        Wall
      </HeaderCell>
      <HeaderCell
        className="right"
        title="Time in which at least one trace ran"
        {...sortedBy("active_ms")}
      >
        Busy
      </HeaderCell>
      <HeaderCell className="right" {...sortedBy("trace_count")}>
        Traces
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
      <HeaderCell className="spaced">User</HeaderCell>
      <HeaderCell className="wide">Tags</HeaderCell>
    </>
  );
}

interface SessionRowProps {
  project: string;
  session: Session;
  open: boolean;
  /** Expands or folds the session. */
  href: string;
  onToggle: () => void;
  properties: RowProperties;
}

export function SessionRow({
  project,
  session,
  open,
  href,
  onToggle,
  properties,
}: SessionRowProps) {
  const id = revealInvisible(session.session_id);
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || opensElsewhere(event)) return;
    // Whoever selects text to copy it does not want the row to open.
    if ((event.target as Element).closest("a, button") || window.getSelection()?.toString()) return;
    onToggle();
  };
  return (
    // Its role is among the properties; the grid's keys expand rows.
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: as above
    <div
      {...properties}
      aria-expanded={open}
      className={`table-row link session-columns ${open ? "session-open" : ""}`}
      onClick={onClick}
    >
      <Cell>
        <button
          type="button"
          className="twist"
          tabIndex={-1}
          aria-expanded={open}
          aria-label={`Traces of ${id}`}
          onClick={onToggle}
        >
          <Icon name="chevron" small />
        </button>
      </Cell>
      <Cell className="row gap-4">
        {session.running && <RunningDot />}
        <Anchor href={href} tabIndex={-1} className="session-id truncate" title={id}>
          {id}
        </Anchor>
        {open && <SessionScores project={project} sessionId={session.session_id} />}
        {session.hit ? (
          <Snippet hit={session.hit} />
        ) : (
          session.first_input && <Preview text={session.first_input} />
        )}
      </Cell>
      <Cell className="row">
        <Preview text={session.last_output} />
      </Cell>
      <Cell>
        <Shape project={project} session={session} />
      </Cell>
      <Cell>
        <RelativeTime time={session.end_time} className={session.running ? undefined : "t2"} />
      </Cell>
      <Cell className="num right">
        <Changing>{formatDuration(session.duration_ms)}</Changing>
      </Cell>
      <Cell className="num right t2">
        <Changing>{formatDuration(session.active_ms)}</Changing>
      </Cell>
      <Cell className="num right t2" title={counted(session.trace_count, "trace")}>
        <Changing>{formatCompact(session.trace_count)}</Changing>
      </Cell>
      <Cell className="num right t2" title={counted(session.span_count, "span")}>
        <Changing>{formatCompact(session.span_count)}</Changing>
      </Cell>
      <Errors
        count={session.error_count}
        title={`${counted(session.error_count, "span")} failed, in ${counted(session.error_trace_count, "trace")}`}
      />
      <Cell className="num right" title={tokensTooltip(session)}>
        <Tokens of={session} />
      </Cell>
      <Cell className="num right">
        <Cost cost={session.total_cost} unpriced={session.unpriced_calls} />
      </Cell>
      <Cell
        className="wide spaced t2 row gap-2"
        title={session.models.map(revealInvisible).join("\n") || undefined}
      >
        <FirstOf values={session.models} />
      </Cell>
      <Cell
        className="spaced t2 row gap-2"
        title={session.user_ids.map(revealInvisible).join("\n") || undefined}
      >
        <FirstOf values={session.user_ids} />
      </Cell>
      <Cell
        className="wide row gap-2 session-tags"
        title={session.tags.map(revealInvisible).join("\n") || undefined}
      >
        {session.tags.slice(0, 2).map((tag) => (
          <Tag key={tag}>{revealInvisible(tag)}</Tag>
        ))}
        {session.tags.length > 2 && <span className="t3">+{session.tags.length - 2}</span>}
      </Cell>
    </div>
  );
}

export function Preview({ text, failed = false }: { text: string | null; failed?: boolean }) {
  if (!text) return <span className="t3">{NOTHING}</span>;
  const shown = revealInvisible(text);
  return (
    <span className={`truncate ${failed ? "error" : "t2"}`} title={shown}>
      {shown}
    </span>
  );
}

export function Errors({ count, title }: { count: number; title?: string }) {
  return (
    <Cell
      className={`num right ${count > 0 ? "error medium" : "t3"}`}
      title={count > 0 ? title : undefined}
    >
      {count > 0 ? <Changing>{formatCount(count)}</Changing> : NOTHING}
    </Cell>
  );
}

/** The first of several, and how many more there are. */
export function FirstOf({ values }: { values: readonly string[] }): ReactNode {
  const [first, ...more] = values;
  if (first === undefined) return <span className="t3">{NOTHING}</span>;
  return (
    <>
      <span className="truncate">{revealInvisible(first)}</span>
      {more.length > 0 && <span className="t3">+{more.length}</span>}
    </>
  );
}

function SessionScores({ project, sessionId }: { project: string; sessionId: string }) {
  const { data } = useQuery(sessionScoresQuery(project, sessionId));
  return <ScoreChips scores={data?.own ?? []} most={2} placeOf={() => "this session"} />;
}

/** The first of the scores on a trace and its spans, asked for with those of the whole session. */
export function TraceScores({
  project,
  sessionId,
  traceId,
}: {
  project: string;
  sessionId: string;
  traceId: string;
}) {
  const { data } = useQuery(sessionScoresQuery(project, sessionId));
  const placeOf = (score: Score) =>
    score.span_id === null ? "this trace" : `span ${shortId(score.span_id)}`;
  const scores = data?.byTrace.get(traceId) ?? [];
  return <ScoreChips scores={scores} most={1} placeOf={placeOf} />;
}

function Shape({ project, session }: { project: string; session: Session }) {
  const { data } = useQuery(shapeQuery(project, session.session_id));
  if (!data) return null;
  return <SessionShape marks={data.marks} traceCount={data.trace_count} />;
}

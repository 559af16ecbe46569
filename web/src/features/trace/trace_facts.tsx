/** The facts of a trace in one line: when, how long, how much, which models, for whom. */
import { useState } from "react";
import type { Json, Score, TraceDetail } from "@/api/types";
import { Tokens, tokensTooltip } from "@/components/amount";
import { Fact, FactList } from "@/components/label";
import { ScoreChips } from "@/components/score_chips";
import {
  formatClock,
  formatCompact,
  formatCostSum,
  formatCount,
  formatDay,
  formatDuration,
  formatPercent,
  timeTooltip,
} from "@/model/format";
import { ownFirst } from "@/model/scores";
import { parseTime } from "@/model/time";
import { oneLine, revealInvisible } from "@/model/untrusted_text";
import { usePreference } from "@/state/preferences";
import type { TraceModel } from "./trace_data";
import type { TraceState } from "./trace_state";

/** Pairs of metadata shown before the rest is asked for. */
const METADATA_SHOWN = 2;

const SCORES_SHOWN = 12;

export function TraceFacts({ model, state }: { model: TraceModel; state: TraceState }) {
  const { trace } = model;
  const [zone] = usePreference("zone");
  const start = parseTime(trace.start_time);
  const [model_, ...otherModels] = trace.models;
  const cached =
    trace.cache_read_tokens && trace.input_tokens
      ? trace.cache_read_tokens / trace.input_tokens
      : 0;
  return (
    <div className="trace-facts">
      <FactList>
        <Fact label="started" title={timeTooltip(start)}>
          {formatClock(start, zone, 3)} <span className="t3">{formatDay(start, zone)}</span>
        </Fact>
        <Fact label="took" title={`${trace.duration_ms} ms`}>
          {formatDuration(trace.duration_ms)}
        </Fact>
        <Fact label="spans">{formatCount(trace.span_count)}</Fact>
        <Fact label="tokens" title={tokensTooltip(trace)}>
          <Tokens of={trace} />
          {cached > 0 && <span className="t3"> {formatPercent(cached)} cached</span>}
        </Fact>
        <Fact label="cost" title={costTooltip(trace)}>
          {formatCostSum(trace.total_cost, trace.unpriced_calls)}
        </Fact>
        {model_ !== undefined && (
          <Fact label="models" title={trace.models.map(revealInvisible).join("\n")}>
            {revealInvisible(model_)}
            {otherModels.length > 0 && <span className="t3"> +{otherModels.length}</span>}
          </Fact>
        )}
        {trace.user_id !== null && (
          <Fact label="user" title={revealInvisible(trace.user_id)}>
            <bdi className="fact-text">{revealInvisible(trace.user_id)}</bdi>
          </Fact>
        )}
        <Scores model={model} state={state} />
        <Metadata metadata={trace.metadata} />
      </FactList>
    </div>
  );
}

/** Scores on the trace first, then those on its spans, which lead there. */
function Scores({ model, state }: { model: TraceModel; state: TraceState }) {
  const { trace, tree } = model;
  if (trace.scores.length === 0) return null;
  const spanOf = (score: Score) =>
    score.span_id === null ? null : (tree.byId.get(score.span_id)?.span ?? null);
  const placeOf = (score: Score) => {
    if (score.span_id === null) return "this trace";
    return `span ${revealInvisible(spanOf(score)?.name ?? score.span_id)}`;
  };
  const hrefOf = (score: Score) => {
    const span = spanOf(score);
    return span === null ? null : state.spanHref(span.span_id);
  };
  return (
    <Fact label="scores">
      <ScoreChips
        scores={ownFirst(trace.scores)}
        most={SCORES_SHOWN}
        wrap
        placeOf={placeOf}
        hrefOf={hrefOf}
      />
    </Fact>
  );
}

function Metadata({ metadata }: { metadata: Record<string, Json> }) {
  const [all, setAll] = useState(false);
  const pairs = Object.entries(metadata);
  if (pairs.length === 0) return null;
  const shown = all ? pairs : pairs.slice(0, METADATA_SHOWN);
  const rest = pairs.length - METADATA_SHOWN;
  return (
    <Fact label="metadata">
      <span className="metadata">
        {shown.map(([key, value]) => (
          <span key={key}>
            <bdi className="t3">{revealInvisible(key)}</bdi>{" "}
            <bdi className="fact-text">
              {oneLine(typeof value === "string" ? value : JSON.stringify(value), 120)}
            </bdi>
          </span>
        ))}
        {rest > 0 && (
          <button
            type="button"
            className="t3 metadata-more"
            aria-expanded={all}
            onClick={() => setAll(!all)}
          >
            {all ? "less" : `+${rest}`}
          </button>
        )}
      </span>
    </Fact>
  );
}

function costTooltip(trace: TraceDetail): string | undefined {
  if (trace.unpriced_calls === 0) return undefined;
  const calls =
    trace.unpriced_calls === 1 ? "1 call has" : `${formatCompact(trace.unpriced_calls)} calls have`;
  return `${calls} no known price`;
}

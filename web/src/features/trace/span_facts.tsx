/** The facts of a span: when and how long, which model or tool, what it used. */
import type { SpanDetail, SpanSummary } from "@/api/types";
import { Cost, Tokens, tokensTooltip } from "@/components/amount";
import { Fact, FactList } from "@/components/label";
import { ScoreChips } from "@/components/score_chips";
import { formatCompact, formatDuration, formatOffset, timeTooltip } from "@/model/format";
import { millisecondsBetween } from "@/model/time";
import { revealInvisible } from "@/model/untrusted_text";
import type { Node, TraceModel } from "./trace_data";

interface SpanFactsProps {
  span: SpanSummary;
  detail: SpanDetail | undefined;
  model: TraceModel;
  node: Node;
}

const SCORES_SHOWN = 12;

export function SpanFacts({ span, detail, model, node }: SpanFactsProps) {
  // The trace carries them too, and is there first.
  const scores =
    detail?.scores ?? model.trace.scores.filter((score) => score.span_id === span.span_id);
  const used = (span.input_tokens ?? 0) + (span.output_tokens ?? 0) > 0;
  return (
    <div className="span-facts">
      <FactList>
        <Fact label="took" title={span.duration_ms === null ? undefined : `${span.duration_ms} ms`}>
          {span.duration_ms === null ? (
            <span className="ok">running</span>
          ) : (
            formatDuration(span.duration_ms)
          )}
        </Fact>
        <Fact label="at" title={timeTooltip(node.start)}>
          {formatOffset(millisecondsBetween(model.scale.start, node.start))}
        </Fact>
        {detail?.time_to_first_token_ms != null && (
          <Fact label="first token" title="Time from the start of the call to its first token">
            {formatDuration(detail.time_to_first_token_ms)}
          </Fact>
        )}
        <Fact label="type">{span.type}</Fact>
        {used && (
          <Fact label="tokens" title={tokensTooltip(span)}>
            <Tokens of={span} />
          </Fact>
        )}
        <Count label="cached" count={span.cache_read_tokens} />
        <Count label="written" count={span.cache_write_tokens} />
        <Count label="reasoning" count={span.reasoning_tokens} />
        {(used || span.total_cost !== null) && (
          <Fact label="cost" title={costTooltip(span, detail)}>
            <Cost cost={span.total_cost} />
            {span.cost_source === "computed" && <span className="t3"> computed</span>}
          </Fact>
        )}
        <Text label="model" text={span.model} title={requested(detail)} />
        <Text label="provider" text={span.provider} />
        <Text label="agent" text={span.agent_name} />
        {span.tool_name !== span.name && <Text label="tool" text={span.tool_name} />}
        {scores.length > 0 && (
          <Fact label="scores">
            <ScoreChips scores={scores} most={SCORES_SHOWN} wrap />
          </Fact>
        )}
        <Text label="scope" text={span.scope_name} title={detail?.scope.version || undefined} />
      </FactList>
    </div>
  );
}

function Count({ label, count }: { label: string; count: number | null }) {
  if (!count) return null;
  return <Fact label={label}>{formatCompact(count)}</Fact>;
}

function Text({ label, text, title }: { label: string; text: string | null; title?: string }) {
  if (text === null || text === "") return null;
  const shown = revealInvisible(text);
  return (
    <Fact label={label} title={title ?? shown}>
      <bdi className="fact-text">{shown}</bdi>
    </Fact>
  );
}

function requested(detail: SpanDetail | undefined): string | undefined {
  if (!detail?.request_model || detail.request_model === detail.model) return undefined;
  return `requested: ${revealInvisible(detail.request_model)}`;
}

function costTooltip(span: SpanSummary, detail: SpanDetail | undefined): string | undefined {
  if (span.total_cost === null) return "No price is known for this model";
  const from = {
    reported: "reported by the program",
    computed: `computed from prices of ${span.start_time.slice(0, "2026-01-01".length)}`,
  };
  const lines = [span.cost_source === null ? "" : from[span.cost_source]];
  if (detail?.input_cost != null) lines.push(`input $${detail.input_cost}`);
  if (detail?.output_cost != null) lines.push(`output $${detail.output_cost}`);
  return lines.filter(Boolean).join("\n") || undefined;
}

/** All tries of a call that was repeated after it failed, the shown one marked. */

import type { SpanSummary } from "@/api/types";
import { Anchor } from "@/components/anchor";
import { TypeIcon } from "@/components/icon";
import type { Attempt } from "@/model/attempts";
import { formatDuration } from "@/model/format";
import { oneLine } from "@/model/untrusted_text";

interface AttemptListProps {
  attempt: Attempt<SpanSummary>;
  spanHref: (spanId: string) => string;
}

export function AttemptList({ attempt, spanHref }: AttemptListProps) {
  return (
    <section className="payload" aria-label="Attempts">
      <div className="payload-head">
        <h3>Attempts</h3>
      </div>
      <ol>
        {attempt.of.map(({ spanId, span }, index) => (
          <li key={spanId}>
            <Anchor
              className="attempt"
              href={spanHref(spanId)}
              aria-current={index === attempt.number - 1 || undefined}
            >
              {span && <TypeIcon type={span.type} label={false} />}
              <span className="mono">{`#${index + 1}`}</span>
              <span className={`mono truncate grow ${span?.status === "error" ? "error" : "t2"}`}>
                <bdi>{outcome(span)}</bdi>
              </span>
              <span className="num t3">{formatDuration(span?.duration_ms ?? null)}</span>
            </Anchor>
          </li>
        ))}
      </ol>
    </section>
  );
}

function outcome(span: SpanSummary | null): string {
  if (span === null || span.end_time === null) return "running";
  if (span.status !== "error") return "succeeded";
  return oneLine(span.status_message ?? "") || "failed";
}

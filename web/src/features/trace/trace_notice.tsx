/** A line above the tree for what the address or the last answer promised and the view cannot keep. */
import { Icon } from "@/components/icon";
import { formatClock } from "@/model/format";
import { fromDate } from "@/model/time";
import { revealInvisible } from "@/model/untrusted_text";
import { usePreference } from "@/state/preferences";

interface TraceNoticeProps {
  /** The span that the address names and the tree does not hold. */
  missingSpanId: string | null;
  /** Whether the trace has spans that were not loaded. */
  partial: boolean;
  staleSince: number | null;
}

export function TraceNotice({ missingSpanId, partial, staleSince }: TraceNoticeProps) {
  if (missingSpanId === null && staleSince === null) return null;
  const where = partial ? "is not among the spans loaded so far" : "is not in this trace";
  return (
    <div className="trace-notice t2" role="status">
      <Icon name="warning" small className="warn" />
      {missingSpanId !== null && (
        <span>
          Span <span className="mono">{revealInvisible(missingSpanId).slice(0, 40)}</span> {where}.
        </span>
      )}
      {staleSince !== null && <StaleSince since={staleSince} />}
    </div>
  );
}

/** When what is shown was answered, if asking again has failed since. */
export function StaleSince({ since }: { since: number }) {
  const [zone] = usePreference("zone");
  const clock = formatClock(fromDate(new Date(since)), zone);
  return <span className="warn num">{`stale since ${clock}`}</span>;
}

/** What the reader must know before trusting the numbers of a span: not counted, repaired, cut loose. */
import type { SpanDetail, SpanSummary } from "@/api/types";
import { Anchor } from "@/components/anchor";
import { Icon } from "@/components/icon";
import { revealInvisible } from "@/model/untrusted_text";
import type { Node, TraceModel } from "./trace_data";
import type { TraceState } from "./trace_state";

interface SpanNoticesProps {
  span: SpanSummary;
  detail: SpanDetail | undefined;
  model: TraceModel;
  node: Node;
  state: TraceState;
  onOpen: (spanId: string) => void;
}

const MARKS: Record<string, string> = {
  start_outside_range: "The start lay outside 1971 to 2261; the time of receipt stands in for it.",
  end_outside_range: "The end lay outside 1971 to 2261; the start stands in for it.",
  log_events_cut:
    "More log records came for this span than are kept; the earliest 1,000 are shown.",
  end_before_start: "The end came before the start; the start stands in for it.",
};

export function SpanNotices({ span, detail, model, node, state, onOpen }: SpanNoticesProps) {
  const counter = span.usage_counted_by;
  const notices: React.ReactNode[] = [];
  if (counter !== null) {
    const name = model.tree.byId.get(counter)?.span?.name;
    notices.push(
      <>
        Tokens and cost are not counted here:{" "}
        <Anchor
          className="notice-link"
          href={state.spanHref(counter)}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(counter);
          }}
        >
          <bdi>{revealInvisible(name ?? counter)}</bdi>
        </Anchor>{" "}
        reports the same usage.
      </>,
    );
  }
  for (const mark of detail?.marks ?? [])
    notices.push(MARKS[mark] ?? `Repaired: ${mark.replaceAll("_", " ")}.`);
  if (node.cycleBroken)
    notices.push("Its parent is one of the spans below it; it is shown as a root.");
  if (span.parent_span_id && model.tree.byId.get(span.parent_span_id)?.span === null) {
    notices.push(
      <>
        Its parent <span className="mono">{revealInvisible(span.parent_span_id)}</span> has not been
        received.
      </>,
    );
  }
  if (notices.length === 0) return null;
  return (
    <ul className="notices">
      {notices.map((notice, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: notices have no other name
        <li key={index}>
          <Icon name="warning" small className="warn" />
          <span>{notice}</span>
        </li>
      ))}
    </ul>
  );
}

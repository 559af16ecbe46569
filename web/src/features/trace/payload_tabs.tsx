/** Input and output of a span; the output of a failure begins with what went wrong. */
import type { SpanDetail, SpanSummary } from "@/api/types";
import type { Attempt } from "@/model/attempts";
import { exceptionsOf } from "@/model/exceptions";
import { AttemptList } from "./attempt_list";
import { ExceptionBlock } from "./exception_block";
import { Payload } from "./payload";

export function InputTab({ detail }: { detail: SpanDetail }) {
  if (detail.input === null) {
    return (
      <p className="t3">No input was recorded. What the span carries stands under Attributes.</p>
    );
  }
  const label = detail.type === "tool" ? "Arguments" : "Input";
  return <Payload label={label} source={detail.input_key} value={detail.input} />;
}

interface OutputTabProps {
  detail: SpanDetail;
  /** Which try of a repeated call the span is. */
  attempt: Attempt<SpanSummary> | undefined;
  spanHref: (spanId: string) => string;
}

export function OutputTab({ detail, attempt, spanHref }: OutputTabProps) {
  const exceptions = exceptionsOf(detail);
  const running = detail.end_time === null;
  return (
    <>
      {exceptions.map((exception, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: exceptions have no other name
        <ExceptionBlock key={index} exception={exception} caught={detail.status === "ok"} />
      ))}
      {attempt && <AttemptList attempt={attempt} spanHref={spanHref} />}
      {detail.output !== null && (
        <Payload
          label={detail.type === "tool" ? "Result" : "Output"}
          source={detail.output_key}
          value={detail.output}
        />
      )}
      {detail.output === null && exceptions.length === 0 && (
        <p className="t3">
          {running
            ? "Still running: the output comes with the end of the span."
            : "No output was recorded."}
        </p>
      )}
      {detail.output === null && exceptions.length > 0 && detail.input !== null && (
        <Payload
          label={detail.type === "tool" ? "Arguments" : "Input"}
          source={detail.input_key}
          value={detail.input}
        />
      )}
    </>
  );
}

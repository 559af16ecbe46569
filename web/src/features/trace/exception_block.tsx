/** What went wrong: type, message and stack, as the program recorded them. */
import { CopyButton } from "@/components/copy_button";
import { LongText } from "@/components/long_text";
import type { SpanException } from "@/model/exceptions";
import { revealInvisible } from "@/model/untrusted_text";

interface ExceptionBlockProps {
  exception: SpanException;
  /** The span itself did not fail. */
  caught: boolean;
}

export function ExceptionBlock({ exception, caught }: ExceptionBlockProps) {
  const { type, message, stack } = exception;
  return (
    <div className="exception" role="note">
      <div className="row gap-4">
        <b className="error grow truncate">
          <bdi>{revealInvisible(type ?? "The span failed")}</bdi>
        </b>
        {caught && <span className="t3">caught, the span did not fail</span>}
        <CopyButton
          text={[type, message, stack].filter(Boolean).join("\n")}
          label="Copy the exception"
          iconOnly
        />
      </div>
      {message === null && stack === null && <p className="t2">No message was recorded.</p>}
      {message !== null && <LongText text={message} look="mono" limit={4096} />}
      {stack !== null && <LongText text={stack} look="mono" className="exception-stack" />}
    </div>
  );
}

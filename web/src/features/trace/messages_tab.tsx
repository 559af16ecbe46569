/** What a model call was told and what it answered, message by message. */
import { useMemo, useState } from "react";
import type { SpanDetail } from "@/api/types";
import { formatCount } from "@/model/format";
import { isInstruction, toolNames } from "@/model/messages";
import { CallContext } from "./call_context";
import { Fold } from "./fold";
import { MessageView } from "./message_view";

/** Of a longer history the last messages show; each click brings as many of the earlier ones. */
const PORTION = 30;

export function MessagesTab({ detail }: { detail: SpanDetail }) {
  const { input, output } = detail.messages;
  const names = useMemo(() => toolNames([...input, ...output]), [input, output]);
  const [shown, setShown] = useState(PORTION);
  if (input.length + output.length === 0) {
    return (
      <>
        <CallContext detail={detail} />
        <p className="t3">
          No messages were recorded. Input, Output and Attributes show what was sent.
        </p>
      </>
    );
  }
  const instructions = input.findIndex((message) => !isInstruction(message));
  const first = instructions === -1 ? input.length : instructions;
  const hidden = Math.max(0, input.length - first - shown);
  return (
    <>
      <p className="messages-count t2">
        <b className="num">{formatCount(input.length)}</b> in,{" "}
        <b className="num">{formatCount(output.length)}</b> out
      </p>
      {input.slice(0, first).map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place in the list
        <MessageView key={index} message={message} toolNames={names} />
      ))}
      <CallContext detail={detail} />
      {hidden > 0 && (
        <Fold
          open={false}
          onToggle={() => setShown(shown + PORTION)}
          label={`${formatCount(hidden)} earlier messages`}
          note={hidden > PORTION ? `show ${PORTION} of them` : "show"}
        />
      )}
      <div className="messages">
        {input.slice(first + hidden).map((message, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place in the list
          <MessageView key={first + hidden + index} message={message} toolNames={names} />
        ))}
      </div>
      {output.length > 0 && (
        <section aria-label="Output">
          <h3 className="messages-output">Output</h3>
          <div className="messages">
            {output.map((message, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place in the list
              <MessageView key={index} message={message} toolNames={names} />
            ))}
          </div>
        </section>
      )}
    </>
  );
}

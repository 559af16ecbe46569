/** One message: its role at the left, its parts at the right; instructions are folded. */
import { useState } from "react";
import { CopyButton } from "@/components/copy_button";
import { formatBytes } from "@/model/format";
import { isInstruction, type Message, messagePreview, messageText } from "@/model/messages";
import { byteLength, revealInvisible } from "@/model/untrusted_text";
import { Fold } from "./fold";
import { MessagePart } from "./message_part";

interface MessageViewProps {
  message: Message;
  /** Names of the called tools by call id. */
  toolNames: ReadonlyMap<string, string>;
}

export function MessageView({ message, toolNames }: MessageViewProps) {
  const instruction = isInstruction(message);
  const [open, setOpen] = useState(false);
  const role = revealInvisible(message.role) || "no role";
  if (instruction) {
    return (
      <div className="instruction">
        <Fold
          open={open}
          onToggle={() => setOpen(!open)}
          label={role}
          preview={messagePreview(message)}
          note={formatBytes(byteLength(messageText(message)))}
        />
        {open && (
          <div className="instruction-body">
            <Parts message={message} toolNames={toolNames} />
          </div>
        )}
      </div>
    );
  }
  const tool = message.parts
    .map((part) =>
      part.type === "tool_result" && part.id !== null ? toolNames.get(part.id) : undefined,
    )
    .find(Boolean);
  return (
    <div className="message">
      <div className="message-role">
        <bdi>{role}</bdi>
        {tool !== undefined && (
          <small className="mono truncate" title={revealInvisible(tool)}>
            <bdi>{revealInvisible(tool)}</bdi>
          </small>
        )}
      </div>
      <div className="message-parts">
        <Parts message={message} toolNames={toolNames} />
      </div>
      <span className="message-copy">
        <CopyButton text={() => messageText(message)} label="Copy message" iconOnly />
      </span>
    </div>
  );
}

function Parts({ message, toolNames }: MessageViewProps) {
  if (message.parts.length === 0) return <p className="t3">Without content.</p>;
  return message.parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the message
    <MessagePart key={index} part={part} role={message.role} toolNames={toolNames} />
  ));
}

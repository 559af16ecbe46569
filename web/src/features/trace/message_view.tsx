/** One message: its role at the left, its parts at the right; instructions are folded. */
import { useState } from "react";
import { CopyButton } from "@/components/copy_button";
import { formatBytes } from "@/model/format";
import { isInstruction, type Message, messagePreview, messageText } from "@/model/messages";
import { byteLength, revealInvisible } from "@/model/untrusted_text";
import { Fold } from "./fold";
import { ExtraFields, MessageParts } from "./message_part";

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
    .map((part) => {
      if (part.type !== "tool_result" || message.role !== "tool") return undefined;
      return part.name ?? (part.id === null ? undefined : toolNames.get(part.id));
    })
    .find(Boolean);
  const notes = [message.name, tool === message.name ? undefined : tool, message.finish_reason];
  return (
    <div className="message">
      <div className="message-role">
        <bdi>{role}</bdi>
        {notes.map(
          (note) =>
            note && (
              <small key={note} className="mono truncate" title={revealInvisible(note)}>
                <bdi>{revealInvisible(note)}</bdi>
              </small>
            ),
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
  return (
    <>
      {message.parts.length === 0 && <p className="t3">Without content.</p>}
      <MessageParts parts={message.parts} role={message.role} toolNames={toolNames} />
      <ExtraFields extra={message.extra} />
    </>
  );
}

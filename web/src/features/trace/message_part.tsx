/** The parts of a message, each as what it is: text as text, calls with their arguments, results. */
import { Fragment, useMemo, useState } from "react";
import type { Json } from "@/api/types";
import { Icon, TypeIcon } from "@/components/icon";
import { LongText } from "@/components/long_text";
import { formatBytes } from "@/model/format";
import { type Extra, extraNames, type Part, parsedContainer } from "@/model/messages";
import { byteLength, oneLine, revealInvisible } from "@/model/untrusted_text";
import { AudioPart, FilePart, ImagePart } from "./media_part";
import { Value } from "./payload";

interface MessagePartsProps {
  parts: readonly Part[];
  role: string;
  /** Names of the called tools by call id. */
  toolNames: ReadonlyMap<string, string>;
}

interface MessagePartProps {
  part: Part;
  role: string;
  toolNames: ReadonlyMap<string, string>;
}

export function MessageParts({ parts, role, toolNames }: MessagePartsProps) {
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the message
    <Fragment key={index}>
      <MessagePart part={part} role={role} toolNames={toolNames} />
      <ExtraFields extra={part.extra} />
    </Fragment>
  ));
}

function MessagePart({ part, role, toolNames }: MessagePartProps) {
  switch (part.type) {
    case "text":
      return <TextPart text={part.text} role={role} />;
    case "reasoning":
      return <ReasoningPart text={part.text} />;
    case "tool_call":
      return (
        <div className="part">
          <div className="row gap-3 part-tool">
            <TypeIcon type="tool" />
            <span className="mono medium truncate" title={part.id ?? undefined}>
              <bdi>{revealInvisible(part.name ?? "a tool without a name")}</bdi>
            </span>
          </div>
          <Value value={part.arguments as Json} label={`Arguments of ${part.name ?? "the call"}`} />
        </div>
      );
    case "tool_result":
      return <ResultPart part={part} role={role} toolNames={toolNames} />;
    case "image":
      return <ImagePart part={part} />;
    case "audio":
      return <AudioPart part={part} />;
    case "file":
      return (
        <FilePart part={part}>
          {part.parts && <MessageParts parts={part.parts} role={role} toolNames={toolNames} />}
        </FilePart>
      );
    case "refusal":
      return <RefusalPart text={part.text} />;
    case "json":
      return (
        <div className="part">
          <Value value={part.value as Json} label="Structured output" />
        </div>
      );
    case "truncated":
      return <TruncatedPart text={part.text} />;
    case "other":
      return (
        <div className="part">
          <Value value={part.value as Json} label="Part of another kind" />
        </div>
      );
  }
}

interface ResultPartProps extends MessagePartProps {
  part: Extract<Part, { type: "tool_result" }>;
}

/** What a tool answered: one value, or the parts that it came in. */
function ResultPart({ part, role, toolNames }: ResultPartProps) {
  const tool = part.name ?? (part.id === null ? undefined : toolNames.get(part.id));
  return (
    <div className="part">
      {(part.error || role !== "tool") && (
        <div className="row gap-3 part-tool t2">
          <TypeIcon type="tool" />
          <span className="truncate">
            {part.error ? "Error of " : "Result of "}
            <bdi className="mono">{revealInvisible(tool ?? "the call")}</bdi>
          </span>
        </div>
      )}
      {part.parts ? (
        <MessageParts parts={part.parts} role={role} toolNames={toolNames} />
      ) : (
        <Value value={part.result as Json} label={`Result of ${tool ?? "the call"}`} />
      )}
    </div>
  );
}

/** Tools answer in JSON; what people and models say stays text, also when it looks like JSON. */
function TextPart({ text, role }: { text: string; role: string }) {
  const isJson = useMemo(() => role === "tool" && parsedContainer(text) !== null, [text, role]);
  if (isJson) return <Value value={text} label="Result" />;
  return <LongText text={text} look={role === "tool" ? "mono" : "read"} className="part" />;
}

function ReasoningPart({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  if (text === "") {
    return (
      <div className="part row gap-3 t3">
        <TypeIcon type="llm" label={false} />
        <span>Reasoning, which the provider does not show</span>
      </div>
    );
  }
  return (
    <div className="part">
      <button
        type="button"
        className="reasoning"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="chevron" small />
        <TypeIcon type="llm" label={false} />
        <span className="t2">Reasoning</span>
        <span className="t3 truncate grow">{!open && <bdi>{oneLine(text)}</bdi>}</span>
        <span className="t3 num">{formatBytes(byteLength(text))}</span>
      </button>
      {open && <LongText text={text} look="read" className="reasoning-text t2" />}
    </div>
  );
}

/** A refusal is an answer, and told apart from one. */
function RefusalPart({ text }: { text: string }) {
  return (
    <div className="part">
      <div className="row gap-3 part-tool t2">
        <Icon name="guardrail" />
        <span>Refused</span>
      </div>
      <LongText text={text} look="read" />
    </div>
  );
}

/** Where a size limit cut the message off, with the end of it that could not be read. */
function TruncatedPart({ text }: { text: string }) {
  return (
    <div className="part">
      <div className="row gap-3 part-tool t2">
        <Icon name="warning" />
        <span>Cut off here: a size limit of the client kept the rest.</span>
      </div>
      {text !== "" && <LongText text={text} look="mono" />}
    </div>
  );
}

/** What else came with a part or a message, by its names; as JSON when asked for. */
export function ExtraFields({ extra }: { extra: Extra | undefined }) {
  const [open, setOpen] = useState(false);
  const names = extraNames(extra);
  if (names.length === 0) return null;
  return (
    <div className="part-extra">
      <button
        type="button"
        className="reasoning t3"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="chevron" small />
        <span className="truncate">
          with <bdi className="mono">{oneLine(names.join(", "))}</bdi>
        </span>
      </button>
      {open && <Value value={extra as Json} label="What else came" />}
    </div>
  );
}

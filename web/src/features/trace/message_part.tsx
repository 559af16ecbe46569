/** One part of a message: text as text, tool calls with their arguments, results, reasoning, images. */
import { useMemo, useState } from "react";
import type { Json } from "@/api/types";
import { Icon, TypeIcon } from "@/components/icon";
import { LongText } from "@/components/long_text";
import { formatBytes } from "@/model/format";
import { imageSource } from "@/model/image_source";
import { type Part, parsedContainer } from "@/model/messages";
import { byteLength, oneLine, revealInvisible } from "@/model/untrusted_text";
import { Value } from "./payload";

interface MessagePartProps {
  part: Part;
  role: string;
  toolNames: ReadonlyMap<string, string>;
}

export function MessagePart({ part, role, toolNames }: MessagePartProps) {
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
      return (
        <div className="part">
          <Value
            value={part.result as Json}
            label={`Result of ${(part.id !== null && toolNames.get(part.id)) || "the call"}`}
          />
        </div>
      );
    case "image":
      return <ImagePart part={part} />;
    case "other":
      return (
        <div className="part">
          <Value value={part.value as Json} label="Part of another kind" />
        </div>
      );
  }
}

/** Tools answer in JSON; what people and models say stays text, also when it looks like JSON. */
function TextPart({ text, role }: { text: string; role: string }) {
  const isJson = useMemo(() => role === "tool" && parsedContainer(text) !== null, [text, role]);
  if (isJson) return <Value value={text} label="Result" />;
  return <LongText text={text} look={role === "tool" ? "mono" : "read"} className="part" />;
}

function ReasoningPart({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
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

function ImagePart({ part }: { part: Extract<Part, { type: "image" }> }) {
  const source = useMemo(() => imageSource(part), [part]);
  const [size, setSize] = useState<string>();
  if (source.kind === "withheld") {
    return (
      <div className="part row gap-3 t3">
        <Icon name="image" />
        <span>{`image not loaded · ${revealInvisible(source.reason)}`}</span>
      </div>
    );
  }
  return (
    <figure className="part image-part">
      <img
        src={source.address}
        alt={`From the span, ${source.mediaType}`}
        onLoad={(event) => {
          const { naturalWidth, naturalHeight } = event.currentTarget;
          setSize(`${naturalWidth} × ${naturalHeight}`);
        }}
      />
      <figcaption className="t3 mono">
        {[source.mediaType, formatBytes(source.bytes), size].filter(Boolean).join(" · ")}
      </figcaption>
    </figure>
  );
}

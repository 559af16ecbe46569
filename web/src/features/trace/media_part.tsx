/** Images, sounds and files of a message, from bytes in the span alone; nothing is ever fetched. */
import { type ReactNode, useMemo, useState } from "react";
import { Icon, type IconName } from "@/components/icon";
import { LongText } from "@/components/long_text";
import { audioSource } from "@/model/audio_source";
import { formatBytes } from "@/model/format";
import { imageSource } from "@/model/image_source";
import { byteCount, hostOf, inlineData, plainBase64 } from "@/model/inline_data";
import type { Media } from "@/model/messages";
import { byteLength, oneLine, revealInvisible } from "@/model/untrusted_text";

interface MediaPartProps {
  part: Media;
}

/** One line for what is not shown: what it is, and why or from where. */
function Line({ icon, facts }: { icon: IconName; facts: readonly (string | undefined)[] }) {
  return (
    <div className="row gap-3 t3">
      <Icon name={icon} />
      <span className="truncate">
        <bdi>
          {facts
            .filter((fact) => fact !== undefined && fact !== "")
            .map((fact) => revealInvisible(fact ?? ""))
            .join(" · ")}
        </bdi>
      </span>
    </div>
  );
}

/** What names a file beside its bytes. */
function named(part: Media): readonly (string | undefined)[] {
  return [
    part.name && oneLine(part.name, 120),
    part.file_id && `in the provider's store as ${oneLine(part.file_id, 80)}`,
  ];
}

export function ImagePart({ part }: MediaPartProps) {
  const source = useMemo(() => imageSource(part), [part]);
  const [size, setSize] = useState<string>();
  if (source.kind === "withheld") {
    return (
      <div className="part">
        <Line icon="image" facts={["image not loaded", source.reason, ...named(part)]} />
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

/** A sound with a player, and what was said in it where the span tells. */
export function AudioPart({ part }: MediaPartProps) {
  const source = useMemo(() => audioSource(part), [part]);
  return (
    <div className="part">
      {source.kind === "withheld" ? (
        <Line icon="audio" facts={["audio not loaded", source.reason, ...named(part)]} />
      ) : (
        <figure className="image-part">
          {/* biome-ignore lint/a11y/useMediaCaption: what was said stands below where it is known */}
          <audio controls preload="metadata" src={source.address} />
          <figcaption className="t3 mono">
            {[source.mediaType, formatBytes(source.bytes)].join(" · ")}
          </figcaption>
        </figure>
      )}
      {part.transcript && <LongText text={part.transcript} look="read" />}
    </div>
  );
}

interface FilePartProps extends MediaPartProps {
  /** The parts of a document that came as such. */
  children: ReactNode;
}

/** A file by its name, type and size; a document that came as text is read in place. */
export function FilePart({ part, children }: FilePartProps) {
  const size = useMemo(() => sizeOf(part), [part]);
  const elsewhere = part.url !== null && inlineData(part) === null;
  return (
    <div className="part">
      <Line
        icon="file"
        facts={[
          "file",
          ...named(part),
          part.media_type ?? undefined,
          size === null ? undefined : formatBytes(size),
          elsewhere ? `not loaded from ${hostOf(part.url ?? "")}` : undefined,
        ]}
      />
      {part.text !== undefined && <LongText text={part.text} look="mono" />}
      {children}
    </div>
  );
}

function sizeOf(part: Media): number | null {
  if (part.text !== undefined) return byteLength(part.text);
  const base64 = plainBase64(inlineData(part)?.base64 ?? "");
  return base64 === null ? null : byteCount(base64);
}

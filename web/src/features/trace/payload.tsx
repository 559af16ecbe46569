/** A value of a span with its name above it: JSON in the viewer, text as text. */
import { useMemo } from "react";
import type { Json } from "@/api/types";
import { CopyButton } from "@/components/copy_button";
import { JsonViewer } from "@/components/json_viewer";
import { LongText } from "@/components/long_text";
import { copyText } from "@/model/json_lines";
import { parsedContainer } from "@/model/messages";
import { revealInvisible } from "@/model/untrusted_text";

interface PayloadProps {
  label: string;
  /** The attribute that the value came from. */
  source?: string | null;
  value: Json;
}

export function Payload({ label, source, value }: PayloadProps) {
  return (
    <section className="payload" aria-label={label}>
      <div className="payload-head">
        <h3>{label}</h3>
        {source && (
          <span
            className="mono t3 truncate"
            title={`From the attribute ${revealInvisible(source)}`}
          >
            {revealInvisible(source)}
          </span>
        )}
        <span className="grow" />
        <CopyButton text={() => copyText(value)} label="Copy" />
      </div>
      <Value value={value} label={label} />
    </section>
  );
}

/** Objects and arrays, also those inside a string, as JSON; a string that is none as its text. */
export function Value({ value, label }: { value: Json; label: string }) {
  const shown = useMemo(
    () => (typeof value === "string" ? (parsedContainer(value) ?? value) : value),
    [value],
  );
  if (typeof shown !== "string") return <JsonViewer value={shown} label={label} />;
  if (shown === "") return <p className="t3">The text is empty.</p>;
  return (
    <div className="payload-text">
      <LongText text={shown} look="mono" />
    </div>
  );
}

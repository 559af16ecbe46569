/** Everything that was sent with a span: its attributes, tags, links, resource and scope. */
import { useState } from "react";
import type { Json, SpanDetail } from "@/api/types";
import { Anchor } from "@/components/anchor";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy_button";
import { Tag } from "@/components/label";
import { LongText } from "@/components/long_text";
import { counted, formatCount, shortId } from "@/model/format";
import { copyText } from "@/model/json_lines";
import { revealInvisible } from "@/model/untrusted_text";
import { useUrl } from "@/state/navigation";

/** A span may carry thousands of attributes; more than these are shown when asked for. */
const SHOWN_AT_FIRST = 200;

export function AttributesTab({ detail }: { detail: SpanDetail }) {
  const { scope } = detail;
  return (
    <>
      {detail.tags.length > 0 && (
        <section className="payload" aria-label="Tags">
          <div className="payload-head">
            <h3>Tags</h3>
          </div>
          <div className="row gap-2 wrap">
            {detail.tags.map((tag) => (
              <Tag key={tag}>{revealInvisible(tag)}</Tag>
            ))}
          </div>
        </section>
      )}
      <AttributeList label="Attributes" attributes={detail.attributes} always />
      <AttributeList label="Metadata" attributes={detail.metadata} />
      <Links detail={detail} />
      <AttributeList label="Resource" attributes={detail.resource} />
      <AttributeList
        label="Scope"
        attributes={{ name: scope.name, version: scope.version, ...scope.attributes }}
      />
    </>
  );
}

interface AttributeListProps {
  label: string;
  attributes: Record<string, Json>;
  /** Says so where there are none. */
  always?: boolean;
}

export function AttributeList({ label, attributes, always = false }: AttributeListProps) {
  const [all, setAll] = useState(false);
  const entries = Object.entries(attributes);
  if (entries.length === 0 && !always) return null;
  const shown = all ? entries : entries.slice(0, SHOWN_AT_FIRST);
  return (
    <section className="payload" aria-label={label}>
      <div className="payload-head">
        <h3>{label}</h3>
        <span className="t3 num">{formatCount(entries.length)}</span>
        <span className="grow" />
        {entries.length > 0 && <CopyButton text={() => copyText(attributes)} label="Copy" />}
      </div>
      {entries.length === 0 && <p className="t3">None.</p>}
      <dl className="attributes">
        {shown.map(([key, value]) => (
          <div key={key} className="attribute">
            <dt>
              <bdi>{revealInvisible(key)}</bdi>
            </dt>
            <dd>
              <LongText text={attributeText(value)} look="mono" limit={700} />
              <span className="attribute-copy">
                <CopyButton
                  text={() => copyText(value)}
                  label={`Copy ${revealInvisible(key)}`}
                  iconOnly
                />
              </span>
            </dd>
          </div>
        ))}
      </dl>
      {shown.length < entries.length && (
        <Button small tone="line" onClick={() => setAll(true)}>
          {`Show ${counted(entries.length - shown.length, "more attribute")}`}
        </Button>
      )}
    </section>
  );
}

function Links({ detail }: { detail: SpanDetail }) {
  const url = useUrl();
  if (detail.links.length === 0) return null;
  return (
    <section className="payload" aria-label="Links">
      <div className="payload-head">
        <h3>Links</h3>
        <span className="t3 num">{formatCount(detail.links.length)}</span>
      </div>
      {detail.links.map((link) => (
        <div key={`${link.trace_id} ${link.span_id}`} className="row gap-4">
          <Anchor
            className="notice-link mono"
            href={url.traceHref(link.trace_id, new URLSearchParams({ span: link.span_id }))}
          >
            {`trace ${shortId(revealInvisible(link.trace_id))} span ${shortId(revealInvisible(link.span_id))}`}
          </Anchor>
          <span className="t3 mono truncate">
            {revealInvisible(JSON.stringify(link.attributes))}
          </span>
        </div>
      ))}
    </section>
  );
}

function attributeText(value: Json): string {
  return revealInvisible(typeof value === "string" ? value : JSON.stringify(value));
}

/** The span as the REST interface answers it. */
import { useMemo } from "react";
import { apiPath, apiUrl } from "@/api/client";
import type { Json, SpanDetail } from "@/api/types";
import { buttonClass } from "@/components/button";
import { CopyButton } from "@/components/copy_button";
import { Icon } from "@/components/icon";
import { JsonViewer } from "@/components/json_viewer";
import { useUrl } from "@/state/navigation";

export function RawTab({ detail }: { detail: SpanDetail }) {
  const { project } = useUrl();
  // It came as JSON: the types are ours, the value is what was parsed.
  const value = useMemo(() => detail as unknown as Json, [detail]);
  const path = apiPath(`/traces/${detail.trace_id}/spans/${detail.span_id}`, { project });
  return (
    <section className="payload" aria-label="Raw">
      <div className="payload-head">
        <span className="mono t3 truncate" title={path}>{`GET ${path}`}</span>
        <span className="grow" />
        <a
          className={buttonClass({ small: true })}
          href={apiUrl(path)}
          target="_blank"
          rel="noreferrer"
        >
          <Icon name="external" />
          Open
        </a>
        <CopyButton text={() => JSON.stringify(value, null, 2)} label="Copy" />
      </div>
      <JsonViewer value={value} label="The span as JSON" />
    </section>
  );
}

/** The head of a trace: what it is called, whose it is, and what it took in total. */
import { Anchor } from "@/components/anchor";
import { Button, buttonClass, IconButton } from "@/components/button";
import { CopyButton } from "@/components/copy_button";
import { Icon } from "@/components/icon";
import { Badge, Kbd, RunningDot, Tag } from "@/components/label";
import { Skeleton } from "@/components/skeleton";
import { counted, shortId } from "@/model/format";
import { revealInvisible } from "@/model/untrusted_text";
import type { TraceModel } from "./trace_data";
import { TraceFacts } from "./trace_facts";
import type { Placement, TraceState } from "./trace_state";

/** What a list beside adds: its neighbours, and the way back to it alone. */
export interface TraceHeadControls {
  previousHref?: string | null;
  nextHref?: string | null;
  onClose?: () => void;
}

interface TraceHeadProps extends TraceHeadControls {
  /** Null while it loads, and where it could not be. */
  model: TraceModel | null;
  loading?: boolean;
  traceId: string;
  state: TraceState;
  placement: Placement;
  onNextError?: () => void;
}

export function TraceHead({
  model,
  loading = false,
  traceId,
  state,
  placement,
  onNextError,
  ...controls
}: TraceHeadProps) {
  const trace = model?.trace;
  const Title = placement === "page" ? "h1" : "h2";
  return (
    <div className="trace-head">
      <div className="row gap-3">
        <div className="row gap-3 grow">
          {placement === "page" && (
            <>
              <Anchor className="crumb" href={state.tracesHref}>
                Traces
              </Anchor>
              <Icon name="chevron" small className="t3" />
            </>
          )}
          <Title
            className="trace-title mono truncate"
            title={trace ? revealInvisible(trace.name) : undefined}
          >
            {trace ? (
              revealInvisible(trace.name) || "unnamed"
            ) : loading ? (
              <Skeleton width={120} />
            ) : (
              "Trace"
            )}
          </Title>
          <span className="mono t3" title={traceId}>
            {shortId(revealInvisible(traceId))}
          </span>
          <CopyButton text={traceId} label="Copy trace id" iconOnly />
          {model && <SessionBadge model={model} state={state} />}
          {trace?.running && (
            <Badge tone="ok" title="A span has no end yet">
              <span className="row gap-2">
                <RunningDot />
                running
              </span>
            </Badge>
          )}
          <span className="row gap-2 trace-tags">
            {trace?.tags.map((tag) => (
              <Tag key={tag}>{revealInvisible(tag)}</Tag>
            ))}
          </span>
        </div>
        {trace !== undefined && trace.error_count > 0 && (
          <Button
            small
            tone="line"
            className="error"
            title="Go to the next span that failed"
            onClick={onNextError}
          >
            <span className="num">{counted(trace.error_count, "error")}</span>
            <span className="t3">next</span>
            <Kbd>e</Kbd>
          </Button>
        )}
        <HeadButtons traceId={traceId} state={state} placement={placement} {...controls} />
      </div>
      {model && <TraceFacts model={model} state={state} />}
      {loading && (
        <div className="facts trace-facts" aria-hidden="true">
          <Skeleton width="46%" style={{ margin: "5px 0 4px" }} />
        </div>
      )}
    </div>
  );
}

function HeadButtons({
  traceId,
  state,
  placement,
  previousHref,
  nextHref,
  onClose,
}: TraceHeadControls & Pick<TraceHeadProps, "traceId" | "state" | "placement">) {
  const step = (href: string | null | undefined, icon: "up" | "down", label: string) =>
    href ? (
      <Anchor
        className={buttonClass({ small: true, icon: true })}
        href={href}
        aria-label={label}
        title={label}
        replace
      >
        <Icon name={icon} />
      </Anchor>
    ) : null;
  return (
    <>
      {placement === "panel" && (
        <Anchor
          className={buttonClass({ small: true, icon: true })}
          href={state.pageHref(traceId)}
          aria-label="Open as page"
          title="Open as page"
        >
          <Icon name="full" />
        </Anchor>
      )}
      {(previousHref || nextHref) && <span className="rule" />}
      {step(previousHref, "up", "Previous trace")}
      {step(nextHref, "down", "Next trace")}
      {onClose && <IconButton icon="close" label="Close panel" small onClick={onClose} />}
    </>
  );
}

function SessionBadge({ model, state }: { model: TraceModel; state: TraceState }) {
  const { trace, tree } = model;
  if (trace.session_id === null) return null;
  const session = revealInvisible(trace.session_id);
  const { provenance } = trace;
  const by = provenance ? tree.byId.get(provenance.span_id)?.span?.name : undefined;
  const why = provenance
    ? [
        `Grouped by ${provenance.key} on ${revealInvisible(by ?? provenance.span_id)}.`,
        provenance.conflict ? "Other spans of this trace name another session." : "",
      ].join("\n")
    : "";
  return (
    <Anchor
      className="badge session-badge"
      href={state.sessionHref(trace.session_id)}
      title={`Session ${session}\n${why}`.trim()}
      aria-label={`Session ${session}`}
    >
      <Icon name="link" small />
      <bdi className="truncate">{session}</bdi>
      {provenance?.conflict && (
        <span className="warn row" title="Other spans of this trace name another session.">
          <Icon name="warning" small />
        </span>
      )}
    </Anchor>
  );
}

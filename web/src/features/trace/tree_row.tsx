/** One row of the span tree: guides, type, name, what it took and used, and its bar on the scale. */
import { memo } from "react";
import type { SpanSummary } from "@/api/types";
import { Tokens } from "@/components/amount";
import { opensElsewhere } from "@/components/anchor";
import { Icon, TypeIcon } from "@/components/icon";
import { Badge } from "@/components/label";
import { counted, formatCompact, formatCost, formatDuration, shortId } from "@/model/format";
import { extentOf } from "@/model/time_scale";
import type { TreeRow as Row } from "@/model/tree_rows";
import { revealInvisible } from "@/model/untrusted_text";
import { heatOf } from "@/model/usage";
import type { Node, TraceModel } from "./trace_data";

interface TreeRowProps {
  row: Row<SpanSummary>;
  model: TraceModel;
  /** Distance from the top of all rows, in px. */
  top: number;
  shown: boolean;
  cursor: boolean;
  href: string;
  onOpen: (spanId: string) => void;
  onFold: (spanId: string, folded: boolean) => void;
}

/** Short durations step back, so that the long ones are found. */
const SHORT_MS = 100;

export function treeRowId(spanId: string): string {
  return `span-${spanId}`;
}

export const TreeRow = memo(function TreeRow({
  row,
  model,
  top,
  shown,
  cursor,
  href,
  onOpen,
  onFold,
}: TreeRowProps) {
  const { node } = row;
  const { span } = node;
  const classes = ["tree-row", "tree-item"];
  if (shown) classes.push("tree-row-shown");
  if (cursor) classes.push("tree-row-cursor");
  if (row.onErrorPath) classes.push("tree-row-error");
  if (!row.matches) classes.push("tree-row-context");
  return (
    <div
      id={treeRowId(node.spanId)}
      className={classes.join(" ")}
      style={{ transform: `translateY(${top}px)` }}
      role="treeitem"
      tabIndex={-1}
      aria-level={node.depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.foldable ? !row.folded : undefined}
      aria-selected={shown}
      aria-label={rowLabel(row)}
      onDoubleClick={() => row.foldable && onFold(node.spanId, !row.folded)}
    >
      <span className="tree-name">
        {row.guidesCut > 0 && (
          <span className="tree-depth num" title={`${node.depth} levels deep`}>
            {node.depth}
          </span>
        )}
        {row.guides.map((guide, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a guide is its place
          <i key={at} className={`guide guide-${guide}`} />
        ))}
        {span === null ? (
          <MissingParent spanId={node.spanId} />
        ) : (
          <>
            {/* It covers the row: a real link, so that the browser can open a tab. */}
            <a
              className="tree-link"
              href={href}
              tabIndex={-1}
              title={rowTitle(span)}
              onClick={(event) => {
                if (opensElsewhere(event)) return;
                event.preventDefault();
                onOpen(node.spanId);
              }}
            >
              <TypeIcon type={span.type} label={false} />
              <bdi className={`tree-label mono truncate${span.type === "span" ? " t2" : ""}`}>
                {revealInvisible(span.name) || "unnamed"}
              </bdi>
              <AttemptNumber node={node} model={model} />
            </a>
            {node.cycleBroken && (
              <Badge tone="warn" title="The parent of this span is one of the spans below it">
                cycle
              </Badge>
            )}
          </>
        )}
        {row.foldable && (
          <button
            type="button"
            className="tree-count num"
            tabIndex={-1}
            aria-hidden="true"
            title={`${row.folded ? "Unfold" : "Fold"} ${counted(node.descendantCount, "span")}`}
            onClick={() => onFold(node.spanId, !row.folded)}
          >
            <Icon name="chevron" small />
            {formatCompact(node.descendantCount)}
          </button>
        )}
      </span>
      <Figures node={node} model={model} />
      <Bar node={node} model={model} />
    </div>
  );
});

function MissingParent({ spanId }: { spanId: string }) {
  return (
    <span
      className="tree-missing truncate"
      title={`Spans name ${spanId} as their parent. It has not been received: it may still come, or belong to another service.`}
    >
      parent not received <span className="mono">{shortId(revealInvisible(spanId))}</span>
    </span>
  );
}

function AttemptNumber({ node, model }: { node: Node; model: TraceModel }) {
  const attempt = model.attempts.get(node);
  if (!attempt) return null;
  return (
    <span
      className="num t3 tree-attempt"
      title={`Attempt ${attempt.number} of ${attempt.of.length}`}
    >
      #{attempt.number}
    </span>
  );
}

function Figures({ node, model }: { node: Node; model: TraceModel }) {
  const { span } = node;
  const usage = model.usage.get(node);
  const quiet = usage?.of === "below" || span?.usage_counted_by != null;
  const heat = usage?.of === "own" && !quiet ? heatOf(usage.cost, model.dearest) : 0;
  const duration = span?.duration_ms ?? null;
  const title = usageTitle(node, model);
  return (
    <>
      <span
        className={`num right tree-figure${duration !== null && duration < SHORT_MS ? " t3" : ""}`}
      >
        {span?.end_time === null ? (
          <span className="ok">running</span>
        ) : (
          span && formatDuration(duration)
        )}
      </span>
      <span className={`num right tree-figure${quiet ? " t3" : ""}`} title={title}>
        {usage && (usage.input > 0 || usage.output > 0) && (
          <Tokens of={{ input_tokens: usage.input, output_tokens: usage.output }} />
        )}
      </span>
      <span
        className={`num right tree-figure tree-cost heat-${heat}${quiet ? " t3" : ""}`}
        title={title}
      >
        {usage && usage.cost !== 0 && formatCost(usage.cost)}
      </span>
    </>
  );
}

function Bar({ node, model }: { node: Node; model: TraceModel }) {
  const { span } = node;
  const { left, width } = extentOf(model.scale, node.start, node.end);
  const thin = node.children.length > 0 && span?.type !== "tool";
  const color = span?.status === "error" ? "error" : `t-${span?.type ?? "span"}`;
  const classes = ["tree-bar"];
  if (thin) classes.push("tree-bar-thin");
  if (node.end === null) classes.push("tree-bar-open");
  if (span === null) classes.push("tree-bar-missing");
  return (
    <span className="tree-track">
      <i
        className={classes.join(" ")}
        style={{
          left: `${left * 100}%`,
          width: `${width * 100}%`,
          background: `var(--${color}-fill)`,
        }}
      />
    </span>
  );
}

function rowLabel({ node }: Row<SpanSummary>): string {
  const { span } = node;
  if (span === null) return `parent not received, ${counted(node.descendantCount, "span")} below`;
  const parts = [span.type, revealInvisible(span.name)];
  if (span.status === "error") parts.push("failed");
  else if (node.errorCount > 0) parts.push(`${counted(node.errorCount, "error")} below`);
  parts.push(span.end_time === null ? "running" : formatDuration(span.duration_ms));
  return parts.join(", ");
}

function rowTitle(span: SpanSummary): string {
  const failure =
    span.status === "error" && span.status_message ? `\n${span.status_message.slice(0, 300)}` : "";
  return `${span.type} ${revealInvisible(span.name)}${revealInvisible(failure)}`;
}

function usageTitle(node: Node, model: TraceModel): string | undefined {
  const counter = node.span?.usage_counted_by;
  if (counter != null) {
    const name = model.tree.byId.get(counter)?.span?.name ?? counter;
    return `Not counted here: ${revealInvisible(name)} reports the same usage`;
  }
  return model.usage.get(node)?.of === "below" ? "Sum of what the spans below report" : undefined;
}

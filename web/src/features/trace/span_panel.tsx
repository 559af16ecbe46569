/** One span beside the tree: what it is, what it took, and its content under tabs. */
import { useQuery } from "@tanstack/react-query";
import { spanQuery } from "@/api/queries";
import type { SpanDetail } from "@/api/types";
import { IconButton } from "@/components/button";
import { CopyButton } from "@/components/copy_button";
import { TypeIcon } from "@/components/icon";
import { Badge } from "@/components/label";
import { PaneError } from "@/components/pane_error";
import { Loading, Skeleton } from "@/components/skeleton";
import { TabBar } from "@/components/tabs";
import { revealInvisible } from "@/model/untrusted_text";
import { AttributesTab } from "./attributes_tab";
import { EventsTab } from "./events_tab";
import { MessagesTab } from "./messages_tab";
import { InputTab, OutputTab } from "./payload_tabs";
import { RawTab } from "./raw_tab";
import { SpanFacts } from "./span_facts";
import { SpanNotices } from "./span_notices";
import { type SpanTab, shownTab, TAB_LABELS, tabsOf } from "./span_tabs";
import type { Node, TraceModel } from "./trace_data";
import type { TraceState } from "./trace_state";
import "./span_panel.css";

interface SpanPanelProps {
  model: TraceModel;
  node: Node;
  state: TraceState;
  onMove: (step: number) => void;
  onOpen: (spanId: string) => void;
  onClose: () => void;
}

const PANEL_ID = "span-content";

export function SpanPanel({ model, node, state, onMove, onOpen, onClose }: SpanPanelProps) {
  const { span } = node;
  const query = useQuery(spanQuery(state.project, model.trace.trace_id, node.spanId));
  if (span === null) return null;
  const detail = query.data;
  const tab = shownTab(state.tab, span, detail);
  const attempt = model.attempts.get(node);
  return (
    <>
      <div className="span-head">
        <div className="row gap-3">
          <TypeIcon type={span.type} />
          <h2 className="span-title mono truncate" title={revealInvisible(span.name)}>
            <bdi>{revealInvisible(span.name) || "unnamed"}</bdi>
          </h2>
          {attempt && (
            <span className="t3 num">{`#${attempt.number} of ${attempt.of.length}`}</span>
          )}
          {span.status === "error" && <Badge tone="error">error</Badge>}
          {span.end_time === null && <Badge tone="ok">running</Badge>}
          <span className="grow" />
          <IconButton icon="up" label="Previous span" small onClick={() => onMove(-1)} />
          <IconButton icon="down" label="Next span" small onClick={() => onMove(1)} />
          <CopyButton text={node.spanId} label={`Copy span id ${node.spanId}`} iconOnly />
          <IconButton icon="close" label="Close span" small onClick={onClose} />
        </div>
        <SpanFacts span={span} detail={detail} model={model} node={node} />
        <SpanNotices
          span={span}
          detail={detail}
          model={model}
          node={node}
          state={state}
          onOpen={onOpen}
        />
        <TabBar
          label="Span content"
          current={tab}
          controls={PANEL_ID}
          items={tabsOf(span, detail).map((each) => ({
            id: each,
            label: TAB_LABELS[each],
            count: each === "events" && span.event_count > 0 ? span.event_count : undefined,
            href: state.tabHref(node.spanId, each),
          }))}
        />
      </div>
      {/* A key of its own: another span or tab begins at its top, with nothing unfolded. */}
      <div
        key={`${node.spanId} ${tab}`}
        id={PANEL_ID}
        className="span-body scroll"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
        tabIndex={0}
      >
        {detail ? (
          <TabContent tab={tab} detail={detail} model={model} node={node} state={state} />
        ) : query.isError ? (
          <PaneError
            title="The span could not be loaded"
            error={query.error}
            unaffected="The tree stays as it is."
            failures={query.errorUpdateCount}
            retrying={query.isFetching}
            onRetry={query.refetch}
          />
        ) : (
          <Loading what="span">
            <div className="span-skeleton" aria-hidden="true">
              {["84%", "62%", "71%", "40%"].map((width) => (
                <Skeleton key={width} width={width} />
              ))}
            </div>
          </Loading>
        )}
      </div>
    </>
  );
}

interface TabContentProps {
  tab: SpanTab;
  node: Node;
  detail: SpanDetail;
  model: TraceModel;
  state: TraceState;
}

function TabContent({ tab, node, detail, model, state }: TabContentProps) {
  switch (tab) {
    case "messages":
      return <MessagesTab detail={detail} />;
    case "input":
      return <InputTab detail={detail} />;
    case "output":
      return (
        <OutputTab detail={detail} attempt={model.attempts.get(node)} spanHref={state.spanHref} />
      );
    case "attributes":
      return <AttributesTab detail={detail} />;
    case "events":
      return <EventsTab detail={detail} model={model} />;
    case "raw":
      return <RawTab detail={detail} />;
  }
}

/** `/{project}/traces`: tabs, query bar, time range, and the list that they choose. */
import { useQuery } from "@tanstack/react-query";
import { type ComponentType, useEffect, useMemo, useState } from "react";
import { statsQuery } from "@/api/queries";
import type { Stats } from "@/api/types";
import { Switch } from "@/components/button";
import { TabBar } from "@/components/tabs";
import { counted, formatCompact, formatCount } from "@/model/format";
import { setLive, useLive } from "@/state/live_state";
import { history, useUrl } from "@/state/navigation";
import { useShortcuts } from "@/state/shortcuts";
import type { View } from "./fields";
import { SpanList, TraceList } from "./flat_lists";
import { readListState, toFilters, toRange, toSearch, toView, VIEWS } from "./list_url";
import { QueryBar } from "./query_bar";
import { SessionList } from "./session_list";
import { TimeRangePicker } from "./time_range_picker";
import "./list_page.css";

const LABELS: Record<View, string> = { traces: "Traces", spans: "Spans", sessions: "Sessions" };
const LISTS = { traces: TraceList, spans: SpanList, sessions: SessionList };
const PANEL_ID = "list";

/** What an empty project shows in place of its lists. */
type Welcome = ComponentType<{ stats: Stats; onLeave: () => void }>;

export function ListPage({ welcome: Welcome }: { welcome: Welcome }) {
  const { project } = useUrl();
  const { data: stats } = useQuery(statsQuery(project));
  const [waiting, leave] = useWaiting(stats);
  if (waiting && stats) return <Welcome stats={stats} onLeave={leave} />;
  return <Lists key={project} stats={stats} />;
}

/** True from when a project is seen to be empty until the reader goes on: a first span only flips the page. */
function useWaiting(stats: Stats | undefined): [boolean, () => void] {
  const [waiting, setWaiting] = useState(false);
  const empty = stats?.span_count === 0;
  useEffect(() => {
    if (empty) setWaiting(true);
  }, [empty]);
  useEffect(() => history.subscribe(() => setWaiting(false)), []);
  return [waiting || empty, () => setWaiting(false)];
}

function Lists({ stats }: { stats: Stats | undefined }) {
  const url = useUrl();
  const state = useMemo(() => readListState(url.query), [url.query]);
  const { on: live } = useLive();
  const [found, setFound] = useState<string | null>(null);
  const List = LISTS[state.view];
  useEffect(() => {
    document.title = `${LABELS[state.view]} · ${url.project} · Threadline`;
  }, [state.view, url.project]);
  useShortcuts([
    {
      id: "live",
      title: "Live on, off",
      keys: ["l"],
      command: true,
      group: "Lists",
      run: () => {
        setLive(!live);
        return undefined;
      },
    },
  ]);
  return (
    <main className="main">
      <h1 className="visually-hidden">{LABELS[state.view]}</h1>
      <div className="bar list-tabs">
        <TabBar
          label="Lists"
          current={state.view}
          controls={PANEL_ID}
          items={VIEWS.map((view) => ({
            id: view,
            label: LABELS[view],
            href: url.href(toView(view)),
            ...countOf(view, stats),
          }))}
        />
        <span className="grow" />
        <Switch checked={live} onChange={setLive} title="Follow what arrives">
          Live
        </Switch>
        <TimeRangePicker
          range={state.range}
          href={(range) => url.href(toRange(range))}
          onChange={(range) => url.change(toRange(range))}
        />
      </div>
      <QueryBar
        key={state.view}
        view={state.view}
        q={state.q}
        filters={state.filters}
        found={found}
        onChange={(q, filters) => url.change({ ...toSearch(q), ...toFilters(filters) })}
      />
      <div
        className="list-pane"
        role="tabpanel"
        id={PANEL_ID}
        aria-labelledby={`tab-${state.view}`}
      >
        <List key={state.view} state={state} live={live} onFound={setFound} />
      </div>
    </main>
  );
}

/** How many the project has in all; the list below counts those that its range and filters let through. */
function countOf(view: View, stats: Stats | undefined): { count?: string; title?: string } {
  if (!stats) return {};
  const count = {
    traces: stats.trace_count,
    spans: stats.span_count,
    sessions: stats.session_count,
  }[view];
  return {
    count: count < 1_000_000 ? formatCount(count) : formatCompact(count),
    title: `${counted(count, view.replace(/s$/, ""))} in this project`,
  };
}

/** The part of the address that a trace view owns: its span, tab and filter, under either name. */
import { useMemo } from "react";
import { isSpanType, type SpanType } from "@/model/span";
import type { TreeFilter } from "@/model/tree_rows";
import { useUrl } from "@/state/navigation";
import { isSpanTab, type SpanTab } from "./span_tabs";

/** As a page of its own, or beside a list whose `q` and filters keep their names. */
export type Placement = "page" | "panel";

const NAMES = {
  page: { text: "q", type: "type", errors: "errors" },
  panel: { text: "tq", type: "ttype", errors: "terrors" },
} as const;

export interface TraceState {
  project: string;
  /** Null: none was chosen, and the view picks one. */
  spanId: string | null;
  tab: SpanTab | null;
  filter: TreeFilter;
  /** Address with this span chosen; its tab is the one where the reason is. */
  spanHref: (spanId: string) => string;
  tabHref: (spanId: string, tab: SpanTab) => string;
  /** Keys that run through many spans replace the entry in the history. */
  openSpan: (spanId: string, options?: { replace?: boolean }) => void;
  setText: (text: string) => void;
  setTypes: (types: ReadonlySet<SpanType>) => void;
  setErrorsOnly: (errorsOnly: boolean) => void;
  clearFilter: () => void;
  /** The page of this trace with the span, tab and filter of here. */
  pageHref: (traceId: string) => string;
  /** The sessions list, narrowed to one session, which is expanded. */
  sessionHref: (sessionId: string) => string;
  tracesHref: string;
  searchHref: (text: string) => string;
}

export function useTraceState(placement: Placement): TraceState {
  const url = useUrl();
  return useMemo(() => {
    const names = NAMES[placement];
    const { query } = url;
    const tab = query.get("tab");
    const filter: TreeFilter = {
      types: new Set(query.getAll(names.type).filter(isSpanType)),
      errorsOnly: query.get(names.errors) === "1",
      text: query.get(names.text) ?? "",
    };
    const list = (entries: [string, string][]) => url.listHref(new URLSearchParams(entries));
    return {
      project: url.project,
      spanId: query.get("span"),
      tab: isSpanTab(tab) ? tab : null,
      filter,
      spanHref: (span) => url.href({ span, tab: null }),
      tabHref: (span, next) => url.href({ span, tab: next }),
      openSpan: (span, options) => url.change({ span, tab: null }, options),
      setText: (text) => url.change({ [names.text]: text || null }, { replace: true }),
      setTypes: (types) => url.change({ [names.type]: [...types] }, { replace: true }),
      setErrorsOnly: (on) => url.change({ [names.errors]: on ? "1" : null }, { replace: true }),
      clearFilter: () =>
        url.change(
          { [names.text]: null, [names.type]: null, [names.errors]: null },
          { replace: true },
        ),
      pageHref: (traceId) => url.traceHref(traceId, pageQuery(query, names)),
      sessionHref: (sessionId) =>
        list([
          ["view", "sessions"],
          ["range", "all"],
          ["filter", `session_id:eq:${sessionId}`],
          ["expand", sessionId],
        ]),
      tracesHref: list([["view", "traces"]]),
      searchHref: (text) =>
        list([
          ["view", "traces"],
          ["range", "all"],
          ["q", text],
        ]),
    };
  }, [placement, url]);
}

function pageQuery(query: URLSearchParams, names: (typeof NAMES)[Placement]): URLSearchParams {
  const next = new URLSearchParams();
  for (const name of ["span", "tab"]) {
    const value = query.get(name);
    if (value !== null) next.set(name, value);
  }
  for (const part of ["text", "type", "errors"] as const) {
    for (const value of query.getAll(names[part])) next.append(NAMES.page[part], value);
  }
  return next;
}

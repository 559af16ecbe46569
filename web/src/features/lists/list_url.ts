/** What a list page shows, read from its address and written back to it. */
import { traceIdOf } from "@/model/ids";
import type { QueryChange } from "@/state/paths";
import { FIELDS, type View } from "./fields";
import { type Filter, readFilter, writeFilter } from "./filters";
import { readRange, type TimeRange, writeRange } from "./time_range";

export const VIEWS: readonly View[] = ["traces", "spans", "sessions"];

/** What decides which rows there are, and in which order: the key of the list's cache. */
export interface ListParameters {
  view: View;
  q: string;
  filters: readonly Filter[];
  sort: string;
  range: TimeRange;
}

export interface ListState extends ListParameters {
  /** Sessions whose traces are shown. */
  expand: readonly string[];
  /** The trace in the side panel, and the span that is selected in it. */
  trace: string | null;
  span: string | null;
}

export const DEFAULT_SORT: Record<View, string> = {
  sessions: "-end_time",
  traces: "-start_time",
  spans: "-start_time",
};

/** The parameters that belong to the trace in the panel: gone when another one opens. */
const PANEL = [
  "trace",
  "span",
  "tab",
  "mode",
  "msg",
  "diff",
  "ttype",
  "terrors",
  "tq",
  "tfrom",
  "tto",
];

export function readListState(query: URLSearchParams): ListState {
  const view = VIEWS.find((each) => each === query.get("view")) ?? "sessions";
  const sort = query.get("sort") ?? "";
  const trace = query.get("trace");
  return {
    view,
    q: query.get("q") ?? "",
    filters: query.getAll("filter").flatMap((text) => readFilter(text) ?? []),
    sort: isSortable(view, sort) ? sort : DEFAULT_SORT[view],
    range: readRange(query),
    expand: query.getAll("expand"),
    trace: trace === null ? null : traceIdOf(trace),
    span: query.get("span"),
  };
}

/** Sort, filters and what is open belong to a view; words and time range are taken along. */
export function toView(view: View): QueryChange {
  return { ...closed(), view, sort: null, filter: null, expand: null };
}

export function toSearch(q: string): QueryChange {
  return { q: q || null, expand: null };
}

export function toFilters(filters: readonly Filter[]): QueryChange {
  return { filter: filters.map(writeFilter), expand: null };
}

export function toRange(range: TimeRange): QueryChange {
  return { ...writeRange(range) };
}

/** A first press sorts by the field, downwards for numbers and times; the next one turns it round. */
export function toSort(state: ListParameters, field: string): QueryChange {
  const kind = FIELDS[state.view].find((each) => each.name === field)?.kind;
  const natural = kind === "text" ? field : `-${field}`;
  const turned = state.sort.startsWith("-") ? field : `-${field}`;
  const next = state.sort.replace(/^-/, "") === field ? turned : natural;
  return { sort: next === DEFAULT_SORT[state.view] ? null : next };
}

export function toExpanded(state: ListState, sessionId: string): QueryChange {
  const open = state.expand.includes(sessionId);
  return {
    expand: open ? state.expand.filter((each) => each !== sessionId) : [...state.expand, sessionId],
  };
}

export function toOpen(traceId: string, spanId: string | null = null): QueryChange {
  return { ...closed(), trace: traceId, span: spanId };
}

/** The list narrowed to one session, which is open; over all time, since it may be old. */
export function sessionQuery(sessionId: string): URLSearchParams {
  const filter = writeFilter({ field: "session_id", operator: "eq", value: sessionId });
  return new URLSearchParams({ view: "sessions", filter, range: "all", expand: sessionId });
}

/** Closes the panel. */
export function closed(): QueryChange {
  return Object.fromEntries(PANEL.map((name) => [name, null]));
}

function isSortable(view: View, sort: string): boolean {
  const field = FIELDS[view].find((each) => each.name === sort.replace(/^-/, ""));
  return field !== undefined && field.kind !== "list";
}

/** Every question that a page asks the server, with the key that its answer is cached under. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { apiPath, getJson } from "./client";
import type { ListPage } from "./list_pages";
import { loadShape } from "./shape_loader";
import type { Page, Session, SpanDetail, SpanRow, Stats, Trace, TraceDetail } from "./types";

export type ListKind = "sessions" | "traces" | "spans";
export interface ListItems {
  sessions: Session;
  traces: Trace;
  spans: SpanRow;
}

/** What a list is asked for, apart from the page. */
export interface ListQuestion {
  q: string;
  filter: readonly string[];
  sort: string;
  /** Names the range in the cache; a preset moves with the clock and keeps its name. */
  range: string;
  bounds: () => { from: string | null; to: string | null };
}

export const LIST_PAGE = 100;
/** Of a session with more traces the first and the last 25 are shown, and the rest on demand. */
export const TRACES_AT_ONCE = 50;
export const TRACES_AT_AN_END = 25;

export const keys = {
  lists: (project: string, kind: ListKind) => ["list", project, kind] as const,
  stats: (project: string) => ["stats", project] as const,
  shape: (project: string, sessionId: string) => ["shape", project, sessionId] as const,
  sessionTraces: (project: string, sessionId: string) =>
    ["session-traces", project, sessionId] as const,
  trace: (project: string, traceId: string) => ["trace", project, traceId] as const,
  spans: (project: string, traceId: string) => ["span", project, traceId] as const,
  span: (project: string, traceId: string, spanId: string) =>
    [...keys.spans(project, traceId), spanId] as const,
};

export function identityOf<Kind extends ListKind>(kind: Kind): (item: ListItems[Kind]) => string {
  const identities: { [Each in ListKind]: (item: ListItems[Each]) => string } = {
    sessions: (item) => item.session_id,
    traces: (item) => item.trace_id,
    spans: (item) => `${item.trace_id}/${item.span_id}`,
  };
  return identities[kind];
}

interface PageParameter {
  cursor: string;
  from: string | null;
}

export async function askList<Kind extends ListKind>(
  project: string,
  kind: Kind,
  question: ListQuestion,
  next: PageParameter | null,
  signal?: AbortSignal,
): Promise<ListPage<ListItems[Kind]>> {
  const bounds = question.bounds();
  const from = next ? next.from : bounds.from;
  const path = apiPath(`/${kind}`, {
    project,
    limit: LIST_PAGE,
    sort: question.sort,
    q: question.q,
    filter: question.filter,
    from,
    to: bounds.to,
    cursor: next?.cursor,
  });
  return { ...(await getJson<Page<ListItems[Kind]>>(path, signal)), from };
}

export function listQuery<Kind extends ListKind>(
  project: string,
  kind: Kind,
  question: ListQuestion,
) {
  const { q, filter, sort, range } = question;
  return infiniteQueryOptions({
    queryKey: [...keys.lists(project, kind), { q, filter, sort, range }],
    queryFn: ({ signal, pageParam }) => askList(project, kind, question, pageParam, signal),
    initialPageParam: null as PageParameter | null,
    getNextPageParam: (page): PageParameter | null =>
      page.next_cursor === null ? null : { cursor: page.next_cursor, from: page.from },
  });
}

/** All traces of a session from the first on; workflows with their steps. */
export function sessionTracesQuery(project: string, sessionId: string) {
  return infiniteQueryOptions({
    queryKey: [...keys.sessionTraces(project, sessionId), "first"],
    queryFn: ({ signal, pageParam }) =>
      getJson<Page<Trace>>(
        sessionTracesPath(project, sessionId, {
          sort: "start_time",
          limit: pageParam === null ? TRACES_AT_ONCE : 4 * TRACES_AT_ONCE,
          cursor: pageParam,
        }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** The last traces of a session, the latest first. */
export function lastSessionTracesQuery(project: string, sessionId: string) {
  return queryOptions({
    queryKey: [...keys.sessionTraces(project, sessionId), "last"],
    queryFn: ({ signal }) =>
      getJson<Page<Trace>>(
        sessionTracesPath(project, sessionId, { sort: "-start_time", limit: TRACES_AT_AN_END }),
        signal,
      ),
  });
}

function sessionTracesPath(
  project: string,
  sessionId: string,
  page: { sort: string; limit: number; cursor?: string | null },
): string {
  return apiPath("/traces", { project, session_id: sessionId, include: "steps", ...page });
}

export function shapeQuery(project: string, sessionId: string) {
  return queryOptions({
    queryKey: keys.shape(project, sessionId),
    queryFn: () => loadShape(project, sessionId),
  });
}

export function statsQuery(project: string) {
  return queryOptions({
    queryKey: keys.stats(project),
    queryFn: ({ signal }) => getJson<Stats>(apiPath("/stats", { project }), signal),
    refetchInterval: 5_000,
  });
}

/** A trace with its spans: pages of 10,000, the trace's own fields on the first of them. */
export function traceQuery(project: string, traceId: string) {
  return infiniteQueryOptions({
    queryKey: keys.trace(project, traceId),
    queryFn: ({ signal, pageParam }) =>
      getJson<TraceDetail>(
        apiPath(`/traces/${encodeURIComponent(traceId)}`, { project, cursor: pageParam }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function spanQuery(project: string, traceId: string, spanId: string) {
  return queryOptions({
    queryKey: keys.span(project, traceId, spanId),
    queryFn: ({ signal }) =>
      getJson<SpanDetail>(
        apiPath(`/traces/${encodeURIComponent(traceId)}/spans/${encodeURIComponent(spanId)}`, {
          project,
        }),
        signal,
      ),
  });
}

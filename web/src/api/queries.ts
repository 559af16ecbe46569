/** Every question that a page asks the server, with the key that its answer is cached under. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { parseExact } from "@/model/exact_json";
import { groupScores } from "@/model/scores";
import { answered, api } from "./client";
import type { ListPage } from "./list_pages";
import { loadShape } from "./shape_loader";
import type { Page, Session, SpanDetail, SpanRow, Trace, TraceDetail } from "./types";

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
/** The most that the server gives at a time. */
const SCORES_AT_ONCE = 1_000;

export const keys = {
  lists: (project: string, kind: ListKind) => ["list", project, kind] as const,
  stats: (project: string) => ["stats", project] as const,
  shape: (project: string, sessionId: string) => ["shape", project, sessionId] as const,
  sessionTraces: (project: string, sessionId: string) =>
    ["session-traces", project, sessionId] as const,
  scores: (project: string, sessionId: string) => ["scores", project, sessionId] as const,
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
  const query = {
    project,
    limit: LIST_PAGE,
    sort: question.sort,
    ...given({ q: question.q, from, to: bounds.to, cursor: next?.cursor }),
    filter: [...question.filter],
  };
  const request = { params: { query }, ...given({ signal }) };
  const asked = {
    sessions: () => answered(api.GET("/api/v1/sessions", request)),
    traces: () => answered(api.GET("/api/v1/traces", request)),
    spans: () => answered(api.GET("/api/v1/spans", request)),
  };
  // Which of the three it is follows from the kind, which the compiler cannot see.
  const page = (await asked[kind]()) as unknown as Page<ListItems[Kind]>;
  return { ...page, from };
}

/** Leaves out what is not asked for. */
function given<Values extends Record<string, unknown>>(values: Values) {
  const present = Object.entries(values).filter(([, value]) => value);
  return Object.fromEntries(present) as { [Name in keyof Values]?: NonNullable<Values[Name]> };
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
      askSessionTraces(
        project,
        sessionId,
        {
          sort: "start_time",
          limit: pageParam === null ? TRACES_AT_ONCE : 4 * TRACES_AT_ONCE,
          ...given({ cursor: pageParam }),
        },
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
      askSessionTraces(
        project,
        sessionId,
        { sort: "-start_time", limit: TRACES_AT_AN_END },
        signal,
      ),
  });
}

async function askSessionTraces(
  project: string,
  sessionId: string,
  page: { sort: string; limit: number; cursor?: string },
  signal: AbortSignal,
): Promise<Page<Trace>> {
  const query = { project, session_id: sessionId, include: "steps" as const, ...page };
  const list = await answered(api.GET("/api/v1/traces", { params: { query }, signal }));
  return list as Page<Trace>;
}

export function shapeQuery(project: string, sessionId: string) {
  return queryOptions({
    queryKey: keys.shape(project, sessionId),
    queryFn: () => loadShape(project, sessionId),
  });
}

/** The latest scores of a session and its traces; a row has no room for more. */
export function sessionScoresQuery(project: string, sessionId: string) {
  return queryOptions({
    queryKey: keys.scores(project, sessionId),
    queryFn: ({ signal }) => {
      const query = { project, session_id: sessionId, limit: SCORES_AT_ONCE };
      return answered(api.GET("/api/v1/scores", { params: { query }, signal }));
    },
    select: (list) => groupScores(list.items),
  });
}

export function statsQuery(project: string) {
  return queryOptions({
    queryKey: keys.stats(project),
    queryFn: ({ signal }) =>
      answered(api.GET("/api/v1/stats", { params: { query: { project } }, signal })),
    refetchInterval: 5_000,
  });
}

/** A trace with its spans: pages of 10,000, the trace's own fields on the first of them. */
export function traceQuery(project: string, traceId: string) {
  return infiniteQueryOptions({
    queryKey: keys.trace(project, traceId),
    queryFn: async ({ signal, pageParam }) => {
      const params = {
        path: { trace_id: traceId },
        query: { project, ...given({ cursor: pageParam }) },
      };
      const page = await answered(api.GET("/api/v1/traces/{trace_id}", { params, signal }));
      return page as TraceDetail;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function spanQuery(project: string, traceId: string, spanId: string) {
  return queryOptions({
    queryKey: keys.span(project, traceId, spanId),
    // Numbers kept exact are objects of their own kind, which comparing part by part would copy.
    structuralSharing: false,
    queryFn: async ({ signal }) => {
      const params = { path: { trace_id: traceId, span_id: spanId }, query: { project } };
      // As text: attributes may hold whole numbers that JSON.parse would change.
      const text = await answered(
        api.GET("/api/v1/traces/{trace_id}/spans/{span_id}", { params, signal, parseAs: "text" }),
      );
      // The description leaves open what JSON holds; `types` says it.
      return parseExact(text) as SpanDetail;
    },
  });
}

/** Every question that a page asks the server, with the key that its answer is cached under. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { apiPath, getJson } from "./client";
import type { SpanDetail, Stats, TraceDetail } from "./types";

export const keys = {
  stats: (project: string) => ["stats", project] as const,
  trace: (project: string, traceId: string) => ["trace", project, traceId] as const,
  span: (project: string, traceId: string, spanId: string) =>
    ["span", project, traceId, spanId] as const,
};

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

/** The rows of a list, more of them on demand, and those that arrived since. */
import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { beginAnew, newItems, type Pages, replaceItems } from "@/api/list_pages";
import { onChanges } from "@/api/live";
import {
  askList,
  identityOf,
  type ListItems,
  type ListKind,
  type ListQuestion,
  listQuery,
} from "@/api/queries";
import { fromDate } from "@/model/time";
import { writeFilter } from "./filters";
import type { ListParameters } from "./list_url";
import { isOpenEnded, rangeBounds } from "./time_range";

/** New rows are asked for at most this often while spans arrive. */
const HEAD_EVERY_MS = 1_000;

export function questionOf(parameters: ListParameters): ListQuestion {
  const { q, sort, range } = parameters;
  return {
    q,
    sort,
    filter: parameters.filters.map(writeFilter),
    range: JSON.stringify(range),
    bounds: () => rangeBounds(range, fromDate(new Date())),
  };
}

interface ListOptions {
  live: boolean;
  /** True while rows may enter at the top without pushing away what is being read. */
  mayEnter: () => boolean;
}

export function useList<Kind extends ListKind>(
  project: string,
  kind: Kind,
  parameters: ListParameters,
  options: ListOptions,
) {
  const client = useQueryClient();
  // The parameters are read from the address anew at each render; their text says if they changed.
  const text = JSON.stringify(parameters);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `text` is `parameters`
  const question = useMemo(() => questionOf(parameters), [text]);
  const query = listQuery(project, kind, question);
  const result = useInfiniteQuery(query);
  const { fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError } = result;
  const data = result.data as
    | InfiniteData<{ items: ListItems[Kind][]; truncated?: boolean }>
    | undefined;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  // While a list that never came is asked for again, its last failure stays in place.
  const lastError = useRef<Error | null>(null);
  if (result.error) lastError.current = result.error;
  const asksAgain = data === undefined && result.isFetching && result.errorUpdateCount > 0;
  const error = result.error ?? (asksAgain ? lastError.current : null);

  const [newer, setNewer] = useState(0);
  const { mayEnter } = options;
  const entering = useRef(mayEnter);
  entering.current = mayEnter;
  const key = JSON.stringify(query.queryKey);

  /** Asks for the first page and lets it in, or counts what waits above. */
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is `query.queryKey`
  const refreshHead = useCallback(
    async (force: boolean) => {
      const identity = identityOf(kind);
      const head = await askList(project, kind, question, null).catch(() => null);
      const list = client.getQueryData(query.queryKey) as Pages<ListItems[Kind]> | undefined;
      // A failure shows at the next question; the rows that are there stay.
      if (!head || !list) return;
      const enter = force || entering.current();
      const changed = new Map(head.items.map((item) => [identity(item), item]));
      const next = enter ? beginAnew(list, head) : replaceItems(list, changed, identity);
      setNewer(enter ? 0 : newItems(list, head, identity).length);
      client.setQueryData(query.queryKey, next as never);
    },
    [client, project, kind, question, key],
  );

  const follows = options.live && isOpenEnded(parameters.range);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has nothing newer yet
  useEffect(() => {
    setNewer(0);
    if (!follows) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked = Number.NEGATIVE_INFINITY;
    const ask = () => {
      timer = undefined;
      asked = performance.now();
      refreshHead(false);
    };
    const stop = onChanges((changes) => {
      // After a gap every list is asked anew as a whole.
      if (changes === "missed") return;
      timer ??= setTimeout(ask, Math.max(0, asked + HEAD_EVERY_MS - performance.now()));
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [follows, refreshHead, key]);

  return {
    items,
    loaded: data !== undefined,
    complete: data !== undefined && !hasNextPage,
    /** The words have more matches than were looked at. */
    truncated: data?.pages.some((page) => page.truncated) ?? false,
    loadMore,
    loadingMore: isFetchingNextPage,
    fetching: result.isFetching,
    error,
    /** Only the rows below failed; those that are there are as fresh as they can be. */
    moreFailed: isFetchNextPageError,
    failures: result.errorUpdateCount,
    updatedAt: result.dataUpdatedAt,
    retry: useCallback(() => {
      if (isFetchNextPageError) fetchNextPage();
      else result.refetch();
    }, [isFetchNextPageError, fetchNextPage, result.refetch]),
    newer,
    showNewer: useCallback(() => refreshHead(true), [refreshHead]),
  };
}

export type List<Kind extends ListKind> = ReturnType<typeof useList<Kind>>;

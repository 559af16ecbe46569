/** Loads the traces of the sessions that are expanded: the first ones, the last ones, all on demand. */
import { InfiniteQueryObserver, QueryObserver, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { lastSessionTracesQuery, sessionTracesQuery, TRACES_AT_ONCE } from "@/api/queries";
import type { Session } from "@/api/types";
import type { OpenSession } from "./session_rows";

export interface OpenSessions {
  /** Null while nothing is known of a session's traces. */
  known: ReadonlyMap<string, OpenSession | null>;
  /** Shows every trace of a session. */
  showWhole: (sessionId: string) => void;
  retry: (sessionId: string) => void;
}

export function useOpenSessions(
  project: string,
  sessions: readonly Session[],
  expanded: readonly string[],
): OpenSessions {
  const client = useQueryClient();
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set());
  const [states, setStates] = useState<ReadonlyMap<string, OpenSession | null>>(new Map());
  const long = sessions
    .filter((each) => expanded.includes(each.session_id) && each.trace_count > TRACES_AT_ONCE)
    .map((each) => each.session_id);
  const text = JSON.stringify([expanded, long, [...whole]]);

  // The number of sessions that are open varies, so each has observers of its own and no hook.
  useEffect(() => {
    const [ids, withLast, all] = JSON.parse(text) as [string[], string[], string[]];
    const stops: (() => void)[] = [];
    setStates((before) => new Map(ids.map((id) => [id, before.get(id) ?? null])));
    for (const id of ids) {
      const first = new InfiniteQueryObserver(client, sessionTracesQuery(project, id));
      const last = withLast.includes(id)
        ? new QueryObserver(client, lastSessionTracesQuery(project, id))
        : null;
      const read = () => {
        const result = first.getCurrentResult();
        const tail = last?.getCurrentResult();
        const waits = last !== null && tail?.data === undefined && !tail?.isError;
        const pages = result.data?.pages;
        const failed = result.isFetchNextPageError;
        const whole = all.includes(id) && !failed;
        if (whole && result.hasNextPage && !result.isFetching) first.fetchNextPage();
        const error = pages ? null : (result.error ?? null);
        const state: OpenSession | null =
          error || (pages && !waits)
            ? {
                first: pages?.flatMap((page) => page.items) ?? [],
                last: [...(tail?.data?.items ?? [])].reverse(),
                complete: pages !== undefined && !result.hasNextPage,
                whole,
                error,
              }
            : null;
        setStates((before) => new Map(before).set(id, state ?? before.get(id) ?? null));
      };
      stops.push(first.subscribe(read));
      if (last) stops.push(last.subscribe(read));
      read();
    }
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, project, text]);

  const retry = useCallback(
    (id: string) => client.refetchQueries({ queryKey: sessionTracesQuery(project, id).queryKey }),
    [client, project],
  );
  const showWhole = useCallback(
    (id: string) => {
      // Asked for once already: a page in between failed, and the button is there again.
      if (whole.has(id)) retry(id);
      else setWhole(new Set(whole).add(id));
    },
    [whole, retry],
  );
  const known = useMemo(
    () => new Map(expanded.map((id) => [id, states.get(id) ?? null])),
    [expanded, states],
  );
  return { known, showWhole, retry };
}

/** Carries the server's live events into the cache, and tells lists that something is new. */
import type { QueryClient } from "@tanstack/react-query";
import { apiPath, apiUrl } from "./client";
import { type Pages, removeItems, replaceItems } from "./list_pages";
import { identityOf, keys, type ListKind } from "./queries";
import type { Session, Trace } from "./types";

/** Events of one burst are taken together: a busy server sends many for one session. */
const WINDOW_MS = 100;
/** Nor may they follow so closely that an answer is always thrown away for the next question. */
const APART_MS = 500;

/** While a server takes in a flood it says again and again that there is too much to tell. */
const MISSED_APART_MS = 2_000;

export interface Changes {
  sessions: Map<string, Session>;
  traces: Map<string, Trace>;
  deletedSessions: Set<string>;
  deletedTraces: Set<string>;
}

type Deletable<Item> = Item & { deleted?: boolean };

const listeners = new Set<(changes: Changes | "missed") => void>();

/** Called after the cache holds the changes; `missed` when events were lost and the lists are asked anew. */
export function onChanges(listener: (changes: Changes | "missed") => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Listens until the returned function is called; the browser connects again by itself. `onState`
 * hears whether events can arrive.
 */
export function connectLive(
  client: QueryClient,
  project: string,
  onState: (connected: boolean) => void = () => {},
): () => void {
  const source = new EventSource(apiUrl(apiPath("/live", { project })));
  let changes = none();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasOpen = false;
  let flushedAt = Number.NEGATIVE_INFINITY;
  const flush = () => {
    timer = undefined;
    flushedAt = performance.now();
    const taken = changes;
    changes = none();
    apply(client, project, taken);
    for (const listener of listeners) listener(taken);
  };
  const later = () => {
    timer ??= setTimeout(flush, Math.max(WINDOW_MS, flushedAt + APART_MS - performance.now()));
  };
  let askAnew: ReturnType<typeof setTimeout> | undefined;
  let askedAnewAt = Number.NEGATIVE_INFINITY;
  const missed = () => {
    const wait = Math.max(0, askedAnewAt + MISSED_APART_MS - performance.now());
    askAnew ??= setTimeout(() => {
      askAnew = undefined;
      askedAnewAt = performance.now();
      client.invalidateQueries({ predicate: (query) => query.queryKey[1] === project });
      for (const listener of listeners) listener("missed");
    }, wait);
  };
  source.addEventListener("session", (event) => {
    note(changes.sessions, changes.deletedSessions, parse<Session>(event), "session_id");
    later();
  });
  source.addEventListener("trace", (event) => {
    note(changes.traces, changes.deletedTraces, parse<Trace>(event), "trace_id");
    later();
  });
  source.addEventListener("lagged", missed);
  source.addEventListener("open", () => {
    // What happened between two connections was never sent.
    if (wasOpen) missed();
    wasOpen = true;
    onState(true);
  });
  source.addEventListener("error", () => onState(false));
  return () => {
    clearTimeout(timer);
    clearTimeout(askAnew);
    source.close();
  };
}

/** Writes changes into every cached list and asks anew for what an event does not carry. */
export function apply(client: QueryClient, project: string, changes: Changes): void {
  patchLists(client, project, "sessions", changes.sessions, changes.deletedSessions);
  patchLists(client, project, "traces", changes.traces, changes.deletedTraces);
  const sessionIds = new Set([...changes.sessions.keys(), ...changes.deletedSessions]);
  for (const trace of changes.traces.values())
    if (trace.session_id) sessionIds.add(trace.session_id);
  for (const sessionId of sessionIds) {
    client.invalidateQueries({ queryKey: keys.sessionTraces(project, sessionId) });
    client.invalidateQueries({ queryKey: keys.shape(project, sessionId) });
    client.invalidateQueries({ queryKey: keys.scores(project, sessionId) });
  }
  for (const traceId of [...changes.traces.keys(), ...changes.deletedTraces]) {
    client.invalidateQueries({ queryKey: keys.trace(project, traceId) });
    client.invalidateQueries({ queryKey: keys.spans(project, traceId) });
  }
  // A list that is shown asks for its new rows itself; one that is not must not come back as it was.
  client.invalidateQueries({ queryKey: ["list", project], refetchType: "none" });
  client.invalidateQueries({ queryKey: keys.stats(project) });
}

function patchLists<Kind extends "sessions" | "traces">(
  client: QueryClient,
  project: string,
  kind: Kind,
  changed: ReadonlyMap<string, Kind extends "sessions" ? Session : Trace>,
  gone: ReadonlySet<string>,
): void {
  type Item = Kind extends "sessions" ? Session : Trace;
  const identity = identityOf(kind as ListKind) as (item: Item) => string;
  client.setQueriesData<Pages<Item>>({ queryKey: keys.lists(project, kind) }, (list) => {
    if (!list) return list;
    return removeItems(replaceItems(list, changed, identity), gone, identity);
  });
}

function note<Item, Id extends keyof Item>(
  changed: Map<string, Item>,
  gone: Set<string>,
  item: Deletable<Item>,
  id: Id,
): void {
  const key = String(item[id]);
  if (item.deleted) {
    changed.delete(key);
    gone.add(key);
  } else {
    gone.delete(key);
    changed.set(key, item);
  }
}

function none(): Changes {
  return {
    sessions: new Map(),
    traces: new Map(),
    deletedSessions: new Set(),
    deletedTraces: new Set(),
  };
}

function parse<Item>(event: Event): Deletable<Item> {
  return JSON.parse((event as MessageEvent<string>).data) as Deletable<Item>;
}

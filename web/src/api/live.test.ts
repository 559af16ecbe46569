import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Pages } from "./list_pages";
import { connectLive, onChanges } from "./live";
import { keys } from "./queries";
import type { Session } from "./types";

class FakeEventSource extends EventTarget {
  static last: FakeEventSource;
  closed = false;
  constructor(readonly url: string) {
    super();
    FakeEventSource.last = this;
  }
  close() {
    this.closed = true;
  }
  send(type: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

const listKey = [...keys.lists("default", "sessions"), { q: "" }];
const session = (session_id: string, span_count: number) => ({ session_id, span_count }) as Session;
const shown = (client: QueryClient) =>
  client
    .getQueryData<Pages<Session>>(listKey)
    ?.pages.flatMap((page) => page.items.map((item) => `${item.session_id}:${item.span_count}`));

let client: QueryClient;
let close: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeEventSource);
  client = new QueryClient();
  client.setQueryData<Pages<Session>>(listKey, {
    pages: [{ items: [session("a", 1), session("b", 1)], next_cursor: null, from: null }],
    pageParams: [null],
  });
  close = connectLive(client, "default");
});

afterEach(() => {
  close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a session that is shown changes in place, the last of several events winning", () => {
  FakeEventSource.last.send("session", session("b", 2));
  FakeEventSource.last.send("session", session("b", 3));
  vi.advanceTimersByTime(600);
  expect(shown(client)).toEqual(["a:1", "b:3"]);
});

test("a deleted session leaves the list", () => {
  FakeEventSource.last.send("session", { session_id: "a", deleted: true });
  vi.advanceTimersByTime(600);
  expect(shown(client)).toEqual(["b:1"]);
});

test("a session that is not shown is left to the list, which knows its filters", () => {
  const seen: string[][] = [];
  const stop = onChanges(
    (changes) => changes !== "missed" && seen.push([...changes.sessions.keys()]),
  );
  FakeEventSource.last.send("session", session("c", 1));
  vi.advanceTimersByTime(600);
  stop();
  expect(shown(client)).toEqual(["a:1", "b:1"]);
  expect(seen).toEqual([["c"]]);
});

test("a list that is not shown is asked anew when it comes back", () => {
  const hidden = [...keys.lists("default", "spans"), { q: "" }];
  client.setQueryData(hidden, { pages: [], pageParams: [] });
  FakeEventSource.last.send("trace", { trace_id: "t", session_id: null });
  vi.advanceTimersByTime(600);
  expect(client.getQueryState(hidden)?.isInvalidated).toBe(true);
});

test("a changed trace makes its own page, its spans and its session's traces stale", () => {
  const stale = [
    keys.trace("default", "t"),
    keys.span("default", "t", "s"),
    [...keys.sessionTraces("default", "a"), "first"],
    keys.shape("default", "a"),
  ];
  for (const key of [...stale, keys.trace("default", "other")]) client.setQueryData(key, {});
  FakeEventSource.last.send("trace", { trace_id: "t", session_id: "a" });
  vi.advanceTimersByTime(600);
  const isStale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
  expect(stale.map(isStale)).toEqual([true, true, true, true]);
  expect(isStale(keys.trace("default", "other"))).toBe(false);
});

test("whoever was too slow or was cut off asks anew", () => {
  const heard: unknown[] = [];
  const stop = onChanges((changes) => heard.push(changes));
  FakeEventSource.last.dispatchEvent(new Event("open"));
  vi.advanceTimersByTime(5_000);
  expect(heard).toEqual([]);
  FakeEventSource.last.dispatchEvent(new Event("open"));
  vi.advanceTimersByTime(1);
  expect(heard).toEqual(["missed"]);
  for (let times = 0; times < 10; times += 1) FakeEventSource.last.send("lagged", {});
  vi.advanceTimersByTime(5_000);
  stop();
  expect(heard).toEqual(["missed", "missed"]);
  expect(client.getQueryState(listKey)?.isInvalidated).toBe(true);
});

test("it is told when events can no longer arrive, and when they can again", () => {
  const states: boolean[] = [];
  const stop = connectLive(client, "default", (connected) => states.push(connected));
  for (const type of ["open", "error", "open"]) FakeEventSource.last.dispatchEvent(new Event(type));
  stop();
  expect(states).toEqual([true, false, true]);
});

test("nothing is listened to after closing", () => {
  close();
  expect(FakeEventSource.last.closed).toBe(true);
});

/** Whether pages follow what arrives, and since when they cannot; of this visit, in no link or storage. */
import { useSyncExternalStore } from "react";

export interface LiveState {
  on: boolean;
  /** When the connection broke, as `Date.now()`; null while it stands or is not wanted. */
  lostAt: number | null;
}

let state: LiveState = { on: true, lostAt: null };
const listeners = new Set<() => void>();

export function setLive(on: boolean): void {
  set({ on, lostAt: null });
}

export function noteConnection(connected: boolean): void {
  set({ ...state, lostAt: connected ? null : (state.lostAt ?? Date.now()) });
}

export function useLive(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}

function set(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether pages follow what arrives; a choice of this visit, kept neither in links nor in storage. */
import { useSyncExternalStore } from "react";

let on = true;
const listeners = new Set<() => void>();

export function setLive(next: boolean): void {
  on = next;
  for (const listener of listeners) listener();
}

export function useLiveSwitch(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => on,
  );
}

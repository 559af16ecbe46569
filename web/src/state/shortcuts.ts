/** The registry of keyboard shortcuts: pages add theirs while shown, one listener runs them, the help lists them. */
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Shortcut {
  id: string;
  /** What it does, for the help: `Next row`. */
  title: string;
  /** `KeyboardEvent.key` values; any of them runs it. */
  keys: readonly string[];
  group: "Anywhere" | "Lists" | "Trace";
  /** Returns false when it had nothing to do, so that an earlier registration may. */
  run: (event: KeyboardEvent) => boolean | undefined;
  /** Also while a text field has the focus. */
  inFields?: boolean;
  /** Pressed together with Ctrl, or with Command on a Mac. */
  modified?: boolean;
  /** Worth a line in the command palette. */
  command?: boolean;
}

let registered: readonly Shortcut[] = [];
const listeners = new Set<() => void>();

/** Adds shortcuts while the component is mounted; the newest registration of a key goes first. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  // Handlers are read at the press, so that a render does not register anew.
  const names = shortcuts.map((each) => each.id).join(" ");
  useEffect(() => {
    const added = names.split(" ").map((id): Shortcut => {
      const present = () => latest.current.find((each) => each.id === id) as Shortcut;
      return { ...present(), run: (event) => present().run(event) };
    });
    set([...added, ...registered]);
    return () => set(registered.filter((each) => !added.includes(each)));
  }, [names]);
}

export function useRegisteredShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(subscribe, () => registered);
}

/** Runs what the key stands for; keys with Ctrl, Command or Alt are the browser's unless registered. */
export function handleKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  const modified = event.ctrlKey || event.metaKey;
  const target = event.target as Element | null;
  const inField = target?.closest?.("input, textarea, select, [contenteditable]") !== null;
  // A dialog or a menu has its own keys, but for what closes it, which it handles itself.
  if (target?.closest?.("[role=dialog], [role=menu]")) return;
  for (const shortcut of registered) {
    if (!shortcut.keys.includes(event.key) || (shortcut.modified ?? false) !== modified) continue;
    if (inField && !shortcut.inFields) continue;
    // A focused button or link keeps its own Enter.
    if (event.key === "Enter" && target?.closest?.("a, button")) return;
    if (shortcut.run(event) !== false) {
      event.preventDefault();
      return;
    }
  }
}

function set(next: readonly Shortcut[]): void {
  registered = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const ON_A_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

const SHOWN: Record<string, string> = {
  ArrowRight: "→",
  ArrowLeft: "←",
  ArrowDown: "↓",
  ArrowUp: "↑",
  Enter: "↵",
  Escape: "Esc",
};

/** The keys as they are printed: `⌘` `K`, `Esc`. */
export function printedKeys({ keys, modified }: Pick<Shortcut, "keys" | "modified">): string[] {
  const printed = keys.map((key) => SHOWN[key] ?? (modified ? key.toUpperCase() : key));
  return modified ? [ON_A_MAC ? "⌘" : "Ctrl", ...printed] : printed;
}

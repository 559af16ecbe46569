/** The keys of a list: they move its cursor, open rows in place or beside, and step back out. */
import type { KeyboardEvent } from "react";
import { navigate } from "@/state/navigation";
import { type Shortcut, useShortcuts } from "@/state/shortcuts";

interface ListKeys<Row extends { key: string }> {
  rows: readonly Row[];
  current: string | null;
  setCurrent: (key: string) => void;
  openKey: string | null;
  hrefOf: (row: Row) => string | null;
  expand?: (row: Row, open: boolean) => boolean;
  parentOf?: (row: Row) => string | null;
  close: () => void;
  onEscape?: () => boolean;
}

/** Registers the shortcuts and returns the handler for the arrows within the grid. */
export function useListKeys<Row extends { key: string }>(keys: ListKeys<Row>) {
  const { rows, current, setCurrent, openKey, hrefOf } = keys;
  const index = rows.findIndex((row) => row.key === current);
  const row = rows[index];
  const panelOpen = openKey !== null;

  const moveTo = (target: number) => {
    const next = rows[Math.min(Math.max(target, 0), rows.length - 1)];
    if (!next) return false;
    setCurrent(next.key);
    const href = hrefOf(next);
    // The panel follows; the back button need not step through every row on the way.
    if (panelOpen && href !== null) navigate(href, { replace: true });
    return undefined;
  };
  const open = () => {
    if (!row) return false;
    const href = hrefOf(row);
    if (href !== null) navigate(href);
    else return keys.expand?.(row, !isOpen(row)) ?? false;
    return undefined;
  };
  const fold = () => {
    if (!row) return false;
    const parent = keys.parentOf?.(row) ?? null;
    if (parent === null) return keys.expand?.(row, false) ?? false;
    setCurrent(parent);
    return undefined;
  };
  const stepBack = () => {
    if (panelOpen) keys.close();
    else return keys.onEscape?.() ?? false;
    return undefined;
  };
  const shortcuts: Shortcut[] = [
    {
      id: "next-row",
      title: "Next, previous row",
      keys: ["j"],
      group: "Lists",
      run: () => moveTo(index + 1),
    },
    {
      id: "previous-row",
      title: "Next, previous row",
      keys: ["k"],
      group: "Lists",
      run: () => moveTo(index - 1),
    },
    { id: "open", title: "Open", keys: ["Enter"], group: "Lists", run: open },
    { id: "close", title: "Close, step back", keys: ["Escape"], group: "Anywhere", run: stepBack },
  ];
  if (keys.expand) {
    shortcuts.push(
      {
        id: "expand",
        title: "Expand, fold",
        keys: ["ArrowRight"],
        group: "Lists",
        run: () => (row ? keys.expand?.(row, true) : false),
      },
      { id: "fold", title: "Expand, fold", keys: ["ArrowLeft"], group: "Lists", run: fold },
    );
  }
  useShortcuts(shortcuts);

  return (event: KeyboardEvent) => {
    const targets: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: rows.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined || event.target !== event.currentTarget) return;
    event.preventDefault();
    moveTo(target);
  };
}

function isOpen(row: object): boolean {
  return "open" in row && row.open === true;
}

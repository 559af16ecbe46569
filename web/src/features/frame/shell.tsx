/** The frame around every page: the bar on top, the shortcuts that work anywhere, and their help. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { connectLive } from "@/api/live";
import { noteConnection, useLive } from "@/state/live_state";
import { useUrl } from "@/state/navigation";
import { setPreference } from "@/state/preferences";
import { handleKey, useShortcuts } from "@/state/shortcuts";
import { CommandPalette } from "./command_palette";
import { ShortcutHelp } from "./shortcut_help";
import { TopBar } from "./top_bar";

export function Shell({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<"help" | "palette" | null>(null);
  const show = (next: typeof shown): undefined => {
    setShown(next);
  };
  useEffect(() => {
    window.addEventListener("keydown", handleKey);
    return () => window.removeEventListener("keydown", handleKey);
  }, []);
  useLiveUpdates();
  useShortcuts([
    {
      id: "palette",
      title: "Command palette",
      keys: ["k"],
      modified: true,
      inFields: true,
      group: "Anywhere",
      run: () => show("palette"),
    },
    { id: "search", title: "Search", keys: ["/"], group: "Anywhere", run: focusSearch },
    {
      id: "help",
      title: "This help",
      keys: ["?"],
      group: "Anywhere",
      run: () => show("help"),
    },
    {
      id: "theme",
      title: "Dark, light",
      keys: ["t"],
      group: "Anywhere",
      command: true,
      run: switchTheme,
    },
  ]);
  const close = () => show(null);
  return (
    <>
      <TopBar onHelp={() => show("help")} onJump={() => show("palette")} />
      {children}
      <ShortcutHelp open={shown === "help"} onClose={close} />
      <CommandPalette open={shown === "palette"} onClose={close} onHelp={() => show("help")} />
    </>
  );
}

/**
 * Follows the project while the switch is on and the page is looked at; what was missed meanwhile is
 * asked for again. Pages in the background let go: a browser has six connections to a server.
 */
function useLiveUpdates(): void {
  const client = useQueryClient();
  const { project } = useUrl();
  const { on } = useLive();
  const visible = useSyncExternalStore(subscribeToVisibility, () => !document.hidden);
  const missed = useRef(false);
  useEffect(() => {
    if (!on || !visible) {
      missed.current = true;
      return;
    }
    if (missed.current) client.invalidateQueries();
    missed.current = false;
    return connectLive(client, project, noteConnection);
  }, [client, project, on, visible]);
}

function subscribeToVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** The last search field in the page is the one in front: that of the panel, else the list's. */
function focusSearch(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement>("input[data-search]");
  fields[fields.length - 1]?.focus();
  return fields.length > 0;
}

function switchTheme(): undefined {
  const dark = document.documentElement.dataset.theme === "dark";
  // Kept as a choice: whoever wants the system's again has the menu.
  setPreference("theme", dark ? "light" : "dark");
}

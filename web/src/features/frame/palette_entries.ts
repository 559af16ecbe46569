/** What the command palette offers for a text: sessions, a trace by its id, a search, commands. */
import type { Session } from "@/api/types";
import type { IconName } from "@/components/icon";
import { traceIdOf } from "@/model/ids";
import type { Shortcut } from "@/state/shortcuts";

export type Entry = {
  id: string;
  group: "Sessions" | "Go to" | "Commands";
  icon: IconName;
  title: string;
  /** Ids are printed in mono. */
  mono?: boolean;
  /** Beside the title, quieter. */
  detail?: string | null;
  /** At the right: errors, or keys. */
  failed?: number;
  keys?: Pick<Shortcut, "keys" | "modified">;
} & ({ href: string } | { run: () => void });

interface Sources {
  text: string;
  sessions: readonly Session[];
  commands: readonly Shortcut[];
  /** Addresses within the project. */
  listHref: (query: URLSearchParams) => string;
  traceHref: (traceId: string) => string;
  onHelp: () => void;
}

const MOST_SESSIONS = 6;
const TRACE_ID = /^[0-9a-f]{32}$/;

export function paletteEntries(sources: Sources): Entry[] {
  const text = sources.text.trim();
  // A prefix names what is looked for: commands only.
  const commandsOnly = text.startsWith(">");
  const words = (commandsOnly ? text.slice(1) : text).trim().toLowerCase();
  const matching = commands(sources).filter((entry) => entry.title.toLowerCase().includes(words));
  if (commandsOnly) return matching;
  return [...found(text, sources), ...sessionEntries(sources), ...matching];
}

function sessionEntries({ sessions, listHref }: Sources): Entry[] {
  return sessions.slice(0, MOST_SESSIONS).map((session) => ({
    id: `session ${session.session_id}`,
    group: "Sessions",
    icon: "link",
    title: session.session_id,
    mono: true,
    detail: session.first_input,
    failed: session.error_count,
    href: listHref(
      new URLSearchParams({
        view: "sessions",
        range: "all",
        filter: `session_id:eq:${session.session_id}`,
        expand: session.session_id,
      }),
    ),
  }));
}

function found(text: string, { listHref, traceHref }: Sources): Entry[] {
  if (text === "") return [];
  const search: Entry = {
    id: "search",
    group: "Go to",
    icon: "search",
    title: `Search all sessions for “${text}”`,
    href: listHref(new URLSearchParams({ view: "sessions", range: "all", q: text })),
  };
  const traceId = traceIdOf(text);
  if (!TRACE_ID.test(traceId)) return [search];
  const trace: Entry = {
    id: "trace",
    group: "Go to",
    icon: "full",
    title: `Open the trace ${traceId}`,
    href: traceHref(traceId),
  };
  return [trace, search];
}

function commands({ commands: shortcuts, listHref, onHelp }: Sources): Entry[] {
  const views = ["sessions", "traces", "spans"].map(
    (view): Entry => ({
      id: `view ${view}`,
      group: "Commands",
      icon: "list",
      title: `Open the ${view}`,
      href: listHref(new URLSearchParams({ view })),
    }),
  );
  const registered = shortcuts
    .filter((shortcut) => shortcut.command)
    .map(
      (shortcut): Entry => ({
        id: `command ${shortcut.id}`,
        group: "Commands",
        icon: "chevron",
        title: shortcut.title,
        keys: shortcut,
        run: () => shortcut.run(new KeyboardEvent("keydown")),
      }),
    );
  const help: Entry = {
    id: "command help",
    group: "Commands",
    icon: "help",
    title: "Keyboard shortcuts",
    keys: { keys: ["?"] },
    run: onHelp,
  };
  return [...views, ...registered, help];
}

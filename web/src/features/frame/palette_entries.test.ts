import { describe, expect, test } from "vitest";
import type { Session } from "@/api/types";
import type { Shortcut } from "@/state/shortcuts";
import { paletteEntries } from "./palette_entries";

const session = (session_id: string) =>
  ({ session_id, first_input: "Hi", error_count: 2 }) as Session;
const shortcut = (title: string, command: boolean): Shortcut => ({
  id: title,
  title,
  keys: ["t"],
  group: "Anywhere",
  command,
  run: () => undefined,
});
const entries = (text: string, sessions: Session[] = []) =>
  paletteEntries({
    text,
    sessions,
    commands: [shortcut("Dark, light", true), shortcut("Next row", false)],
    listHref: (query) => `/default/traces?${query}`,
    traceHref: (traceId) => `/default/traces/${traceId}`,
    onHelp: () => undefined,
  });
const titles = (text: string, sessions: Session[] = []) =>
  entries(text, sessions).map((entry) => entry.title);

describe("the command palette", () => {
  test("offers the lists and the commands before anything is typed", () => {
    expect(titles("")).toEqual([
      "Open the sessions",
      "Open the traces",
      "Open the spans",
      "Dark, light",
      "Keyboard shortcuts",
    ]);
  });

  test("leads to a session of any name, which is found and open there", () => {
    const [, found] = entries("amelie", [session("support/amelie 1?#")]);
    const href = found && "href" in found ? found.href : "";
    const query = new URLSearchParams(href.split("?")[1]);
    expect(query.get("expand")).toBe("support/amelie 1?#");
    expect(query.get("filter")).toBe("session_id:eq:support/amelie 1?#");
  });

  test("searches all sessions for what was typed", () => {
    const [search] = entries("charged & twice");
    expect(search).toMatchObject({
      title: "Search all sessions for “charged & twice”",
      href: "/default/traces?view=sessions&range=all&q=charged+%26+twice",
    });
  });

  test.each(["1A62D0EB8F0F4F7E9D0C1B2A3F4E5D6C", "1a62d0eb-8f0f-4f7e-9d0c-1b2a3f4e5d6c"])(
    "opens a trace by its id, as hex or as a UUID: %s",
    (id) => {
      const [trace] = entries(id);
      expect(trace).toMatchObject({ href: "/default/traces/1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c" });
    },
  );

  test("keeps to commands after a >", () => {
    expect(titles("> dark", [session("dark")])).toEqual(["Dark, light"]);
  });
});

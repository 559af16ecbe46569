/** What the reader prefers, kept in this browser: theme, density, time zone. Never part of a link. */
import { useSyncExternalStore } from "react";

const VALUES = {
  theme: ["system", "dark", "light"],
  density: ["compact", "cozy"],
  zone: ["UTC", "local"],
} as const;

export type Preferences = { [Name in keyof typeof VALUES]: (typeof VALUES)[Name][number] };
export type PreferenceName = keyof Preferences;

const listeners = new Set<() => void>();
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const current = new Map<PreferenceName, string>();

export function preference<Name extends PreferenceName>(name: Name): Preferences[Name] {
  const known = current.get(name) ?? stored(name);
  const allowed: readonly string[] = VALUES[name];
  return (known !== null && allowed.includes(known) ? known : allowed[0]) as Preferences[Name];
}

export function setPreference<Name extends PreferenceName>(
  name: Name,
  value: Preferences[Name],
): void {
  current.set(name, value);
  try {
    localStorage.setItem(`threadline.${name}`, value);
  } catch {
    // Storage may be forbidden: the choice holds until the page is closed.
  }
  apply();
  for (const listener of listeners) listener();
}

export function usePreference<Name extends PreferenceName>(
  name: Name,
): [Preferences[Name], (value: Preferences[Name]) => void] {
  const value = useSyncExternalStore(subscribe, () => preference(name));
  return [value, (next) => setPreference(name, next)];
}

/** Writes theme and density to the root element; `theme.js` did the same before first paint. */
function apply(): void {
  const theme = preference("theme");
  const dark = theme === "dark" || (theme === "system" && systemIsDark.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.dataset.density = preference("density");
}

systemIsDark.addEventListener("change", apply);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function stored(name: PreferenceName): string | null {
  try {
    return localStorage.getItem(`threadline.${name}`);
  } catch {
    return null;
  }
}

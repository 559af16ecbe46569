/** Turns what fails inside the SDK into one line on the console, and never into an error of the program. */
import { state } from "./state.js";

/** How much the SDK says on the console; `off` silences it. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "off";

const SEVERITY: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3, off: 4 };

/** Write one line to the console, prefixed with `threadline: `, if the log level asks for it. */
export function log(level: Exclude<LogLevel, "off">, message: string): void {
  if (SEVERITY[level] < SEVERITY[state.logLevel]) return;
  try {
    // biome-ignore lint/suspicious/noConsole: the one place where the SDK speaks
    console[level](`threadline: ${message}`);
  } catch {
    // A console that fails has nobody left to tell.
  }
}

/**
 * Warn on the console, once per process for each key.
 *
 * @param key - What makes two warnings the same one.
 * @param message - What happened, and what to do about it.
 */
export function warnOnce(key: string, message: string): void {
  if (state.warned.has(key)) return;
  state.warned.add(key);
  log("warn", message);
}

/**
 * Run a part of the SDK that the program must not feel: what it throws is logged once per place.
 *
 * @param place - The name of the part, for the log.
 * @param work - What to run.
 * @returns What `work` returned, or undefined if it threw.
 */
export function guarded<Result>(place: string, work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    failed(place, error);
    return undefined;
  }
}

/** Take an internal error where a closure for {@link guarded} would cost too much. */
export function failed(place: string, error: unknown): void {
  if (state.raising) throw error;
  const key = `guard ${place}`;
  if (state.warned.has(key)) return;
  state.warned.add(key);
  log("error", `${place} failed, the program goes on without it: ${described(error)}`);
}

/** Let internal errors be thrown (in the SDK's own tests) or be logged (everywhere else). */
export function setRaising(raising: boolean): void {
  state.raising = raising;
}

function described(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } catch {
    return "an error that cannot be shown";
  }
}

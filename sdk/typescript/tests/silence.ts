/** Keeps a test's expected warnings off the console, and lets it read them. */
import { vi } from "vitest";

/** Wrap a test: what the SDK writes to the console is kept from it. */
export function silenced<Args extends unknown[]>(
  test: (...args: Args) => void | Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    const spies = (["warn", "error"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    );
    try {
      await test(...args);
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  };
}

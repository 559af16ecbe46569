import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { enter } from "../src/asyncStore.js";

describe("a value that is entered", () => {
  it("holds for the rest of the callback, across awaits, and for what is started there", async () => {
    const store = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await new AsyncResource("request").runInAsyncScope(async () => {
      enter(store, "first");
      enter(store, "value");
      seen.push(store.getStore());
      const started = sleep(1).then(() => seen.push(store.getStore()));
      await sleep(2);
      await started;
      seen.push(store.getStore());
    });
    expect(seen).toEqual(["value", "value", "value"]);
    expect(store.getStore()).toBeUndefined();
  });

  it("is gone in the next callback of the same resource", async () => {
    const store = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await new Promise<void>((resolve) => {
      const interval = setInterval(() => {
        seen.push(store.getStore());
        enter(store, `turn ${seen.length}`);
        if (seen.length < 3) return;
        clearInterval(interval);
        resolve();
      }, 1);
    });
    expect(seen).toEqual([undefined, undefined, undefined]);
  });

  it("gives way to the value around it", async () => {
    const store = new AsyncLocalStorage<string>();
    const connection = store.run("server", () => new AsyncResource("connection"));
    const seen: unknown[] = [];
    for (const request of [1, 2]) {
      connection.runInAsyncScope(() => {
        seen.push(store.getStore());
        enter(store, `request ${request}`);
      });
      await sleep(1);
    }
    expect(seen).toEqual(["server", "server"]);
  });
});

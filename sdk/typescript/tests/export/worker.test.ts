import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../src/export/transport.js";
import { backOffSeconds, ExportWorker, type WorkerSettings } from "../../src/export/worker.js";
import { state } from "../../src/state.js";
import { silenced } from "../silence.js";

const DELIVERED: Outcome = { kind: "delivered" };
const AWAY: Outcome = { kind: "retry", message: "away", unreachable: true };
const BUSY: Outcome = { kind: "retry", message: "busy", unreachable: false };
const TOO_LARGE: Outcome = { kind: "too_large", message: "too large" };

const SETTINGS: WorkerSettings = {
  maxExportBatchSize: 3,
  maxExportBatchSizeBytes: 1_000,
  maxQueueBytes: 100,
  scheduleDelaySeconds: 0.5,
  apiKeySetting: "LMNR_PROJECT_API_KEY",
};

/** A worker, the batches that it tried, and what becomes of each: one outcome after the other. */
function working(settings: Partial<WorkerSettings> = {}) {
  const batches: number[][] = [];
  const outcomes: (Outcome | ((batch: number[]) => Outcome | Promise<Outcome>))[] = [];
  const worker = new ExportWorker<number>("spans", { ...SETTINGS, ...settings }, async (queued) => {
    const batch = queued.map(({ item }) => item);
    batches.push(batch);
    const outcome = outcomes.shift() ?? DELIVERED;
    return typeof outcome === "function" ? outcome(batch) : outcome;
  });
  const put = (...items: number[]) => {
    for (const item of items) worker.put(item, 10);
  };
  return { worker, batches, outcomes, put };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  vi.spyOn(Math, "random").mockReturnValue(1);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("batches", () => {
  it("leave half a second after the first item", async () => {
    const { put, batches } = working();
    put(1);
    await vi.advanceTimersByTimeAsync(400);
    put(2);
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(batches).toEqual([[1, 2]]);
  });

  it("leave at once when they are full, by number or by size", async () => {
    const { put, batches } = working({ maxQueueBytes: 10_000 });
    put(1, 2, 3);
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([[1, 2, 3]]);
    const large = working({ maxQueueBytes: 10_000, maxExportBatchSizeBytes: 15 });
    large.put(1, 2);
    await vi.advanceTimersByTimeAsync(0);
    expect(large.batches).toEqual([[1], [2]]);
  });

  it("leave one after the other, never two at a time", async () => {
    const { put, batches, outcomes } = working();
    let answer: (outcome: Outcome) => void = () => undefined;
    outcomes.push(
      () =>
        new Promise<Outcome>((resolve) => {
          answer = resolve;
        }),
    );
    put(1, 2, 3, 4);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(batches).toEqual([[1, 2, 3]]);
    answer(DELIVERED);
    await vi.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });
});

describe("a batch that the server does not take now", () => {
  it(
    "is tried again with growing pauses, before anything newer",
    silenced(async () => {
      const { put, batches, outcomes, worker } = working({ maxQueueBytes: 10_000 });
      outcomes.push(AWAY, BUSY);
      put(1, 2, 3);
      await vi.advanceTimersByTimeAsync(0);
      put(4);
      await vi.advanceTimersByTimeAsync(499);
      expect(batches).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(batches).toHaveLength(2);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(batches.slice(2)).toEqual([[1, 2, 3], [4]]);
      expect([...state.warned]).toEqual(["unreachable", "overloaded"]);
      expect(worker.dropped).toBe(0);
    }),
  );

  it(
    "waits as long as the server asks",
    silenced(async () => {
      const { put, batches, outcomes } = working();
      outcomes.push({ ...BUSY, retryAfterSeconds: 20 } as Outcome);
      put(1, 2, 3);
      await vi.advanceTimersByTimeAsync(19_999);
      expect(batches).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(batches).toHaveLength(2);
    }),
  );

  it(
    "makes room for newer ones when the queue is full, with one warning",
    silenced(async () => {
      const { put, batches, outcomes, worker } = working();
      outcomes.push(AWAY);
      put(1, 2, 3);
      await vi.advanceTimersByTimeAsync(0);
      put(4, 5, 6, 7, 8, 9, 10, 11, 12);
      await vi.advanceTimersByTimeAsync(500);
      expect(batches.slice(1).flat()).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(worker.dropped).toBe(2);
      expect([...state.warned]).toEqual(["unreachable", "queue spans"]);
    }),
  );

  it("is paused for half a second at first, for thirty at last, of which a random half", () => {
    expect([1, 2, 3, 6, 7, 50].map((failures) => backOffSeconds(failures, 1))).toEqual([
      0.5, 1, 2, 16, 30, 30,
    ]);
    expect(backOffSeconds(50, 0)).toBe(15);
  });
});

describe("a batch that the server refuses", () => {
  it(
    "is dropped, and the warning says where the key comes from",
    silenced(async () => {
      const { put, outcomes, worker } = working();
      outcomes.push({ kind: "refused", status: 401, message: "unknown key" });
      put(1);
      expect(await worker.flush(5)).toBe(false);
      expect(worker.dropped).toBe(1);
      expect(await worker.flush(5)).toBe(true);
      const said = vi.mocked(console.warn).mock.calls.flat().join();
      expect(said).toContain("unknown key");
      expect(said).toContain("LMNR_PROJECT_API_KEY");
    }),
  );

  it(
    "is halved as long as it is too large, and only what is too large alone is dropped",
    silenced(async () => {
      const { put, batches, outcomes, worker } = working({
        maxExportBatchSize: 8,
        maxQueueBytes: 10_000,
      });
      const answer = (batch: number[]) => (batch.includes(3) ? TOO_LARGE : DELIVERED);
      outcomes.push(...Array(20).fill(answer));
      put(1, 2, 3, 4, 5);
      await worker.flush(5);
      expect(batches).toEqual([[1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [3], [4, 5]]);
      expect(worker.dropped).toBe(1);
    }),
  );

  it(
    "keeps what was not tried when the server goes away between its halves",
    silenced(async () => {
      const { put, batches, outcomes, worker } = working({
        maxExportBatchSize: 4,
        maxQueueBytes: 10_000,
      });
      outcomes.push(TOO_LARGE, TOO_LARGE, DELIVERED, AWAY);
      put(1, 2, 3, 4);
      expect(await worker.flush(5)).toBe(false);
      expect(batches.slice(1)).toEqual([[1, 2], [1], [2]]);
      expect(await worker.flush(5)).toBe(true);
      expect(batches.at(-1)).toEqual([2, 3, 4]);
      expect(worker.dropped).toBe(0);
    }),
  );

  it(
    "that cannot even be encoded is dropped, and those behind it are sent",
    silenced(async () => {
      state.raising = false;
      const { put, batches, outcomes, worker } = working();
      outcomes.push(() => {
        throw new Error("cannot be encoded");
      });
      put(1, 2, 3, 4);
      expect(await worker.flush(5)).toBe(false);
      expect(batches).toEqual([[1, 2, 3], [4]]);
      expect(worker.dropped).toBe(3);
      state.raising = true;
    }),
  );
});

describe("a partial success", () => {
  it(
    "is told once, with the server's words",
    silenced(async () => {
      const { put, outcomes, worker } = working();
      outcomes.push({ kind: "delivered", message: "1 rejected: too old" });
      put(1);
      expect(await worker.flush(5)).toBe(true);
      expect(vi.mocked(console.warn).mock.calls.flat().join()).toContain("1 rejected: too old");
    }),
  );
});

describe("flush", () => {
  it(
    "sends everything now, whatever pause was due",
    silenced(async () => {
      const { put, batches, outcomes, worker } = working();
      outcomes.push(AWAY);
      put(1, 2, 3);
      await vi.advanceTimersByTimeAsync(0);
      put(4);
      expect(await worker.flush(5)).toBe(true);
      expect(batches).toEqual([[1, 2, 3], [1, 2, 3], [4]]);
    }),
  );

  it(
    "tries every batch once where the server is busy, and none after it is away",
    silenced(async () => {
      const busy = working({ maxQueueBytes: 10_000 });
      busy.outcomes.push(BUSY);
      busy.put(1, 2, 3, 4);
      expect(await busy.worker.flush(5)).toBe(false);
      expect(busy.batches).toEqual([[1, 2, 3], [4]]);
      const away = working({ maxQueueBytes: 10_000 });
      away.outcomes.push(AWAY);
      away.put(1, 2, 3, 4);
      expect(await away.worker.flush(5)).toBe(false);
      expect(away.batches).toEqual([[1, 2, 3]]);
      await away.worker.flush(5);
      expect(away.batches.slice(1)).toEqual([[1, 2, 3], [4]]);
    }),
  );

  it("waits for what is under way, and ends when its time is up", async () => {
    const { put, outcomes, worker } = working();
    let answer: (outcome: Outcome) => void = () => undefined;
    outcomes.push(
      () =>
        new Promise<Outcome>((resolve) => {
          answer = resolve;
        }),
    );
    put(1, 2, 3);
    await vi.advanceTimersByTimeAsync(0);
    const late = worker.flush(5);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await late).toBe(false);
    const early = worker.flush(5);
    answer(DELIVERED);
    expect(await early).toBe(true);
  });
});

describe("a patient flush", () => {
  it(
    "tries again as long as there is time and a server answers",
    silenced(async () => {
      const { put, batches, outcomes, worker } = working();
      outcomes.push(BUSY, { ...BUSY, retryAfterSeconds: 2 } as Outcome);
      put(1);
      const flushed = worker.flush(5, true);
      await vi.advanceTimersByTimeAsync(2_500);
      expect(await flushed).toBe(true);
      expect(batches).toEqual([[1], [1], [1]]);
    }),
  );

  it(
    "ends at once where the pause is longer than its time, or nobody answers",
    silenced(async () => {
      for (const outcome of [{ ...BUSY, retryAfterSeconds: 9 } as Outcome, AWAY]) {
        const { put, batches, outcomes, worker } = working();
        outcomes.push(outcome);
        put(1);
        expect(await worker.flush(5, true)).toBe(false);
        expect(batches).toEqual([[1]]);
      }
    }),
  );
});

describe("shutdown", () => {
  it(
    "sends the rest, takes nothing more, and tells once what was dropped",
    silenced(async () => {
      const { put, batches, outcomes, worker } = working();
      put(1, 2);
      expect(await worker.shutdown(5)).toBe(true);
      put(3);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(batches).toEqual([[1, 2]]);
      expect(console.warn).not.toHaveBeenCalled();

      const failing = working();
      failing.outcomes.push(AWAY);
      failing.put(1, 2);
      expect(await failing.worker.shutdown(5)).toBe(false);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(failing.batches).toHaveLength(1);
      await failing.worker.shutdown(5);
      const told = vi.mocked(console.warn).mock.calls.flat().map(String);
      expect(told.filter((line) => line.includes("not delivered"))).toHaveLength(1);
      expect(told.at(-1)).toContain("spans that were not delivered: 2");
      expect(outcomes).toEqual([]);
    }),
  );
});

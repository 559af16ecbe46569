import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExportQueue } from "../../src/export/queue.js";

const all = (queue: ExportQueue<number>) => queue.take(1e9, 1e9).map(({ item }) => item);

describe("the queue", () => {
  it("gives back what was put, oldest first, in batches of a number and a size", () => {
    const queue = new ExportQueue<number>(1_000);
    for (const item of [1, 2, 3, 4, 5]) queue.put(item, 10);
    expect(queue.take(2, 1_000).map(({ item }) => item)).toEqual([1, 2]);
    expect(queue.take(9, 25).map(({ item }) => item)).toEqual([3, 4]);
    expect(queue.take(9, 1).map(({ item }) => item)).toEqual([5]);
    expect(queue.take(9, 1)).toEqual([]);
  });

  it("drops the oldest when a new item does not fit, and counts them", () => {
    const queue = new ExportQueue<number>(30);
    expect([1, 2, 3, 4, 5].map((item) => queue.put(item, 10))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(queue.dropped).toBe(2);
    expect(all(queue)).toEqual([3, 4, 5]);
  });

  it("drops an item that alone is too large, and nothing for it", () => {
    const queue = new ExportQueue<number>(30);
    queue.put(1, 10);
    expect(queue.put(2, 31)).toBe(false);
    expect(queue.dropped).toBe(1);
    expect(all(queue)).toEqual([1]);
  });

  it("counts what is under way, and takes it back to the front", () => {
    const queue = new ExportQueue<number>(30);
    queue.put(1, 10);
    queue.put(2, 10);
    const batch = queue.take(2, 100);
    queue.put(3, 10);
    expect(queue.put(4, 10)).toBe(false);
    expect(queue.giveBack(batch)).toBe(true);
    expect(all(queue)).toEqual([1, 2, 4]);
  });

  it("never holds more than it may, and every item is taken, dropped or waiting", () => {
    const step = fc.oneof(
      fc.record({ put: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ take: fc.integer({ min: 1, max: 5 }) }),
      fc.constant("give back" as const),
      fc.constant("release" as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3_000, size: "max" }), (steps) => {
        const queue = new ExportQueue<number>(100);
        let batch: ReturnType<typeof queue.take> = [];
        let put = 0;
        let released = 0;
        for (const step of steps) {
          if (step === "give back") queue.giveBack(batch);
          else if (step === "release") queue.release(batch);
          else if ("put" in step) {
            queue.put(put, step.put);
            put += 1;
            continue;
          } else if (batch.length > 0) continue;
          if (step === "release") released += batch.length;
          batch = typeof step === "string" ? [] : queue.take(step.take, 50);
          const taken = batch.reduce((sum, { bytes }) => sum + bytes, 0);
          expect(queue.bytes + taken).toBeLessThanOrEqual(100);
          expect(queue.length + batch.length + queue.dropped + released).toBe(put);
        }
        const items = [...batch.map(({ item }) => item), ...all(queue)];
        expect(items).toEqual([...items].sort((one, other) => one - other));
      }),
      { numRuns: 30 },
    );
  });
});

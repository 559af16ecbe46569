import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { context, trace } from "@opentelemetry/api";
import { describe, expect, it, vi } from "vitest";
import { Laminar, observe } from "../src/index.js";
import { state } from "../src/state.js";
import { type CapturedSpan, capture } from "../src/testing.js";

/** The span called "pieces" of what was done in `work`. */
async function piecesOf(work: () => unknown): Promise<CapturedSpan> {
  return (await capture(work)).find("pieces");
}

async function allOf(pieces: AsyncIterable<unknown> | ReadableStream<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const piece of pieces as AsyncIterable<unknown>) all.push(piece);
  return all;
}

const inActiveSpan = () => trace.getSpan(context.active()) !== undefined;

describe("an observed generator", () => {
  it("ends its span when it is used up, with what it gave as the output", async () => {
    const captured = await capture(() => {
      const pieces = observe({ name: "pieces" }, function* () {
        const sent: unknown = yield 1;
        observe({ name: "inside" }, () => {});
        yield sent;
        return "done";
      });
      expect(pieces.next()).toEqual({ done: false, value: 1 });
      expect(inActiveSpan()).toBe(false);
      expect(pieces.next("sent")).toEqual({ done: false, value: "sent" });
      expect(pieces.next()).toEqual({ done: true, value: "done" });
    });
    const span = captured.find("pieces");
    expect(span.output).toEqual([1, "sent"]);
    expect(captured.find("inside").parentId).toBe(span.spanId);
  });

  it("ends its span when it is left early, after its cleaning up", async () => {
    const captured = await capture(() => {
      const pieces = observe({ name: "pieces" }, function* () {
        try {
          yield 1;
          yield 2;
        } finally {
          observe({ name: "cleaning" }, () => {});
          expect(Laminar.getCurrentSpan()?.isRecording()).toBe(true);
        }
      });
      for (const piece of pieces) if (piece === 1) break;
      expect(state.traces.size).toBe(0);
    });
    expect(captured.find("cleaning").parent).toBe(captured.find("pieces"));
    expect(captured.find("pieces")).toMatchObject({ output: [1], status: "unset" });
  });

  it("records what it throws, and what is thrown into it", async () => {
    const captured = await capture(() => {
      const failing = observe({ name: "failing" }, function* () {
        yield 1;
        throw new Error("broken");
      });
      expect(() => [...failing]).toThrow("broken");
      const stopped = observe({ name: "stopped" }, function* () {
        yield 1;
      });
      stopped.next();
      expect(() => stopped.throw(new Error("thrown in"))).toThrow("thrown in");
    });
    expect(captured.find("failing")).toMatchObject({ statusMessage: "broken", output: [1] });
    expect(captured.find("stopped").statusMessage).toBe("thrown in");
  });

  it("keeps pieces as they were when they were given, up to 10,000", async () => {
    const span = await piecesOf(() => {
      const growing: number[] = [];
      const pieces = observe({ name: "pieces" }, function* () {
        for (let i = 0; i < 10_003; i++) {
          if (i < 3) growing.push(i);
          yield i < 3 ? growing : i;
        }
      });
      let count = 0;
      for (const _ of pieces) count += 1;
      expect(count).toBe(10_003);
    });
    const output = span.output as unknown[];
    expect(output.slice(0, 4)).toEqual([[0], [0, 1], [0, 1, 2], 3]);
    expect(output).toHaveLength(10_001);
    expect(output.at(-1)).toBe("[threadline: 3 more values]");
  });

  it("keeps no pieces if its output is to be ignored", async () => {
    const span = await piecesOf(() => [
      ...observe({ name: "pieces", ignoreOutput: true }, function* () {
        yield 1;
      }),
    ]);
    expect(span.attributes).toEqual({ "lmnr.span.input": "{}" });
  });

  it("ends its span when nobody holds it any more", { timeout: 15_000 }, async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const span = await piecesOf(async () => {
      (() => {
        const pieces = observe({ name: "pieces" }, function* () {
          yield 1;
          yield 2;
        });
        pieces.next();
      })();
      await vi.waitFor(
        () => {
          collect();
          expect(state.traces.size).toBe(0);
        },
        { timeout: 10_000, interval: 10 },
      );
    });
    expect(span.output).toEqual([1]);
  });
});

describe("an observed asynchronous generator", () => {
  it("has its span active while its body runs, and not while its consumer does", async () => {
    const captured = await capture(async () => {
      const pieces = observe({ name: "pieces" }, async function* () {
        await sleep(1);
        await observe({ name: "inside" }, async () => {});
        yield "a";
        expect(inActiveSpan()).toBe(true);
        yield "b";
      });
      for await (const _ of pieces) {
        expect(inActiveSpan()).toBe(false);
        observe({ name: "beside" }, () => {});
      }
    });
    const span = captured.find("pieces");
    expect(span.output).toEqual(["a", "b"]);
    expect(span.children.map(({ name }) => name)).toEqual(["inside"]);
  });

  it("ends its span when it is left early", async () => {
    const span = await piecesOf(async () => {
      const pieces = observe({ name: "pieces" }, async function* () {
        yield 1;
        yield 2;
      });
      for await (const piece of pieces) if (piece === 1) break;
    });
    expect(span).toMatchObject({ output: [1], status: "unset" });
  });

  it("records what it throws", async () => {
    const span = await piecesOf(async () => {
      const pieces = observe({ name: "pieces" }, async function* () {
        yield 1;
        throw new Error("broken");
      });
      await expect(allOf(pieces)).rejects.toThrow("broken");
    });
    expect(span).toMatchObject({ output: [1], statusMessage: "broken" });
  });

  it("is followed out of a promise as well", async () => {
    const span = await piecesOf(async () => {
      async function* generate() {
        yield 1;
      }
      const pieces = await observe({ name: "pieces" }, async () => generate());
      for await (const _ of pieces);
    });
    expect(span.output).toEqual([1]);
  });
});

describe("an observed stream", () => {
  it("of the web ends its span when it is read, and passes its pieces on", async () => {
    const span = await piecesOf(async () => {
      const stream = observe(
        { name: "pieces" },
        () =>
          new ReadableStream<string>({
            start(controller) {
              controller.enqueue("a");
              controller.enqueue("b");
              controller.close();
            },
          }),
      );
      expect(await allOf(stream)).toEqual(["a", "b"]);
    });
    expect(span.output).toEqual(["a", "b"]);
  });

  it("of the web tells its source when it is cancelled", async () => {
    const cancelled = vi.fn();
    const span = await piecesOf(async () => {
      const source = new ReadableStream({
        pull: (controller) => controller.enqueue("x"),
        cancel: cancelled,
      });
      const reader = observe({ name: "pieces" }, () => source).getReader();
      await reader.read();
      await reader.cancel("enough");
    });
    expect(cancelled).toHaveBeenCalledWith("enough");
    expect(span.output).toEqual(["x"]);
  });

  it("of the web records its error", async () => {
    const span = await piecesOf(async () => {
      const source = new ReadableStream({
        pull: (controller) => controller.error(new Error("cut off")),
      });
      const reader = observe({ name: "pieces" }, () => source).getReader();
      await expect(reader.read()).rejects.toThrow("cut off");
    });
    expect(span.statusMessage).toBe("cut off");
  });

  it("of Node ends its span when it is closed, and is the same stream", async () => {
    const span = await piecesOf(async () => {
      const source = Readable.from(["a", "b"]);
      const stream = observe({ name: "pieces" }, () => source);
      expect(stream).toBe(source);
      expect(await stream.toArray()).toEqual(["a", "b"]);
    });
    expect(span).toMatchObject({ output: undefined, status: "unset" });
  });

  it("of Node records its error, and leaves it to whoever listens", async () => {
    const span = await piecesOf(async () => {
      const source = new Readable({
        read() {
          this.destroy(new Error("cut off"));
        },
      });
      const stream = observe({ name: "pieces" }, () => source);
      await expect(stream.toArray()).rejects.toThrow("cut off");
    });
    expect(span.statusMessage).toBe("cut off");
  });

  it("of a client stays the object that it is", async () => {
    class ClientStream {
      readonly controller = new AbortController();
      async *[Symbol.asyncIterator]() {
        yield inActiveSpan();
        yield "b";
      }
    }
    const span = await piecesOf(async () => {
      const stream = await observe({ name: "pieces" }, async () => new ClientStream());
      expect(stream.controller).toBeInstanceOf(AbortController);
      expect(stream).toBeInstanceOf(ClientStream);
      for await (const _ of stream);
    });
    expect(span.output).toEqual([true, "b"]);
  });

  it("of a client without cleaning up can be left early", async () => {
    const span = await piecesOf(async () => {
      const stream = observe({ name: "pieces" }, () => ({
        [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }) }),
      }));
      for await (const _ of stream) break;
    });
    expect(span.output).toEqual([1]);
  });
});

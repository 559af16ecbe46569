import { context, trace } from "@opentelemetry/api";
import { describe, expect, expectTypeOf, it } from "vitest";
import { Laminar, observe } from "../src/index.js";
import { capture } from "../src/testing.js";

/** Run one observed call and give its span. */
const spanOf = async (work: () => unknown) => (await capture(work)).spans.at(0);

describe("an observed call", () => {
  it("gives what the function gives, and records what it took", async () => {
    let sum = 0;
    const span = await spanOf(() => {
      sum = observe({ name: "add" }, (a: number, b: number) => a + b, 1, 2);
    });
    expect(sum).toBe(3);
    expect(span).toMatchObject({ name: "add", input: [1, 2], output: 3, status: "unset" });
  });

  it("records no argument as an empty object, one as itself, and several as an array", async () => {
    const { spans } = await capture(() => {
      observe({}, function none() {});
      observe({}, function one(_text: string) {}, "a");
      observe({}, function two(_a: unknown, _b: unknown) {}, undefined, { b: 1 });
    });
    expect(spans.map(({ input }) => input)).toEqual([{}, "a", [null, { b: 1 }]]);
  });

  it("is named like its function if no name is given", async () => {
    const { spans } = await capture(() => {
      observe({}, function greet() {});
      observe({}, () => {});
    });
    expect(spans.map(({ name }) => name)).toEqual(["greet", "anonymous"]);
  });

  it("records another input if one is given, and neither if they are to be ignored", async () => {
    const { spans } = await capture(() => {
      observe({ input: "instead" }, (secret: string) => secret.length, "secret");
      observe({ ignoreInput: true, ignoreOutput: true }, (secret: string) => secret, "secret");
    });
    expect(spans[0]).toMatchObject({ input: "instead", output: 6 });
    expect(spans[1]?.attributes).toEqual({});
  });

  it("has no output if it gives nothing, and one if it gives false, 0 or an empty text", async () => {
    const { spans } = await capture(() => {
      for (const value of [undefined, null, false, 0, ""]) observe({}, () => value);
    });
    expect(spans.map(({ output }) => output)).toEqual([undefined, undefined, false, 0, ""]);
  });

  it("is the parent of what starts in it, across awaits", async () => {
    const captured = await capture(() =>
      observe({ name: "outer" }, async () => {
        await Promise.resolve();
        await observe({ name: "inner" }, async () => {});
        trace.getTracer("foreign").startSpan("foreign").end();
      }),
    );
    const outer = captured.find("outer");
    expect(outer.children.map(({ name }) => name)).toEqual(["inner", "foreign"]);
  });

  it("leaves no active span behind", async () => {
    await capture(async () => {
      observe({}, () => {});
      await observe({}, async () => {});
      expect(trace.getSpan(context.active())).toBeUndefined();
    });
  });

  it("carries type, tags, session, user and metadata", async () => {
    const span = await spanOf(() =>
      observe(
        { spanType: "llm", tags: ["b", "a", "b"], sessionId: "s", userId: "u", metadata: { k: 1 } },
        () => {},
      ),
    );
    expect(span).toMatchObject({
      type: "LLM",
      tags: ["b", "a"],
      sessionId: "s",
      userId: "u",
      metadata: { k: 1 },
    });
  });

  it("refuses what is no function", () => {
    expect(() => observe({ name: "x" }, undefined as never)).toThrow(TypeError);
  });
});

describe("what an observed function throws", () => {
  it("is the span's error, and reaches the caller as it is", async () => {
    const error = new RangeError("too far");
    const span = await spanOf(() => {
      expect(() =>
        observe({}, () => {
          throw error;
        }),
      ).toThrow(error);
    });
    expect(span?.statusMessage).toBe("too far");
    expect(span?.events[0]).toMatchObject({
      name: "exception",
      attributes: { "exception.type": "RangeError", "exception.message": "too far" },
    });
    expect(String(span?.events[0]?.attributes["exception.stacktrace"])).toContain("observe.test");
  });

  it("is the same for a promise that is rejected", async () => {
    const error = new Error("no");
    const span = await spanOf(() =>
      expect(observe({}, async () => Promise.reject(error))).rejects.toBe(error),
    );
    expect(span?.statusMessage).toBe("no");
  });

  it.each([
    ["text", "text"],
    [{ code: 7 }, '{"code":7}'],
    [undefined, "null"],
    [null, "null"],
    [{ name: "Odd", message: "like an error" }, "like an error"],
    [
      new Proxy(
        {},
        {
          has: () => {
            throw new Error("trap");
          },
        },
      ),
      "[not encodable: error]",
    ],
  ])("may be anything: %#", async (thrown, message) => {
    const span = await spanOf(() => {
      try {
        observe({}, () => {
          throw thrown;
        });
      } catch (caught) {
        expect(caught).toBe(thrown);
      }
    });
    expect(span?.statusMessage).toBe(message);
  });

  it("is no error if the program did not want the result any more", async () => {
    const span = await spanOf(async () => {
      const controller = new AbortController();
      const waiting = observe({}, async () => {
        await new Promise((_, reject) => {
          controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
        });
      });
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    });
    expect(span?.statusMessage).toBeUndefined();
    expect(span?.events).toMatchObject([{ name: "cancelled" }]);
  });
});

describe("a promise that an observed function gives", () => {
  it("ends the span when it settles, with its value", async () => {
    const span = await spanOf(() => observe({}, async () => ({ answer: 42 })));
    expect(span?.output).toEqual({ answer: 42 });
  });

  it("still is reported by the process if nobody handles its rejection", async () => {
    const unhandled: unknown[] = [];
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.once("unhandledRejection", (reason) => unhandled.push(reason));
    await capture(async () => {
      void observe({}, async () => Promise.reject(new Error("nobody looks")));
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    for (const listener of listeners) process.on("unhandledRejection", listener);
    expect(unhandled).toEqual([new Error("nobody looks")]);
  });

  it("keeps its class and its methods if it has some of its own", async () => {
    class Request<Value> extends Promise<Value> {
      withResponse() {
        return "response";
      }
    }
    const span = await spanOf(async () => {
      const request = observe({}, () => new Request<number>((resolve) => resolve(1)));
      expectTypeOf(request).toEqualTypeOf<Request<number>>();
      expect(request.withResponse()).toBe("response");
      expect(await request).toBe(1);
    });
    expect(span?.output).toBe(1);
  });

  it("may be a lazy one of a query builder, which is run once", async () => {
    let runs = 0;
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: what query builders are
      then(resolve: (rows: string[]) => unknown) {
        runs += 1;
        return Promise.resolve(resolve(["row"]));
      },
    };
    const span = await spanOf(async () => {
      const rows = await observe({}, () => query as PromiseLike<string[]>);
      expect(rows).toEqual(["row"]);
    });
    expect(runs).toBe(1);
    expect(span?.output).toEqual(["row"]);
  });
});

describe("before initialize", () => {
  it("functions just run", async () => {
    expect(observe({ name: "f", sessionId: "s" }, (a: number) => a + 1, 1)).toBe(2);
    await expect(observe({}, async () => "x")).resolves.toBe("x");
    expect(Laminar.getTraceId()).toBeNull();
  });
});

describe("the types of observe", () => {
  it("are those of the function", () => {
    expectTypeOf(observe({}, (a: number) => `${a}`, 1)).toEqualTypeOf<string>();
    expectTypeOf(observe({}, async (a: string) => a.length, "x")).toEqualTypeOf<Promise<number>>();
    expectTypeOf(
      observe({}, function* () {
        yield 1;
      }),
    ).toExtend<Generator<number>>();
    interface Order {
      id: string;
    }
    const order: Order = { id: "o1" };
    observe({ metadata: order }, () => Laminar.setTraceMetadata(order));
    // @ts-expect-error the argument is missing
    observe({}, (_a: number) => {});
    // @ts-expect-error the argument is of another type
    observe({}, (_a: number) => {}, "1");
    // @ts-expect-error there is no such option
    observe({ session: "s" }, () => {});
  });
});

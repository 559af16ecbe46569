import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Laminar, observe } from "../src/index.js";
import { capture } from "../src/testing.js";
import { silenced } from "./silence.js";

const sessions = async (work: () => unknown) =>
  Object.fromEntries((await capture(work)).spans.map(({ name, sessionId }) => [name, sessionId]));

describe("a session block", () => {
  it("holds for every trace in it, across awaits, and for none after it", async () => {
    const seen = await sessions(async () => {
      const result = await Laminar.session("s", async () => {
        await observe({ name: "one" }, async () => {});
        await sleep(1);
        await observe({ name: "two" }, async () => {});
        return "result";
      });
      expect(result).toBe("result");
      observe({ name: "after" }, () => {});
    });
    expect(seen).toEqual({ one: "s", two: "s", after: undefined });
  });

  it("hands arguments on, and throws what its function throws", async () => {
    expect(Laminar.session("s", (a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(() =>
      Laminar.session("s", () => {
        throw new Error("no");
      }),
    ).toThrow("no");
    await expect(
      Laminar.session("s", async () => Promise.reject(new Error("no"))),
    ).rejects.toThrow();
  });

  it("keeps blocks that run at the same time apart", async () => {
    const seen = await sessions(() =>
      Promise.all(
        ["a", "b"].map((id) =>
          Laminar.session(id, async () => {
            await sleep(1);
            await observe({ name: `in ${id}` }, async () => sleep(1));
          }),
        ),
      ),
    );
    expect(seen).toEqual({ "in a": "a", "in b": "b" });
  });

  it("inside another keeps what it does not name, and merges metadata", async () => {
    const captured = await capture(() =>
      Laminar.session({ sessionId: "outer", userId: "u", metadata: { a: 1, b: 1 } }, () => {
        Laminar.session({ sessionId: "inner", metadata: { b: 2 } }, () =>
          observe({ name: "inside" }, () => {}),
        );
        observe({ name: "beside" }, () => {});
      }),
    );
    expect(captured.find("inside")).toMatchObject({
      sessionId: "inner",
      userId: "u",
      metadata: { a: 1, b: 2 },
    });
    expect(captured.find("beside")).toMatchObject({ sessionId: "outer", metadata: { a: 1, b: 1 } });
  });

  it("inside a trace lets the trace join", async () => {
    const captured = await capture(() =>
      observe({ name: "root", userId: "u" }, () =>
        Laminar.session("s", () => observe({ name: "child" }, () => {})),
      ),
    );
    expect(captured.find("root")).toMatchObject({ sessionId: "s", userId: "u" });
    expect(captured.find("child")).toMatchObject({ sessionId: "s", userId: "u" });
  });

  it(
    "keeps what is set outside a span inside it to itself",
    silenced(async () => {
      const seen = await sessions(() => {
        Laminar.session({ userId: "u" }, () => {
          Laminar.setTraceSessionId("set");
          observe({ name: "inside" }, () => {});
        });
        observe({ name: "after" }, () => {});
      });
      expect(seen).toEqual({ inside: "set", after: undefined });
    }),
  );

  it("holds while the body of a generator runs, and not while its consumer does", async () => {
    const seen = await sessions(async () => {
      const steps = Laminar.session("s", function* () {
        observe({ name: "first" }, () => {});
        yield 1;
        observe({ name: "second" }, () => {});
      });
      for (const _ of steps) observe({ name: "beside" }, () => {});
      const late = Laminar.session("t", async function* () {
        await sleep(1);
        yield await observe({ name: "third" }, async () => 1);
      });
      for await (const _ of late) observe({ name: "outside" }, () => {});
    });
    expect(seen).toEqual({
      first: "s",
      second: "s",
      third: "t",
      beside: undefined,
      outside: undefined,
    });
  });
});

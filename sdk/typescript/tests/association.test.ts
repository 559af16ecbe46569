import { EventEmitter, once } from "node:events";
import { Agent, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { context, trace } from "@opentelemetry/api";
import { describe, expect, it, vi } from "vitest";
import { Laminar, observe, TracingLevel, withTracingLevel } from "../src/index.js";
import { state } from "../src/state.js";
import { type CapturedSpans, capture } from "../src/testing.js";
import { silenced } from "./silence.js";

/** The session of each span by its name. */
const sessions = ({ spans }: CapturedSpans) =>
  Object.fromEntries(spans.map(({ name, sessionId }) => [name, sessionId]));

/** A span of another library's tracer around some work. */
async function foreign(name: string, work: () => unknown, attributes = {}) {
  const span = trace.getTracer("foreign").startSpan(name, { attributes });
  await context.with(trace.setSpan(context.active(), span), work);
  span.end();
}

const tick = () => sleep(1);

describe("what is set inside a trace", () => {
  it("holds for the span, its root and the spans that start later, by whatever tracer", async () => {
    const captured = await capture(() =>
      observe({ name: "root" }, async () => {
        observe({ name: "before" }, () => {});
        observe({ name: "setting" }, () => Laminar.setTraceSessionId("s"));
        observe({ name: "after" }, () => {});
        await foreign("foreign", () => observe({ name: "inside" }, () => {}));
      }),
    );
    expect(sessions(captured)).toEqual({
      before: undefined,
      setting: "s",
      after: "s",
      inside: "s",
      foreign: "s",
      root: "s",
    });
  });

  it("ends with the trace", async () => {
    const captured = await capture(async () => {
      await observe({ name: "one" }, async () => {
        Laminar.setTraceSessionId("s");
        Laminar.setTraceUserId("u");
        Laminar.setTraceMetadata({ k: 1 });
        await tick();
      });
      await observe({ name: "two" }, async () => {});
    });
    const two = captured.find("two");
    expect([two.sessionId, two.userId, two.metadata]).toEqual([undefined, undefined, {}]);
  });

  it("stays in its trace where traces run at the same time", async () => {
    const turn = (id: number) =>
      observe({ name: `turn ${id}` }, async () => {
        await tick();
        Laminar.setTraceSessionId(`s${id}`);
        await tick();
        await observe({ name: `tool ${id}` }, async () => tick());
      });
    const captured = await capture(() => Promise.all([1, 2, 3].map(turn)));
    for (const id of [1, 2, 3]) {
      expect(captured.find(`turn ${id}`).sessionId).toBe(`s${id}`);
      expect(captured.find(`tool ${id}`).sessionId).toBe(`s${id}`);
    }
  });

  it("reaches timers and listeners that were set up in it, and none set up outside", async () => {
    const outside = new EventEmitter();
    outside.on("go", () => observe({ name: "listener outside" }, () => {}));
    const captured = await capture(async () => {
      const done = new EventEmitter();
      const isDone = once(done, "done");
      observe({ name: "root", sessionId: "s" }, () => {
        setTimeout(() => observe({ name: "timer" }, () => done.emit("done")), 1);
      });
      await isDone;
      outside.emit("go");
    });
    expect(sessions(captured)).toEqual({ root: "s", timer: "s", "listener outside": undefined });
  });

  it("does not leak out of an async generator that is left early", async () => {
    async function* turns() {
      yield await observe({ name: "turn" }, async () => {
        Laminar.setTraceSessionId("s");
        return 1;
      });
      yield 2;
    }
    const captured = await capture(async () => {
      for await (const _ of turns()) break;
      observe({ name: "next" }, () => {});
    });
    expect(sessions(captured)).toEqual({ turn: "s", next: undefined });
  });

  it("is on spans that start after the root has ended", async () => {
    const captured = await capture(async () => {
      let late: Promise<unknown> = Promise.resolve();
      observe({ name: "root", sessionId: "s", userId: "u" }, () => {
        late = sleep(2).then(() =>
          observe({ name: "late" }, () => {
            Laminar.setTraceSessionId("other");
            observe({ name: "later" }, () => {});
          }),
        );
      });
      await late;
      observe({ name: "next" }, () => {});
    });
    expect(sessions(captured)).toEqual({
      root: "s",
      late: "other",
      later: "other",
      next: undefined,
    });
    expect(captured.find("late").userId).toBe("u");
  });

  it("is decided by the last call, on the root as well", async () => {
    const captured = await capture(() =>
      observe({ name: "root" }, () => {
        Laminar.setTraceSessionId("first");
        observe({ name: "child" }, () => Laminar.setTraceSessionId("second"));
      }),
    );
    expect(sessions(captured)).toEqual({ child: "second", root: "second" });
  });

  it("can be cleared for the spans that start later", async () => {
    const captured = await capture(() =>
      observe({ name: "root", sessionId: "s", userId: "u" }, () => {
        Laminar.setTraceSessionId(null);
        Laminar.setTraceUserId("");
        observe({ name: "child" }, () => {});
      }),
    );
    const child = captured.find("child");
    expect([child.sessionId, child.userId]).toEqual([undefined, undefined]);
  });

  it("merges metadata, on the root and on the span that set it", async () => {
    const captured = await capture(() =>
      observe({ name: "root", metadata: { a: 1, b: 1 } }, () => {
        observe({ name: "setting" }, () => Laminar.setTraceMetadata({ b: 2, c: [1, "x"] }));
        observe({ name: "later" }, () => {});
      }),
    );
    expect(captured.find("root").metadata).toEqual({ a: 1, b: 2, c: '[1,"x"]' });
    expect(captured.find("setting").metadata).toEqual({ b: 2, c: '[1,"x"]' });
    expect(captured.find("later").metadata).toEqual({});
  });

  it("does nothing in a trace that is not sampled", async () => {
    const captured = await capture(() => {
      const elsewhere = trace.wrapSpanContext({
        traceId: "1".repeat(32),
        spanId: "2".repeat(16),
        traceFlags: 0,
      });
      context.with(trace.setSpan(context.active(), elsewhere), () =>
        Laminar.setTraceSessionId("s"),
      );
      observe({ name: "next" }, () => {});
    });
    expect(sessions(captured)).toEqual({ next: undefined });
    expect(state.warned).not.toContain("outside setTraceSessionId");
  });
});

describe("what is given to a span", () => {
  it("holds for the trace if the span is its root", async () => {
    const captured = await capture(() =>
      observe({ name: "root", sessionId: "s" }, () => observe({ name: "child" }, () => {})),
    );
    expect(sessions(captured)).toEqual({ child: "s", root: "s" });
  });

  it("holds for the span, and for its trace if that has none", async () => {
    const captured = await capture(() => {
      observe({ name: "a" }, () => {
        observe({ name: "a1", sessionId: "late" }, () => {});
        observe({ name: "a2" }, () => {});
      });
      observe({ name: "b", sessionId: "s" }, () => {
        observe({ name: "b1", sessionId: "own" }, () => {});
        observe({ name: "b2" }, () => {});
      });
    });
    expect(sessions(captured)).toEqual({
      a1: "late",
      a2: "late",
      a: undefined,
      b1: "own",
      b2: "s",
      b: "s",
    });
  });

  it("is left alone on a foreign span, and speaks for its trace", async () => {
    const captured = await capture(() =>
      foreign("theirs", () => observe({ name: "ours" }, () => {}), { "session.id": "theirs" }),
    );
    expect(sessions(captured)).toEqual({ ours: "theirs", theirs: "theirs" });
  });
});

describe("what is set outside a span", () => {
  it(
    "warns once, and holds for the traces that start later in that async context alone",
    silenced(async () => {
      const captured = await capture(async () => {
        const one = (async () => {
          await tick();
          Laminar.setTraceSessionId("here");
          Laminar.setTraceSessionId("s");
          Laminar.setTraceUserId("u");
          await tick();
          await observe({ name: "one" }, async () => tick());
          await observe({ name: "another" }, async () => tick());
        })();
        const beside = (async () => {
          await tick();
          await tick();
          await observe({ name: "beside" }, async () => tick());
        })();
        await Promise.all([one, beside]);
        observe({ name: "after" }, () => {});
      });
      expect(sessions(captured)).toEqual({
        one: "s",
        another: "s",
        beside: undefined,
        after: undefined,
      });
      expect(captured.find("one").userId).toBe("u");
      const lines = vi.mocked(console.warn).mock.calls.flat();
      expect(lines.filter((line) => line.includes("setTraceSessionId"))).toEqual([
        "threadline: setTraceSessionId was called outside a span; it holds for the spans started " +
          "later in this context. Use Laminar.session(...) to say where it ends.",
      ]);
    }),
  );

  it(
    "in the handler of a request does not reach the next request on its connection",
    silenced(async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const sockets = new Set<unknown>();
      const server = createServer(async (request, response) => {
        sockets.add(request.socket);
        if (request.url === "/set") Laminar.setTraceSessionId("s");
        await tick();
        await observe({ name: request.url ?? "" }, async () => tick());
        response.end();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const ask = (path: string) =>
        new Promise((resolve, reject) => {
          get({ agent, port, path, host: "127.0.0.1" }, (response) => {
            response.resume().on("end", resolve);
          }).on("error", reject);
        });
      const captured = await capture(async () => {
        await ask("/set");
        await ask("/next");
      });
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
      expect(sockets.size).toBe(1);
      expect(sessions(captured)).toEqual({ "/set": "s", "/next": undefined });
    }),
  );

  it(
    "counts an ended span as outside",
    silenced(async () => {
      await capture(async () => {
        const span = Laminar.startSpan({ name: "ended" });
        span.end();
        Laminar.withSpan(span, () => Laminar.setTraceSessionId("s"));
      });
      expect(state.warned).toContain("outside setTraceSessionId");
    }),
  );

  it("is passed over where nothing is recorded on purpose", async () => {
    const captured = await capture(async () => {
      withTracingLevel(TracingLevel.OFF, () => Laminar.setTraceSessionId("s"));
      observe({ name: "next" }, () => {});
    });
    expect(sessions(captured)).toEqual({ next: undefined });
  });
});

describe("a step that is a trace of its own", () => {
  it("keeps session, user and metadata, and links to the span it started in", async () => {
    const captured = await capture(() =>
      observe({ name: "root", sessionId: "s", userId: "u", metadata: { a: 1 } }, () => {
        Laminar.setTraceMetadata({ b: 2 });
        observe({ name: "step", newTrace: true, metadata: { c: 3 } }, () =>
          observe({ name: "inside" }, () => {}),
        );
      }),
    );
    const [root, step, inside] = ["root", "step", "inside"].map((name) => captured.find(name));
    expect(step?.traceId).not.toBe(root?.traceId);
    expect(step?.parentId).toBeUndefined();
    expect(inside?.parentId).toBe(step?.spanId);
    expect(step?.metadata).toEqual({ a: 1, b: 2, c: 3 });
    expect([step?.sessionId, step?.userId, inside?.sessionId]).toEqual(["s", "u", "s"]);
    expect(root?.metadata).toEqual({ a: 1, b: 2 });
  });

  it("takes what a session cleared in its trace as cleared", async () => {
    const captured = await capture(() =>
      Laminar.session("around", () =>
        observe({ name: "root" }, () => {
          Laminar.setTraceSessionId(null);
          observe({ name: "step", newTrace: true }, () => {});
        }),
      ),
    );
    expect(sessions(captured)).toEqual({ step: undefined, root: "around" });
  });

  it("gives nothing back to the trace it started in", async () => {
    const captured = await capture(() =>
      observe({ name: "root" }, () => {
        observe({ name: "step", newTrace: true }, () => Laminar.setTraceSessionId("s"));
        observe({ name: "child" }, () => {});
      }),
    );
    expect(sessions(captured)).toEqual({ step: "s", child: undefined, root: undefined });
  });
});

describe("the registry of traces", () => {
  it("forgets a trace with its last root", async () => {
    await capture(() =>
      observe({ name: "root" }, () => {
        expect(state.traces.size).toBe(1);
        observe({ name: "child" }, () => {});
      }),
    );
    expect(state.traces.size).toBe(0);
  });

  it(
    "is bounded, and says so",
    silenced(async () => {
      state.traces.clear();
      await capture(() => {
        const spans = Array.from({ length: 10_001 }, () => Laminar.startSpan({ name: "open" }));
        expect(state.traces.size).toBe(10_000);
        for (const span of spans) span.end();
        expect(state.endedTraces.size).toBe(2_000);
      });
      expect(state.traces.size).toBe(0);
      expect(state.warned).toContain("running traces");
    }),
  );
});

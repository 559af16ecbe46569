import { describe, expect, it, vi } from "vitest";
import { Laminar, observe } from "../src/index.js";
import { capture } from "../src/testing.js";

const turn = () =>
  observe({ name: "turn", sessionId: "s" }, () => {
    observe({ name: "search", spanType: "TOOL" }, (_query: string) => ["red shoes"], "shoes");
    expect(() =>
      observe({ name: "pay" }, () => {
        observe({ name: "charge" }, () => {});
        throw new Error("expired");
      }),
    ).toThrow();
  });

describe("capture", () => {
  it("gives the spans as plain values, in the order of their start", async () => {
    const spans = await capture(turn);
    expect(spans.names).toEqual(["turn", "search", "pay", "charge"]);
    expect(spans).toHaveLength(4);
    expect([...spans].map(({ sessionId }) => sessionId)).toEqual(["s", "s", "s", "s"]);
    const search = spans.find("search");
    expect(search).toMatchObject({ type: "TOOL", input: "shoes", output: ["red shoes"] });
    expect(search.endNs).toBeGreaterThanOrEqual(search.startNs);
    expect(spans.find("pay")).toMatchObject({ status: "error", statusMessage: "expired" });
  });

  it("gives them as a tree", async () => {
    const spans = await capture(() => {
      turn();
      observe({ name: "alone" }, () => {});
    });
    expect(spans.tree()).toBe(
      ["turn", "  search [TOOL]", "  pay error", "    charge", "alone"].join("\n"),
    );
    expect(spans.roots.map(({ name }) => name)).toEqual(["turn", "alone"]);
    const root = spans.find("turn");
    expect(root.find("charge").parent).toBe(root.find("pay"));
    expect(root.children.map(({ name }) => name)).toEqual(["search", "pay"]);
    expect(() => root.find("alone")).toThrow();
  });

  it("says which spans there are if the one asked for is not one", async () => {
    const spans = await capture(() => {
      observe({ name: "twice" }, () => {});
      observe({ name: "twice" }, () => {});
    });
    expect(() => spans.find("twice")).toThrow('2 spans are named "twice"');
    expect(() => spans.find("none")).toThrow("there are: twice, twice");
    expect(spans.findAll("twice")).toHaveLength(2);
  });

  it("keeps scores, links and events", async () => {
    const spans = await capture(() =>
      observe({ name: "root" }, () => {
        observe({ name: "step", newTrace: true }, () => Laminar.event({ name: "e" }));
        Laminar.feedback(true);
      }),
    );
    expect(spans.find("step").links).toEqual([spans.find("root").spanId]);
    expect(spans.find("step").events).toMatchObject([{ name: "e", timeNs: expect.any(BigInt) }]);
    expect(spans.scores).toHaveLength(1);
  });

  it("begins outside of any span and session", async () => {
    const inside = () => capture(() => observe({ name: "inside" }, () => {}));
    const spans = await Laminar.session("around", inside);
    expect(spans.find("inside")).toMatchObject({ sessionId: undefined, parentId: undefined });
  });

  it("can have metadata, and no content", async () => {
    const options = { metadata: { release: "1" }, traceContent: false };
    const spans = await capture(() => observe({ name: "f" }, () => "secret"), options);
    expect(spans.find("f").attributes).toEqual({
      "lmnr.association.properties.metadata.release": "1",
    });
  });

  it("leaves the SDK as it was", async () => {
    await capture(() => expect(Laminar.initialized()).toBe(true));
    expect(Laminar.initialized()).toBe(false);
    Laminar.initialize({ instrumentModules: {} });
    await capture(() => {});
    expect(Laminar.initialized()).toBe(true);
    await Laminar.shutdown();
  });

  it("throws what the code throws, and stops capturing", async () => {
    const failing = capture(() => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(Laminar.initialized()).toBe(false);
  });

  it("says that nothing can be captured where tracing is disabled", async () => {
    vi.stubEnv("OTEL_SDK_DISABLED", "true");
    await expect(capture(() => {})).rejects.toThrow("tracing is disabled");
    vi.unstubAllEnvs();
    await Laminar.shutdown();
  });
});

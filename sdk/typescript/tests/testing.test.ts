import { describe, expect, it, vi } from "vitest";
import { Laminar, observe } from "../src/index.js";
import { capture } from "../src/testing.js";

describe("capture", () => {
  it("gives the spans in the order in which they ended, and finds them", async () => {
    const captured = await capture(() =>
      observe({ name: "root", sessionId: "s" }, () => observe({ name: "child" }, () => 1)),
    );
    expect(captured.spans.map(({ name }) => name)).toEqual(["child", "root"]);
    expect(captured.session("s")).toHaveLength(2);
    expect(captured.session("t")).toHaveLength(0);
    expect(captured.childrenOf(captured.span("root"))).toEqual([captured.span("child")]);
  });

  it("says which spans there are if the one asked for is not one", async () => {
    const captured = await capture(() => {
      observe({ name: "twice" }, () => {});
      observe({ name: "twice" }, () => {});
    });
    expect(() => captured.span("twice")).toThrow('2 spans are called "twice"');
    expect(() => captured.span("none")).toThrow("captured: twice, twice");
  });

  it("leaves the SDK as it was", async () => {
    await capture(() => expect(Laminar.initialized()).toBe(true));
    expect(Laminar.initialized()).toBe(false);
    Laminar.initialize({ metadata: { release: "1" }, instrumentModules: {} });
    const { spans } = await capture(() => observe({}, () => {}));
    expect(spans[0]?.metadata).toEqual({ release: "1" });
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

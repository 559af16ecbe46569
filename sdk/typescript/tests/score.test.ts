import { describe, expect, it } from "vitest";
import { Laminar, observe } from "../src/index.js";
import { capture } from "../src/testing.js";
import { silenced } from "./silence.js";

const TRACE = "0123456789abcdef0123456789abcdef";
const TRACE_UUID = "01234567-89ab-cdef-0123-456789abcdef";

describe("a score", () => {
  it("is for the current span", async () => {
    const { spans, scores } = await capture(() =>
      observe({ name: "answer" }, () =>
        Laminar.score("relevance", 0.75, { comment: "to the point" }),
      ),
    );
    expect(scores).toEqual([
      {
        eventName: "gen_ai.evaluation.result",
        timeNs: expect.any(BigInt),
        traceId: spans[0]?.traceId,
        spanId: spans[0]?.spanId,
        attributes: {
          "gen_ai.evaluation.name": "relevance",
          "gen_ai.evaluation.score.value": 0.75,
          "gen_ai.evaluation.explanation": "to the point",
          "threadline.score.id": expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      },
    ]);
  });

  it("can be true, false or a label", async () => {
    const { scores } = await capture(() => {
      const options = { sessionId: "s" };
      Laminar.score("ok", true, options);
      Laminar.score("ok", false, options);
      Laminar.score("tone", "friendly", options);
    });
    const values = scores.map(({ attributes }) => [
      attributes["gen_ai.evaluation.score.value"],
      attributes["gen_ai.evaluation.score.label"],
    ]);
    expect(values).toEqual([
      [1, "true"],
      [0, "false"],
      [undefined, "friendly"],
    ]);
  });

  it("can be for another span, a trace or a session, and be given an id", async () => {
    const { spans, scores } = await capture(() => {
      const spanContext = observe({}, () => Laminar.serializeLaminarSpanContext()) ?? "";
      Laminar.score("a", 1, { spanContext });
      Laminar.score("b", 1, { traceId: TRACE_UUID });
      Laminar.score("c", 1, { sessionId: "s", id: "mine" });
    });
    expect(scores).toMatchObject([
      { traceId: spans[0]?.traceId, spanId: spans[0]?.spanId },
      { traceId: TRACE, spanId: undefined },
      { traceId: undefined, attributes: { "session.id": "s", "threadline.score.id": "mine" } },
    ]);
    expect(scores[1]?.attributes).not.toHaveProperty("session.id");
  });

  it(
    "that says nothing, or is for nothing, is left out with a warning",
    silenced(async () => {
      const { scores } = await capture(() => {
        Laminar.score("nothing", Number.NaN, { sessionId: "s" });
        Laminar.score("nothing", undefined as never, { sessionId: "s" });
        Laminar.score("nowhere", 1);
        Laminar.score("nowhere", 1, { traceId: "7" });
        Laminar.score("nowhere", 1, { spanContext: "{}" });
      });
      expect(scores).toEqual([]);
      expect(console.warn).toHaveBeenCalledTimes(5);
    }),
  );
});

describe("feedback", () => {
  it("is a score named feedback, or as it is told", async () => {
    const { scores } = await capture(() => {
      Laminar.feedback(true, { sessionId: "s" });
      Laminar.feedback(4, { sessionId: "s", name: "stars" });
    });
    expect(scores.map(({ attributes }) => attributes["gen_ai.evaluation.name"])).toEqual([
      "feedback",
      "stars",
    ]);
  });
});

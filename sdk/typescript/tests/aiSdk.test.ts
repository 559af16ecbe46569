import { generateText } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { afterEach, describe, expect, it } from "vitest";
import { aiSdkTelemetry, getTracer, observe, registerAiSdkTelemetry } from "../src/index.js";
import { state } from "../src/state.js";
import { capture } from "../src/testing.js";
import { silenced } from "./silence.js";

const shared = globalThis as { AI_SDK_TELEMETRY_INTEGRATIONS?: object[] };

afterEach(() => {
  state.aiSdkTelemetry = undefined;
  shared.AI_SDK_TELEMETRY_INTEGRATIONS = undefined;
});

describe("the Vercel AI SDK", () => {
  it("records its calls with the tracer, below the observed function and in its session", async () => {
    const usage = {
      inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 5, text: 5, reasoning: 0 },
    };
    const model = new MockLanguageModelV3({
      doGenerate: async () => ({
        content: [{ type: "text", text: "It is sunny." }],
        finishReason: { unified: "stop", raw: "stop" },
        usage,
        warnings: [],
      }),
    });
    const captured = await capture(() =>
      observe({ name: "turn", sessionId: "s" }, () =>
        generateText({
          model,
          prompt: "How is the weather?",
          experimental_telemetry: { isEnabled: true, tracer: getTracer() },
        }),
      ),
    );
    expect(captured.tree()).toBe(
      ["turn", "  ai.generateText", "    ai.generateText.doGenerate"].join("\n"),
    );
    expect(captured.spans.map(({ sessionId }) => sessionId)).toEqual(["s", "s", "s"]);
  });

  it(
    "of version 7 needs a package of its own, which is told once",
    silenced(() => {
      expect(aiSdkTelemetry()).toEqual({});
      const integration = registerAiSdkTelemetry();
      expect(registerAiSdkTelemetry()).toBe(integration);
      expect(shared.AI_SDK_TELEMETRY_INTEGRATIONS).toEqual([integration]);
      expect(console.warn).toHaveBeenCalledExactlyOnceWith(
        expect.stringContaining("npm install @ai-sdk/otel"),
      );
    }),
  );
});

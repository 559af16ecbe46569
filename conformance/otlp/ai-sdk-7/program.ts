// Vercel's AI SDK 7 with `@ai-sdk/otel`: a tool, a stream about a picture with reasoning, an error.
// runs in node
// packages: ai @ai-sdk/otel @ai-sdk/openai @ai-sdk/anthropic

import { createAnthropic } from "@ai-sdk/anthropic";
import { openai } from "@ai-sdk/openai";
import { OpenTelemetry } from "@ai-sdk/otel";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { generateText, isStepCount, registerTelemetry, streamText, tool } from "ai";
import { z } from "zod";

const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
sdk.start();
registerTelemetry(new OpenTelemetry({ runtimeContext: true, usage: true }));

const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const picture =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const get_weather = tool({
  description: "Tell the weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => `18 °C in ${city}`,
});
const telemetry = (functionId: string) => ({
  runtimeContext: { sessionId: "ai-sdk-7", userId: "ada" },
  telemetry: { functionId, includeRuntimeContext: { sessionId: true, userId: true } },
  maxRetries: 0,
});

await generateText({
  model: openai.chat("gpt-4o-mini"),
  instructions: "Be brief.",
  prompt: "What is the weather in Paris?",
  tools: { get_weather },
  stopWhen: isStepCount(2),
  ...telemetry("weather"),
});
const stream = streamText({
  model: anthropic("claude-sonnet-4-5"),
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "And in this picture?" },
        { type: "file", data: picture, mediaType: "image/png" },
      ],
    },
  ],
  providerOptions: {
    anthropic: {
      thinking: { type: "enabled", budgetTokens: 1024 },
      cacheControl: { type: "ephemeral" },
    },
  },
  ...telemetry("pictures"),
});
await stream.consumeStream();
await generateText({
  model: openai.chat("no-such-model"),
  prompt: "Hello",
  ...telemetry("nobody"),
}).catch(() => {});
await sdk.shutdown();

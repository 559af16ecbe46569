// Vercel's AI SDK 6 with its own telemetry: a tool, a stream about a picture with reasoning, an error.
// runs in node
// packages: ai-6 @ai-sdk/openai-3 @ai-sdk/anthropic-3

import { createAnthropic } from "@ai-sdk/anthropic-3";
import { openai } from "@ai-sdk/openai-3";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { generateText, stepCountIs, streamText, tool } from "ai-6";
import { z } from "zod";

const sdk = new NodeSDK({ traceExporter: new OTLPTraceExporter() });
sdk.start();

const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const picture =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const get_weather = tool({
  description: "Tell the weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) => `18 °C in ${city}`,
});
const telemetry = (functionId: string) => ({
  experimental_telemetry: {
    isEnabled: true,
    functionId,
    metadata: { sessionId: "ai-sdk-6", userId: "ada", tags: ["beta"] },
  },
  maxRetries: 0,
});

await generateText({
  model: openai.chat("gpt-4o-mini"),
  system: "Be brief.",
  prompt: "What is the weather in Paris?",
  tools: { get_weather },
  stopWhen: stepCountIs(2),
  ...telemetry("weather"),
});
const stream = streamText({
  model: anthropic("claude-sonnet-4-5"),
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "And in this picture?" },
        { type: "image", image: picture, mediaType: "image/png" },
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

/** Lets the Vercel AI SDK, version 7 and later, record its calls as spans of the SDK. */
import type { Tracer } from "@opentelemetry/api";
import { guarded, warnOnce } from "./guard.js";
import { load } from "./instruments/installed.js";
import { state } from "./state.js";
import { getTracer } from "./tracer.js";

/**
 * A telemetry integration as `ai` takes it since version 7. Its methods are between `ai` and
 * `@ai-sdk/otel`; the SDK passes it on.
 */
export type AiSdkTelemetry = object;

/** The package in which the makers of `ai` keep its spans since version 7. */
const PACKAGE = "@ai-sdk/otel";

interface AiSdkOtel {
  OpenTelemetry: new (options: { tracer: Tracer }) => AiSdkTelemetry;
}

interface AiSdkGlobal {
  AI_SDK_TELEMETRY_INTEGRATIONS?: AiSdkTelemetry[];
}

/**
 * Make a telemetry integration for one call of `ai` 7. It needs the package `@ai-sdk/otel`; without it
 * there is one warning, and nothing is recorded.
 *
 * Versions 4 to 6 take a tracer: `experimental_telemetry: { isEnabled: true, tracer: getTracer() }`.
 *
 * @example
 * await generateText({ model, prompt, experimental_telemetry: { integrations: aiSdkTelemetry() } });
 */
export function aiSdkTelemetry(): AiSdkTelemetry {
  const otel = guarded("aiSdkTelemetry", () => load(PACKAGE)) as Partial<AiSdkOtel> | undefined;
  if (otel?.OpenTelemetry === undefined) {
    warnOnce(PACKAGE, `calls of ai are not recorded without its telemetry: npm install ${PACKAGE}`);
    return {};
  }
  return new otel.OpenTelemetry({ tracer: getTracer() });
}

/**
 * Record every call of `ai` 7 in the process. It needs the package `@ai-sdk/otel`.
 *
 * @returns The integration; a second call gives the first one's.
 *
 * @example
 * registerAiSdkTelemetry();
 * await generateText({ model, prompt });
 */
export function registerAiSdkTelemetry(): AiSdkTelemetry {
  const shared = globalThis as AiSdkGlobal;
  shared.AI_SDK_TELEMETRY_INTEGRATIONS ??= [];
  const { AI_SDK_TELEMETRY_INTEGRATIONS: integrations } = shared;
  state.aiSdkTelemetry ??= aiSdkTelemetry();
  if (!integrations.includes(state.aiSdkTelemetry)) integrations.push(state.aiSdkTelemetry);
  return state.aiSdkTelemetry;
}

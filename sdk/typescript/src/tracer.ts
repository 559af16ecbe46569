/** The tracer and the provider of the SDK, for libraries that take one. */
import { type Tracer, type TracerProvider, trace } from "@opentelemetry/api";
import { ownTracer } from "./client.js";
import { state } from "./state.js";

/**
 * The tracer for libraries that record their own spans, such as the Vercel AI SDK. It can be taken
 * before `Laminar.initialize`, and records from then on.
 *
 * @example
 * await generateText({ model, prompt, experimental_telemetry: { isEnabled: true, tracer: getTracer() } });
 */
export function getTracer(): Tracer {
  return lazyTracer;
}

/** The provider of the SDK's tracers; before `Laminar.initialize` the global one. */
export function getTracerProvider(): TracerProvider {
  return state.client?.provider ?? trace.getTracerProvider();
}

function current(): Tracer {
  return state.client?.tracer ?? ownTracer(trace.getTracerProvider());
}

const lazyTracer: Tracer = {
  startSpan: (...args) => current().startSpan(...args),
  startActiveSpan: (...args: unknown[]) =>
    // The four overloads are the tracer's own, and their arguments go through as they are.
    (current().startActiveSpan as (...args: unknown[]) => never).apply(current(), args),
};

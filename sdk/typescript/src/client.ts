/** What `Laminar.initialize` makes: settings, a tracer, and what takes the spans. */
import { type Tracer, type TracerProvider, trace } from "@opentelemetry/api";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import type { ScoreRecord } from "./score.js";
import type { Settings } from "./settings.js";
import { state } from "./state.js";
import { VERSION } from "./version.js";

/** The instrumentation scope of the spans that the SDK starts. */
const SCOPE = "threadline";

/** The SDK while it is initialized and not disabled. */
export interface Client {
  readonly settings: Settings;
  /** The provider of the spans: the program's own if it has one, else the SDK's. */
  readonly provider: TracerProvider;
  /** The tracer of `observe` and of the spans started by hand. */
  readonly tracer: Tracer;
  /** Takes the spans of the provider, and the scores. */
  readonly sink: SpanSink;
  /** True lets spans become children of active spans that the SDK does not see. */
  readonly inheritsForeignParents: boolean;
}

/** Takes spans and scores. */
export interface SpanSink extends SpanProcessor {
  emitScore(record: ScoreRecord): void;
  /** Send what waits; false if some of it did not arrive. */
  flush(): Promise<boolean>;
}

/** The tracer of the SDK's own spans. */
export function ownTracer(provider: TracerProvider): Tracer {
  return provider.getTracer(SCOPE, VERSION);
}

/**
 * Let `observe` and what goes with it work without `Laminar.initialize`, on the global provider, for a
 * processor that a program gave to its provider by itself.
 */
export function serveAlone(sink: SpanSink, settings: Settings): void {
  if (state.client !== undefined || state.initialized || settings.disabled) return;
  const provider = trace.getTracerProvider();
  const tracer = ownTracer(provider);
  state.client = { settings, provider, tracer, sink, inheritsForeignParents: false };
}

/** Stop what {@link serveAlone} began for a processor. */
export function stopServingAlone(sink: SpanSink): void {
  if (state.client?.sink === sink && !state.initialized) state.client = undefined;
}

/** What `Laminar.initialize` makes: settings, a tracer, and what takes the spans. */
import type { Tracer, TracerProvider } from "@opentelemetry/api";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import type { ScoreRecord } from "./score.js";
import type { Settings } from "./settings.js";

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

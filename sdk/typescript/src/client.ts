/** What `Laminar.initialize` makes: settings, a tracer, and the processor that takes the spans. */
import type { Tracer, TracerProvider } from "@opentelemetry/api";
import type { LaminarSpanProcessor } from "./processor.js";
import type { Settings } from "./settings.js";

/** The SDK while it is initialized and not disabled. */
export interface Client {
  readonly settings: Settings;
  /** The provider of the spans: the program's own if it has one, else the SDK's. */
  readonly provider: TracerProvider;
  /** The tracer of `observe` and of the spans started by hand. */
  readonly tracer: Tracer;
  readonly processor: LaminarSpanProcessor;
  /** True lets spans become children of active spans that the SDK does not see. */
  readonly inheritsForeignParents: boolean;
}

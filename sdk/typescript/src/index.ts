/** Traces AI agents into sessions: `Laminar`, `observe`, and what goes with them. */
export type { Span } from "@opentelemetry/api";
export { type AiSdkTelemetry, aiSdkTelemetry, registerAiSdkTelemetry } from "./aiSdk.js";
export type { Association } from "./association.js";
export { LaminarAttributes, type SpanType, type Values } from "./attributes.js";
export {
  type DecoratorOptions,
  observeDecorator,
  observeExperimentalDecorator,
} from "./decorator.js";
export type { LogLevel } from "./guard.js";
export type {
  InitializeOptions,
  InitializeOptions as LaminarInitializeProps,
} from "./initialize.js";
export type { InstrumentModules } from "./instruments/index.js";
export { type EventOptions, type FeedbackOptions, Laminar } from "./laminar.js";
export {
  type RequestSessionOptions,
  type RequestWithHeaders,
  sessionMiddleware,
  withSessionFromRequest,
} from "./middleware.js";
export { type ObserveOptions, observe } from "./observe.js";
export { LaminarSpanProcessor, type LaminarSpanProcessorOptions } from "./processor.js";
export type { Carrier } from "./propagation.js";
export type { ScoreOptions, ScoreValue } from "./score.js";
export type { SessionOptions } from "./session.js";
export type { Mask, MaskPattern } from "./settings.js";
export { LaminarSpan } from "./span.js";
export type { LaminarSpanContext, StringUUID } from "./spanContext.js";
export type { ManualSpanOptions, SpanOptions } from "./spanStart.js";
export { getTracer, getTracerProvider } from "./tracer.js";
export { TracingLevel, withTracingLevel } from "./tracingLevel.js";

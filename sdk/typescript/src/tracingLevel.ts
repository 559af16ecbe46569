/** Turns a tracing level set around a call into what is recorded of the spans inside it. */
import { type Context, context, createContextKey, type Span } from "@opentelemetry/api";
import { suppressTracing, unsuppressTracing } from "@opentelemetry/core";
import { activeContext } from "./activeContext.js";
import { state } from "./state.js";

/** How much is recorded: `off` no span, `meta_only` spans without inputs and outputs, `all`. */
export enum TracingLevel {
  OFF = "off",
  META_ONLY = "meta_only",
  ALL = "all",
}

const LEVEL = createContextKey("threadline tracing level");

/**
 * Run a function with a tracing level for every span that starts inside it, by whatever tracer.
 *
 * @param tracingLevel - How much to record.
 * @param fn - The function to run.
 * @param args - Its arguments.
 * @returns What `fn` returns.
 *
 * @example
 * const reply = await withTracingLevel(TracingLevel.META_ONLY, () => diagnose(patient));
 */
export function withTracingLevel<Args extends unknown[], Result>(
  tracingLevel: TracingLevel | `${TracingLevel}`,
  fn: (...args: Args) => Result,
  ...args: Args
): Result {
  state.hasTracingLevels = true;
  const active = activeContext();
  const levelled =
    tracingLevel === TracingLevel.OFF
      ? suppressTracing(active)
      : unsuppressTracing(active).setValue(LEVEL, tracingLevel);
  return context.with(levelled, () => fn(...args));
}

/** Note the level that a span starts under. */
export function noteLevel(span: Span, parentContext: Context): void {
  if (state.hasTracingLevels && parentContext.getValue(LEVEL) === TracingLevel.META_ONLY)
    state.withoutContent.add(span);
}

/** Say whether inputs and outputs of a span are left out; the span is the one that was started. */
export function isWithoutContent(span: object): boolean {
  return state.hasTracingLevels && state.withoutContent.has(span);
}

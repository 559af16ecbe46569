/** Says which context is active, also where a span was made active without a callback to run in it. */
import type { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  type ContextManager,
  context,
  createContextKey,
  ROOT_CONTEXT,
  type Span,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { enter } from "./asyncStore.js";
import { state } from "./state.js";

/** A span that is active from its start to its end, in the async context it was started in. */
interface Activation {
  readonly span: Span;
  /** What was active before. */
  readonly previous: Context;
  /** False for a span that is not sampled, which cannot be asked whether it has ended. */
  readonly isRecorded: boolean;
  hasEnded: boolean;
}

const ACTIVATION = createContextKey("threadline activation");

/** The part of OpenTelemetry's context managers on Node that can change the context in place. */
interface StorageBacked {
  readonly _asyncLocalStorage?: Partial<AsyncLocalStorage<Context>>;
}

/**
 * The context manager that is registered if the program has none: OpenTelemetry's own, which looks
 * through spans that were made active and have ended.
 */
export class LaminarContextManager extends AsyncLocalStorageContextManager {
  override active(): Context {
    return settled(super.active());
  }
}

/** Register a context manager, unless contexts are carried through asynchronous code already. */
export function ensureContextManager(): void {
  const probe = createContextKey("threadline probe");
  const isCarried = context.with(
    ROOT_CONTEXT.setValue(probe, true),
    () => context.active().getValue(probe) === true,
  );
  if (!isCarried) context.setGlobalContextManager(new LaminarContextManager().enable());
}

/** The context that a span started here and now starts in. */
export function activeContext(): Context {
  return settled(context.active());
}

/** The span that is active here and now, or undefined. */
export function activeSpan(): Span | undefined {
  return trace.getSpan(activeContext());
}

/**
 * Make a span active for the rest of this async context, until it ends.
 *
 * @returns What to call when the span ends, or undefined if the registered context manager cannot
 *   change the context in place.
 */
export function activate(span: Span): (() => void) | undefined {
  state.looksThroughContexts = true;
  const previous = activeContext();
  const isRecorded = span.isRecording();
  const activation: Activation = { span, previous, isRecorded, hasEnded: false };
  if (!makeActive(trace.setSpan(previous, span).setValue(ACTIVATION, activation))) return undefined;
  return () => {
    activation.hasEnded = true;
    // Only the async context that ends the span is put back; others look through it from now on.
    if (trace.getSpan(context.active()) === span) makeActive(previous);
  };
}

/** Make a span the parent of whatever starts anywhere in the process without one, until it ends. */
export function activateGlobally(span: Span): () => void {
  state.looksThroughContexts = true;
  state.globalSpans.push(span);
  return () => {
    const index = state.globalSpans.indexOf(span);
    if (index >= 0) state.globalSpans.splice(index, 1);
  };
}

/** Look through activated spans that have ended, and put in what holds where nothing is active. */
function settled(active: Context): Context {
  if (!state.looksThroughContexts) return active;
  let settling = active === ROOT_CONTEXT ? (state.rootContext ?? active) : active;
  let activation = settling.getValue(ACTIVATION) as Activation | undefined;
  while (activation && isOver(activation) && trace.getSpan(settling) === activation.span) {
    const before = trace.getSpan(activation.previous);
    const outer = activation.previous.getValue(ACTIVATION) as Activation | undefined;
    settling = before ? trace.setSpan(settling, before) : trace.deleteSpan(settling);
    settling = settling.setValue(ACTIVATION, outer);
    activation = outer;
  }
  const everywhere = state.globalSpans.at(-1);
  if (everywhere !== undefined && trace.getSpan(settling) === undefined) {
    return trace.setSpan(settling, everywhere);
  }
  return settling;
}

function isOver({ span, isRecorded, hasEnded }: Activation): boolean {
  return hasEnded || (isRecorded && !span.isRecording());
}

function makeActive(entered: Context): boolean {
  // The API has no way to ask for the registered manager, and managers none to enter a context that
  // every version supports; both members exist since 1.0.
  const api = context as unknown as { _getContextManager?(): ContextManager & StorageBacked };
  const storage = api._getContextManager?.()._asyncLocalStorage;
  if (typeof storage?.enterWith !== "function") return false;
  enter(storage as AsyncLocalStorage<Context>, entered);
  return true;
}

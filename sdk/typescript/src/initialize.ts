/** Turns settings into a running client: context manager, tracer provider, processor, instruments. */
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { ensureContextManager } from "./activeContext.js";
import { ownTracer } from "./client.js";
import { failed, guarded, log, warnOnce } from "./guard.js";
import { type InstrumentModules, switchOn } from "./instruments/index.js";
import { LaminarSpanProcessor } from "./processor.js";
import { ensureProvider } from "./provider.js";
import { resolve, type Settings, type SettingsArguments } from "./settings.js";
import { parseSpanContext, remoteSpanContext } from "./spanContext.js";
import { state } from "./state.js";

/** Options of `Laminar.initialize`. */
export interface InitializeOptions extends SettingsArguments {
  /**
   * The modules to instrument. Default: whatever supported package the program has installed. An empty
   * object instruments nothing.
   */
  instrumentModules?: InstrumentModules;
  /**
   * True lets spans become children of active spans that the SDK does not see, such as those of an SDK
   * with a tracer provider of its own. Default: false, they are roots.
   */
  inheritGlobalContext?: boolean;
}

/**
 * Start tracing; a second call is ignored.
 *
 * @throws TypeError or RangeError if an argument cannot be meant.
 */
export function initialize(options: InitializeOptions): void {
  if (state.initialized) {
    log("debug", "it is initialized already: the second call changes nothing");
    return;
  }
  state.logLevel = options?.logLevel ?? state.logLevel;
  const settings = resolve(options);
  state.logLevel = settings.logLevel;
  state.initialized = true;
  if (!settings.disabled) guarded("initialize", () => begin(settings, options));
}

/** Flush and stop tracing. */
export async function shutdown(): Promise<void> {
  const { client } = state;
  state.client = undefined;
  state.initialized = false;
  state.rootContext = undefined;
  state.rootAssociation = undefined;
  try {
    await client?.sink.shutdown();
  } catch (error) {
    failed("shutdown", error);
  }
}

function begin(settings: Settings, options: InitializeOptions): void {
  ensureContextManager();
  const { provider, processor } = ensureProvider();
  const { spanProcessor, inheritGlobalContext = false } = options;
  state.client = {
    settings,
    provider,
    tracer: ownTracer(provider),
    sink:
      processor ?? LaminarSpanProcessor.of(settings, { ...(spanProcessor && { spanProcessor }) }),
    inheritsForeignParents: inheritGlobalContext,
  };
  if (settings.spanContext !== undefined) continueFrom(settings.spanContext);
  switchOn(options.instrumentModules, provider);
}

/** Let this whole process continue the trace that its parent process handed on (LMNR_SPAN_CONTEXT). */
function continueFrom(serialized: string): void {
  const parent = parseSpanContext(serialized);
  if (parent === undefined) {
    warnOnce(
      "environment LMNR_SPAN_CONTEXT",
      "LMNR_SPAN_CONTEXT is no span context; it is left out",
    );
    return;
  }
  const { sessionId, userId, metadata } = parent;
  state.looksThroughContexts = true;
  state.rootContext = trace.setSpanContext(ROOT_CONTEXT, remoteSpanContext(parent));
  state.rootAssociation = { sessionId, userId, metadata };
}

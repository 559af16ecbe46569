/** Finds or makes the tracer provider whose spans the SDK takes. */
import { type Context, ProxyTracerProvider, type TracerProvider, trace } from "@opentelemetry/api";
import { defaultResource, detectResources, envDetector } from "@opentelemetry/resources";
import {
  type ReadableSpan,
  TracerProvider as SdkTracerProvider,
  type Span,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace";
import { warnOnce } from "./guard.js";
import { LaminarSpanProcessor } from "./processor.js";
import { state } from "./state.js";

/** Instrumentation of models writes an attribute per message part: the default of 128 cuts it. */
const ATTRIBUTE_COUNT_LIMIT = 10_000;

/**
 * Hands the spans of a provider to whatever the SDK is at that moment. A provider keeps its processors
 * for life, the SDK is initialized and shut down: so it is this that a provider gets, once.
 */
const relay: SpanProcessor = {
  onStart: (span: Span, parentContext: Context) => state.client?.sink.onStart(span, parentContext),
  onEnd: (span: ReadableSpan) => state.client?.sink.onEnd(span),
  forceFlush: async () => {
    await state.client?.sink.forceFlush();
  },
  // The program shuts its provider down for good, and with it what it takes in.
  shutdown: async () => {
    await state.client?.sink.forceFlush();
  },
};

/** A provider, and the processor of this SDK that the program gave it by itself, if it did. */
export interface Provided {
  readonly provider: TracerProvider;
  readonly processor: LaminarSpanProcessor | undefined;
}

/**
 * Give the provider of the spans that the SDK takes: the global one of the program if there is one
 * and it takes another processor, else one of the SDK's own, made global if no other is.
 */
export function ensureProvider(): Provided {
  const global = registeredProvider();
  if (global === undefined) {
    state.ownProvider ??= makeProvider();
    if (!trace.setGlobalTracerProvider(state.ownProvider)) {
      warnOnce(
        "global provider",
        "the tracer provider could not be registered, so that only the spans of observe and " +
          "Laminar.startSpan are sent. Are there two versions of @opentelemetry/api?",
      );
    }
    return { provider: state.ownProvider, processor: undefined };
  }
  const processor = processorsOf(global)?.find(isOurs);
  if (processor !== undefined) return { provider: global, processor };
  if (state.attached.has(global) || attach(global)) return { provider: global, processor };
  warnOnce(
    "foreign provider",
    "the registered tracer provider takes no further span processor, so that only the spans of " +
      "observe and Laminar.startSpan are sent. Give it `new LaminarSpanProcessor()` where it is made.",
  );
  state.ownProvider ??= makeProvider();
  return { provider: state.ownProvider, processor: undefined };
}

function makeProvider(): TracerProvider {
  const provider = new SdkTracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
    resource: defaultResource().merge(detectResources({ detectors: [envDetector] })),
    spanLimits: { attributeCountLimit: ATTRIBUTE_COUNT_LIMIT },
    spanProcessors: [relay],
  });
  state.attached.add(provider);
  return provider;
}

/** What there is of OpenTelemetry's API and SDK providers, old and new. */
interface ProviderInside {
  getTracer: unknown;
  getDelegate?(): object;
  addSpanProcessor?(processor: SpanProcessor): void;
  _activeSpanProcessor?: { _spanProcessors?: SpanProcessor[] };
}

/** The provider that was registered globally, or undefined if there is none. */
function registeredProvider(): TracerProvider | undefined {
  const registered = trace.getTracerProvider() as TracerProvider & ProviderInside;
  const found = (registered.getDelegate?.() ?? registered) as TracerProvider;
  return found === new ProxyTracerProvider().getDelegate() ? undefined : found;
}

/**
 * Add the relay to a provider of OpenTelemetry's SDK. Version 1 has a method for it. Versions 2 and 3
 * have none, but read the list of their processors at each span.
 */
function attach(provider: TracerProvider & ProviderInside): boolean {
  const processors = processorsOf(provider);
  if (processors !== undefined) {
    processors.push(relay);
  } else if (typeof provider.addSpanProcessor === "function") {
    provider.addSpanProcessor(relay);
  } else {
    return false;
  }
  state.attached.add(provider);
  return true;
}

function isOurs(processor: SpanProcessor): processor is LaminarSpanProcessor {
  return processor instanceof LaminarSpanProcessor;
}

function processorsOf(provider: ProviderInside): SpanProcessor[] | undefined {
  const processors = provider._activeSpanProcessor?._spanProcessors;
  // Version 1 makes a new list when one is added by its method.
  if (typeof provider.addSpanProcessor === "function") return undefined;
  return Array.isArray(processors) ? processors : undefined;
}

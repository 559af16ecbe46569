/** Holds the SDK's one state in a process, shared by every copy of this package loaded into it. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Context, Span, TracerProvider } from "@opentelemetry/api";
import type { Association, TraceAssociation } from "./association.js";
import type { Client } from "./client.js";
import type { LogLevel } from "./guard.js";
import type { Instrumentor } from "./instruments/index.js";
import type { LaminarSpan } from "./span.js";

/**
 * What one process remembers. It lives on `globalThis` and not in module variables because a program
 * easily loads the package twice: once by `import` and once by `require`, once per bundle (Next.js
 * bundles `instrumentation.ts` and each route apart), and again at each development reload.
 */
export interface State {
  /** What `Laminar.initialize` made; undefined before it, after `shutdown`, and when disabled. */
  client: Client | undefined;
  /** True from `Laminar.initialize` to `Laminar.shutdown`, also when tracing is disabled. */
  initialized: boolean;
  /** The association that new traces of an async context start with. */
  readonly ambient: AsyncLocalStorage<Association>;
  /** By store, the asynchronous resources that are put back when their callback has run. */
  readonly changedResources: WeakMap<object, WeakSet<object>>;
  /** The traces with a local root that has not ended, by trace id. */
  readonly traces: Map<string, TraceAssociation>;
  /** The traces that ended lately, for spans that outlive their root. */
  readonly endedTraces: Map<string, TraceAssociation>;
  /** The context that holds where nothing else does: the parent of LMNR_SPAN_CONTEXT, or none. */
  rootContext: Context | undefined;
  /** The association of LMNR_SPAN_CONTEXT, or none. */
  rootAssociation: Association | undefined;
  /** True once a context may have to be looked through: kept apart from calls that never need it. */
  looksThroughContexts: boolean;
  /** Spans that `startActiveSpan({ global: true })` made active for the whole process. */
  readonly globalSpans: Span[];
  /** True once a tracing level was set. */
  hasTracingLevels: boolean;
  /** Spans whose content is left out (`TracingLevel.META_ONLY`). */
  readonly withoutContent: WeakSet<object>;
  /** The facade given out for a span, so that one span has one facade. */
  readonly facades: WeakMap<Span, LaminarSpan>;
  /** The tracer provider that the SDK made, if it had to. */
  ownProvider: TracerProvider | undefined;
  /** Tracer providers that already hand their spans to the SDK. */
  readonly attached: WeakSet<object>;
  /** The instrumentations of other packages that run, by the name of theirs. */
  readonly instrumentors: Map<string, Instrumentor>;
  /** The integration that `registerAiSdkTelemetry` registered. */
  aiSdkTelemetry: object | undefined;
  /** Keys of the warnings that were given. */
  readonly warned: Set<string>;
  logLevel: LogLevel;
  /** True in the SDK's own tests: an internal error is thrown, not logged. */
  raising: boolean;
}

const KEY = Symbol.for("threadline.state");

function emptyState(): State {
  return {
    client: undefined,
    initialized: false,
    ambient: new AsyncLocalStorage(),
    changedResources: new WeakMap(),
    traces: new Map(),
    endedTraces: new Map(),
    rootContext: undefined,
    rootAssociation: undefined,
    looksThroughContexts: false,
    globalSpans: [],
    hasTracingLevels: false,
    withoutContent: new WeakSet(),
    facades: new WeakMap(),
    ownProvider: undefined,
    attached: new WeakSet(),
    instrumentors: new Map(),
    aiSdkTelemetry: undefined,
    warned: new Set(),
    logLevel: "warn",
    raising: false,
  };
}

const shared = globalThis as unknown as Record<symbol, State | undefined>;

/** The state of this process. */
export const state: State = shared[KEY] ?? emptyState();
shared[KEY] = state;

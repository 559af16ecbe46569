/** Keeps a model call from being traced twice, by LangChain's instrumentation and by its client's. */
import {
  context,
  INVALID_SPAN_CONTEXT,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { state } from "../state.js";

/** The package of LangChain's instrumentation. */
export const LANGCHAIN = "@arizeai/openinference-instrumentation-langchain";

/** LangChain calls a client at most so many frames above the span that the client's call starts. */
const FRAMES = 20;
const INTEGRATION = /[\\/]@langchain[\\/]/;

/**
 * A tracer provider for the clients of models: what LangChain calls and traces itself gets no span.
 *
 * LangChain tells of its runs by callbacks, which cannot make a span the active one, and may tell late.
 * A client's span would so stand beside the run, and its tokens count a second time. Who calls is seen
 * from the call stack; in a bundle, which has no paths, both spans are recorded.
 */
export function forClients(provider: TracerProvider): TracerProvider {
  return { getTracer: (...name) => besideLangChain(provider.getTracer(...name)) };
}

function besideLangChain(tracer: Tracer): Tracer {
  return {
    startSpan(name, options, within = context.active()) {
      if (!isCalledByLangChain()) return tracer.startSpan(name, options, within);
      // What the client itself starts, a request for one, belongs to where the call was made.
      return trace.wrapSpanContext(trace.getSpanContext(within) ?? INVALID_SPAN_CONTEXT);
    },
    startActiveSpan: tracer.startActiveSpan.bind(tracer),
  };
}

function isCalledByLangChain(): boolean {
  if (!state.instrumentors.has(LANGCHAIN)) return false;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return INTEGRATION.test(stack ?? "");
}

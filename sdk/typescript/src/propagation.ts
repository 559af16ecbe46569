/** Carries trace and session across processes in headers: W3C trace context and W3C baggage. */
import {
  type Context,
  context,
  propagation,
  type TextMapGetter,
  type TextMapSetter,
} from "@opentelemetry/api";
import { W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { activeContext } from "./activeContext.js";
import { ambient, associationIn, merged } from "./association.js";
import { associationOf, withAssociation } from "./baggage.js";
import { guarded } from "./guard.js";
import { runIn } from "./session.js";

/** What headers come in: a `Headers`, Node's headers, a `Map`, or an array of pairs. */
export type Carrier =
  | Headers
  | Readonly<Record<string, string | readonly string[] | number | undefined>>
  | ReadonlyMap<string, string>
  | Iterable<readonly [string, string]>;

const NAMES = ["traceparent", "tracestate", "baggage"];
const traceContext = new W3CTraceContextPropagator();
const baggagePropagator = new W3CBaggagePropagator();

/**
 * Add the current place in the trace (`traceparent`) and its session, user and metadata (`baggage`) to
 * headers, for a service that reads them with {@link extract}. It is done on request and never by
 * itself, because it tells the other side who the user is.
 *
 * @param carrier - The headers to add to: an object, a `Headers` or a `Map`. It is changed.
 * @returns The carrier.
 *
 * @example
 * await fetch(url, { headers: Laminar.inject({ accept: "application/json" }) });
 */
export function inject<Into extends object = Record<string, string>>(carrier?: Into): Into {
  const into = carrier ?? ({} as Into);
  guarded("inject", () => {
    const active = activeContext();
    traceContext.inject(active, into, setter);
    const own = propagation.getBaggage(baggagePropagator.extract(active, readable(into), getter));
    let baggage = own ?? propagation.createBaggage();
    for (const [key, entry] of propagation.getBaggage(active)?.getAllEntries() ?? []) {
      baggage = baggage.setEntry(key, entry);
    }
    const filled = withAssociation(baggage, associationIn(active));
    baggagePropagator.inject(propagation.setBaggage(active, filled), into, setter);
  });
  return into;
}

/**
 * Run a function where headers say: in their trace, and with the session, user and metadata of their
 * baggage. What is no valid header is passed over.
 *
 * @param carrier - The headers of a request or of a message.
 * @returns What `fn` returns.
 *
 * @example
 * server.on("message", (message) => Laminar.extract(message.headers, () => handle(message)));
 */
export function extract<Args extends unknown[], Result>(
  carrier: Carrier,
  fn: (...args: Args) => Result,
  ...args: Args
): Result {
  const extracted = guarded("extract", () => contextOf(carrier)) ?? activeContext();
  const baggage = propagation.getBaggage(extracted);
  const carried = baggage && associationOf(baggage);
  const association = carried === undefined ? ambient() : merged(ambient(), carried);
  return context.with(extracted, () => runIn(association, fn, ...args));
}

/** Give the active context with the trace and the baggage of headers. */
function contextOf(carrier: Carrier): Context {
  if (typeof carrier !== "object" || carrier === null) return activeContext();
  const headers = readable(carrier);
  const inTrace = traceContext.extract(activeContext(), headers, getter);
  return baggagePropagator.extract(inTrace, headers, getter);
}

/** Read the headers that matter, by their lower-case names. */
export function readable(carrier: object): Map<string, string> {
  const headers = new Map<string, string>();
  const put = (name: unknown, value: unknown) => {
    const key = text(name)?.toLowerCase();
    if (key === undefined || !NAMES.includes(key)) return;
    const values = Array.isArray(value) ? value.map(text) : [text(value)];
    const known = values.filter((each) => each !== undefined).join(",");
    const before = headers.get(key);
    if (known !== "") headers.set(key, before === undefined ? known : `${before},${known}`);
  };
  if (Symbol.iterator in carrier) {
    for (const pair of carrier as Iterable<unknown>) if (Array.isArray(pair)) put(pair[0], pair[1]);
  } else {
    for (const name of Object.keys(carrier)) put(name, (carrier as Record<string, unknown>)[name]);
  }
  return headers;
}

function text(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : undefined;
}

const getter: TextMapGetter<Map<string, string>> = {
  keys: (headers) => [...headers.keys()],
  get: (headers, name) => headers.get(name),
};

const setter: TextMapSetter<object> = {
  set(carrier, name, value) {
    const settable = carrier as { set?: (name: string, value: string) => void };
    if (typeof settable.set === "function") settable.set(name, value);
    else (carrier as Record<string, string>)[name] = value;
  },
};

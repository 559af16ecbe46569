/** Lets everything that handles one HTTP request belong to the session that the request names. */
import { trace } from "@opentelemetry/api";
import { activeContext } from "./activeContext.js";
import { guarded } from "./guard.js";
import { type Carrier, extract } from "./propagation.js";
import { session } from "./session.js";

/** Where a request says which session it belongs to. */
export interface RequestSessionOptions {
  /** The header with the session's id. Default: `x-session-id`. */
  header?: string | undefined;
  /** The cookie with the session's id, read if the header is missing. Default: none. */
  cookie?: string | undefined;
  /** The header with the user's id. Default: none. */
  userHeader?: string | undefined;
  /** False leaves `traceparent` and `baggage` unread, as for callers that are not trusted. */
  continueTrace?: boolean | undefined;
}

/** A request with headers: Node's, Express's, or one of the Fetch API. */
export interface RequestWithHeaders {
  readonly headers: Carrier;
}

/**
 * Make middleware for Express, Connect and what has their form.
 *
 * @example
 * app.use(sessionMiddleware({ cookie: "sid", userHeader: "x-user-id" }));
 */
export function sessionMiddleware(options: RequestSessionOptions = {}) {
  return (request: RequestWithHeaders, _response: unknown, next: () => unknown): void => {
    withSessionFromRequest(request, next, options);
  };
}

/**
 * Run a function in the session that a request names, for handlers that take a request: Next.js route
 * handlers, Hono, Bun, Deno, Cloudflare.
 *
 * @returns What `fn` returns.
 *
 * @example
 * export const POST = (request: Request) => withSessionFromRequest(request, () => answer(request));
 */
export function withSessionFromRequest<Result>(
  request: RequestWithHeaders,
  fn: () => Result,
  options: RequestSessionOptions = {},
): Result {
  const { header = "x-session-id", cookie, userHeader, continueTrace = true } = options;
  const headers = guarded("middleware", () => request.headers) ?? {};
  const read = (name: string) => guarded("middleware", () => headerOf(headers, name));
  const fromCookie = () => cookie && cookieOf(read("cookie"), cookie);
  const sessionId = read(header) || fromCookie() || undefined;
  const userId = (userHeader && read(userHeader)) || undefined;
  const handled = () => session({ sessionId, userId }, fn);
  // Instrumentation of the server has read the headers already if a span is active.
  const isContinued = trace.getSpan(activeContext()) !== undefined;
  return continueTrace && !isContinued ? extract(headers, handled) : handled();
}

function headerOf(headers: Carrier, name: string): string | undefined {
  const wanted = name.toLowerCase();
  if ("get" in headers && typeof headers.get === "function") {
    return (headers as Headers).get(wanted) ?? undefined;
  }
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers);
  for (const [key, value] of pairs as Iterable<[string, unknown]>) {
    if (key.toLowerCase() !== wanted) continue;
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === "string" ? first : undefined;
  }
  return undefined;
}

/** Read one cookie as RFC 6265 writes them: `name=value` pairs with semicolons between. */
function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const separator = pair.indexOf("=");
    if (pair.slice(0, Math.max(separator, 0)).trim() !== name) continue;
    const value = pair
      .slice(separator + 1)
      .trim()
      .replace(/^"(.*)"$/, "$1");
    try {
      return decodeURIComponent(value);
    } catch {
      return value;
    }
  }
  return undefined;
}

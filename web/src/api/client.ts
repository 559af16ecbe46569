/** Asks the server for JSON and turns every failure into a RequestError that a pane can show. */
import createClient, { type Middleware } from "openapi-fetch";
import { mount } from "@/state/navigation";
import type { paths } from "./schema";

export class RequestError extends Error {
  constructor(
    readonly method: string,
    /** Path and query as asked, without the mount path. */
    readonly path: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string | null,
    readonly elapsedMs: number,
    /** What the server calls this request in its log. */
    readonly requestId: string | null = null,
  ) {
    super(message);
    this.name = "RequestError";
  }
}

/** Where the app is mounted, without a slash at the end: `http://localhost:8000`. */
const ROOT = new URL(mount, document.baseURI).href.replace(/\/$/, "");

/** `/traces` and its query as one path under /api/v1, to be shown and linked. */
export function apiPath(path: string, query: Record<string, string>): string {
  return `/api/v1${path}?${new URLSearchParams(query)}`;
}

/** The full address of an API path, as the browser, `curl` and EventSource need it. */
export function apiUrl(path: string): string {
  return ROOT + path;
}

const started = new WeakMap<Request, number>();

const failures: Middleware = {
  onRequest({ request }) {
    started.set(request, performance.now());
  },
  async onResponse({ request, response }) {
    if (!response.ok) throw await refusal(request, response);
  },
  onError({ request, error }) {
    if (request.signal.aborted || error instanceof RequestError) return error as Error;
    return failure(request, 0, "no_answer", "no answer came from the server", null);
  },
};

/** The REST interface as the server describes it: paths, parameters and answers are typed. */
export const api = createClient<paths>({
  baseUrl: ROOT,
  headers: { accept: "application/json" },
  // Looked up at each call, by address: what stands in for it in tests sees what is asked.
  fetch: (request) => globalThis.fetch(request.url, request),
});
api.use(failures);

/** The answer of a call; a failure has been thrown before. */
export async function answered<Data>(call: Promise<{ data?: Data }>): Promise<Data> {
  const { data } = await call;
  if (data === undefined) throw new Error("the answer has no body");
  return data;
}

async function refusal(request: Request, response: Response): Promise<RequestError> {
  const text = await response.text();
  const id = response.headers.get("x-request-id");
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; hint?: string | null };
    };
    return failure(request, response.status, error.code, error.message, error.hint ?? null, id);
  } catch {
    const message = text.slice(0, 300) || response.statusText;
    return failure(request, response.status, `http_${response.status}`, message, null, id);
  }
}

function failure(
  request: Request,
  status: number,
  code: string,
  message: string,
  hint: string | null,
  requestId: string | null = null,
): RequestError {
  const elapsed = performance.now() - (started.get(request) ?? performance.now());
  const path = request.url.slice(ROOT.length);
  return new RequestError(request.method, path, status, code, message, hint, elapsed, requestId);
}

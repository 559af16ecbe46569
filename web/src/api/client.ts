/** Asks the server for JSON and turns every failure into a RequestError that a pane can show. */
import { mount } from "@/state/navigation";

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
  ) {
    super(message);
    this.name = "RequestError";
  }
}

export type Query = Record<string, string | number | readonly string[] | null | undefined>;

/** `/sessions` and its query as one path under /api/v1; repeated values repeat the name. */
export function apiPath(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    if (typeof value === "string" || typeof value === "number") parameters.append(name, `${value}`);
    else for (const each of value) parameters.append(name, each);
  }
  const text = parameters.toString();
  return `/api/v1${path}${text ? `?${text}` : ""}`;
}

/** The full address of an API path, as the browser, `curl` and EventSource need it. */
export function apiUrl(path: string): string {
  return new URL(mount + path.slice(1), document.baseURI).href;
}

export async function getJson<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  let response: Response;
  try {
    response = await fetch(apiUrl(path), {
      signal: signal ?? null,
      headers: { accept: "application/json" },
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new RequestError(
      "GET",
      path,
      0,
      "no_answer",
      "no answer came from the server",
      null,
      elapsed(),
    );
  }
  if (!response.ok) throw await failure(path, response, elapsed());
  return (await response.json()) as Answer;
}

async function failure(path: string, response: Response, elapsedMs: number): Promise<RequestError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; hint?: string | null };
    };
    return new RequestError(
      "GET",
      path,
      response.status,
      error.code,
      error.message,
      error.hint ?? null,
      elapsedMs,
    );
  } catch {
    const message = text.slice(0, 300) || response.statusText;
    return new RequestError(
      "GET",
      path,
      response.status,
      `http_${response.status}`,
      message,
      null,
      elapsedMs,
    );
  }
}

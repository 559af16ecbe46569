/** Addresses of the pages, and the query part that is their state. Pure; no router. */

/** A null removes the parameter, a list writes it once per value. */
export type QueryChange = Record<string, string | readonly string[] | null>;

export const DEFAULT_PROJECT = "default";

/** Copies `query` with `change` applied; parameters that are not named stay as they are. */
export function changedQuery(query: URLSearchParams, change: QueryChange): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(change)) {
    next.delete(name);
    if (value === null) continue;
    for (const each of typeof value === "string" ? [value] : value) next.append(name, each);
  }
  return next;
}

/** The list page of a project: `/default/traces?view=sessions`. */
export function listHref(mount: string, project: string, query?: URLSearchParams): string {
  return withQuery(`${mount}${encodeURIComponent(project)}/traces`, query);
}

/** The page of one trace: `/default/traces/1a62…`. */
export function traceHref(
  mount: string,
  project: string,
  traceId: string,
  query?: URLSearchParams,
): string {
  return withQuery(
    `${mount}${encodeURIComponent(project)}/traces/${encodeURIComponent(traceId)}`,
    query,
  );
}

export function withQuery(path: string, query?: URLSearchParams): string {
  const text = query?.toString() ?? "";
  return text ? `${path}?${text}` : path;
}

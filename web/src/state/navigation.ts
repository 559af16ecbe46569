/** The address bar as state: which project, which page, and the query that holds everything else. */
import { createBrowserHistory } from "@tanstack/react-router";
import { useMemo, useSyncExternalStore } from "react";
import { changedQuery, listHref, type QueryChange, traceHref, withQuery } from "./paths";

/** One history for the whole app: the router listens to it, and links push to it. */
export const history = createBrowserHistory();

/** The path that the app is mounted under, with a slash at both ends; the server writes it. */
export const mount: string = new URL(document.baseURI).pathname.replace(/[^/]*$/, "");

export function navigate(href: string, { replace = false }: { replace?: boolean } = {}): void {
  if (replace) history.replace(href);
  else history.push(href);
}

function useLocationPart(part: "pathname" | "search"): string {
  return useSyncExternalStore(
    (listener) => history.subscribe(listener),
    () => history.location[part],
  );
}

export interface UrlState {
  project: string;
  query: URLSearchParams;
  /** The present address with some parameters changed; for links. */
  href: (change: QueryChange) => string;
  /** Goes there. `replace` for what the back button need not step through. */
  change: (change: QueryChange, options?: { replace?: boolean }) => void;
  /** The list of this project, with the given query and nothing of the present one. */
  listHref: (query?: URLSearchParams) => string;
  /** The page of a trace of this project. */
  traceHref: (traceId: string, query?: URLSearchParams) => string;
}

/** Reads the address bar and re-renders when it changes. */
export function useUrl(): UrlState {
  const pathname = useLocationPart("pathname");
  const search = useLocationPart("search");
  return useMemo(() => {
    const project = projectOf(pathname);
    const query = new URLSearchParams(search);
    const href = (change: QueryChange) => withQuery(pathname, changedQuery(query, change));
    return {
      project,
      query,
      href,
      // The present query, not the rendered one: two changes in one tick must not undo each other.
      change: (change, options) => {
        const present = new URLSearchParams(history.location.search);
        navigate(withQuery(history.location.pathname, changedQuery(present, change)), options);
      },
      listHref: (next) => listHref(mount, project, next),
      traceHref: (traceId, next) => traceHref(mount, project, traceId, next),
    };
  }, [pathname, search]);
}

/** `default` in `/default/traces`; the mount path is not part of it. */
function projectOf(pathname: string): string {
  const first = pathname.slice(mount.length).split("/")[0] ?? "";
  try {
    return decodeURIComponent(first);
  } catch {
    // No percent-encoding at all: the server will say that it has no such project.
    return first;
  }
}

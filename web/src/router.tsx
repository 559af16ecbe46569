/** Which page an address shows; what the page shows is in its query, read by `state/navigation`. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { NotFound } from "./features/frame/not_found";
import { Shell } from "./features/frame/shell";
import { ListPage } from "./features/lists";
import { Onboarding } from "./features/onboarding";
import { TracePage } from "./features/trace";
import { traceIdOf } from "./model/ids";
import { history, mount } from "./state/navigation";
import { DEFAULT_PROJECT, traceHref, withQuery } from "./state/paths";

const root = createRootRoute({
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
  notFoundComponent: NotFound,
});

/** A path without a project goes to the default one; its query goes along. */
function toDefaultProject(rest: string) {
  return () => {
    const query = new URLSearchParams(history.location.search);
    throw redirect({ href: withQuery(`${mount}${DEFAULT_PROJECT}/${rest}`, query), replace: true });
  };
}

const routes = root.addChildren([
  createRoute({ getParentRoute: () => root, path: "/", beforeLoad: toDefaultProject("traces") }),
  createRoute({
    getParentRoute: () => root,
    path: "/traces",
    beforeLoad: toDefaultProject("traces"),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/$project",
    beforeLoad: ({ params }) => {
      throw redirect({
        href: `${mount}${encodeURIComponent(params.project)}/traces`,
        replace: true,
      });
    },
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/$project/traces",
    component: () => <ListPage welcome={Onboarding} />,
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/$project/traces/$trace_id",
    beforeLoad: ({ params }) => {
      const traceId = traceIdOf(params.trace_id);
      if (traceId === params.trace_id) return;
      const query = new URLSearchParams(history.location.search);
      throw redirect({ href: traceHref(mount, params.project, traceId, query), replace: true });
    },
    component: TracePage,
  }),
]);

export const router = createRouter({
  routeTree: routes,
  history,
  basepath: mount,
  // The query is the pages' own: plain text, repeated names, nothing parsed as JSON.
  parseSearch: (text) => ({ text }),
  stringifySearch: (search) => String(search.text ?? ""),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

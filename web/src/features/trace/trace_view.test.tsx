import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SpanDetail, TraceDetail } from "@/api/types";
import { history } from "@/state/navigation";
import { SAMPLE_TRACE, spanDetail } from "./sample_trace";
import type { Placement } from "./trace_state";
import { TraceView } from "./trace_view";

const ID = SAMPLE_TRACE.trace_id;
const asked: string[] = [];

/** Answers like the server, from the sample. */
function answer(address: string, trace: TraceDetail): { status: number; body: unknown } {
  const { pathname } = new URL(address, "http://localhost");
  const spanId = pathname.split("/spans/")[1];
  if (pathname === `/api/v1/traces/${trace.trace_id}`) return { status: 200, body: trace };
  const span = trace.spans.find((each) => each.span_id === spanId);
  if (!span) {
    const error = { code: "not_found", message: "no such trace", hint: null };
    return { status: 404, body: { error } };
  }
  const detail: SpanDetail = { ...spanDetail(), ...span };
  return { status: 200, body: span.status === "error" ? { ...detail, output: null } : detail };
}

function show(placement: Placement, path: string, traceId = ID, trace = SAMPLE_TRACE) {
  history.replace(path);
  vi.stubGlobal("fetch", async (request: string | Request) => {
    const address = typeof request === "string" ? request : request.url;
    asked.push(address);
    const { status, body } = answer(address, trace);
    return new Response(JSON.stringify(body), { status });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <TraceView project="default" traceId={traceId} placement={placement} />
    </QueryClientProvider>,
  );
}

const rows = () => screen.getAllByRole("treeitem").map((row) => row.getAttribute("aria-label"));

describe("TraceView", () => {
  beforeEach(() => {
    asked.length = 0;
    // A document without layout has no heights, and a virtual list without height has no rows.
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(800);
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(800);
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  it("shows every span, missing parents in their place, and opens on the failure", async () => {
    show("page", `/default/traces/${ID}`);
    await screen.findByText("504 upstream did not answer");
    expect(rows()).toEqual([
      "agent, handle_turn, 2.00 s",
      "llm, claude-sonnet-4-5, 2.00 s",
      "parent not received, 1 span below",
      "tool, refund_payment, failed, 2.00 s",
    ]);
    expect(screen.getByRole("tab", { selected: true }).textContent).toBe("Output");
  });

  it("shows the same beside a list as on its own page", async () => {
    const seen: Record<string, unknown> = {};
    for (const placement of ["page", "panel"] as const) {
      const path = placement === "page" ? `/default/traces/${ID}` : `/default/traces?trace=${ID}`;
      const { container } = show(placement, path);
      await screen.findByText("504 upstream did not answer");
      seen[placement] = {
        facts: [...container.querySelectorAll(".fact")].map((fact) => fact.textContent),
        rows: screen.getAllByRole("treeitem").map((row) => row.textContent),
        session: container.querySelector(".session-badge")?.textContent,
        span: container.querySelector(".span-body")?.textContent,
      };
      cleanup();
    }
    expect(seen.panel).toEqual(seen.page);
  });

  it("says which key on which span decided the session, and that there was a conflict", async () => {
    show("page", `/default/traces/${ID}`);
    const badge = await screen.findByRole("link", { name: `Session ${SAMPLE_TRACE.session_id}` });
    expect(badge.title).toContain("Grouped by session.id on handle_turn.");
    expect(badge.title).toContain("name another session");
    const target = new URL(badge.getAttribute("href") ?? "", "http://localhost");
    expect(target.searchParams.get("expand")).toBe(SAMPLE_TRACE.session_id);
    expect(target.searchParams.get("filter")).toBe(`session_id:eq:${SAMPLE_TRACE.session_id}`);
  });

  it("shows the trace's scores in its head, those on spans leading there, and each with its span", async () => {
    const given = {
      score_id: "1",
      name: "helpful",
      value: 1,
      label: "true",
      comment: "solved at once",
      source: "program" as const,
      target: "trace" as const,
      session_id: null,
      trace_id: ID,
      span_id: null,
      time: SAMPLE_TRACE.start_time,
      received_time: SAMPLE_TRACE.start_time,
    };
    const onSpan = { ...given, score_id: "2", name: "exact", value: 0.5, label: null };
    const scores = [
      { ...onSpan, target: "span" as const, span_id: "b000000000000000" },
      { ...onSpan, score_id: "3", span_id: "dddddddddddddddd" },
      given,
    ];
    const trace = { ...SAMPLE_TRACE, scores };
    const { container } = show("page", `/default/traces/${ID}`, ID, trace);
    await screen.findByText("504 upstream did not answer");
    const chips = [...container.querySelectorAll<HTMLElement>(".trace-facts .score")];
    expect(chips.map((chip) => chip.textContent)).toEqual(["helpfultrue", "exact0.5", "exact0.5"]);
    expect(chips[0]?.title).toContain("solved at once\non this trace");
    expect(chips[2]?.closest("a")).toBeNull();
    fireEvent.click(screen.getByRole("link", { name: "exact 0.5" }));
    await screen.findByRole("heading", { name: "claude-sonnet-4-5" });
    expect(container.querySelector(".span-facts .score")?.textContent).toBe("exact0.5");
  });

  it("keeps span, tab and filter in the address, under the panel's own names beside a list", async () => {
    show("panel", `/default/traces?q=refund&trace=${ID}`);
    await screen.findByText("504 upstream did not answer");
    fireEvent.click(screen.getByRole("button", { name: "llm 1" }));
    expect(history.location.search).toBe(`?q=refund&trace=${ID}&ttype=llm`);
    await waitFor(() => expect(rows()).toHaveLength(2));
    fireEvent.click(screen.getByRole("link", { name: /claude-sonnet-4-5/ }));
    await screen.findByRole("heading", { name: "claude-sonnet-4-5" });
    fireEvent.click(screen.getByRole("tab", { name: "Raw" }));
    await waitFor(() => expect(history.location.search).toContain("span=b000000000000000&tab=raw"));
    const page = screen.getByRole("link", { name: "Open as page" }).getAttribute("href");
    expect(page).toBe(`/default/traces/${ID}?span=b000000000000000&tab=raw&type=llm`);
  });

  it("finds a span by words of its name and says when there is none", async () => {
    show("page", `/default/traces/${ID}?q=REFUND`);
    await screen.findByText("504 upstream did not answer");
    expect(rows()).toHaveLength(2);
    cleanup();
    show("page", `/default/traces/${ID}?q=nowhere`);
    const all = await screen.findByRole("button", { name: "Show all 3 spans" });
    fireEvent.click(all);
    await waitFor(() => expect(rows()).toHaveLength(4));
  });

  it("folds a branch with the key and keeps the rest", async () => {
    show("page", `/default/traces/${ID}?span=a000000000000000`);
    await screen.findByRole("heading", { name: "handle_turn", level: 2 });
    const tree = screen.getByRole("tree");
    fireEvent.keyDown(tree, { key: "ArrowLeft" });
    await waitFor(() => expect(rows()).toHaveLength(3));
    const root = within(tree).getAllByRole("treeitem")[0];
    expect(root?.getAttribute("aria-expanded")).toBe("false");
  });

  it("says which id is missing and offers the search for it", async () => {
    const missing = "f".repeat(32);
    show("page", `/default/traces/${missing}`, missing);
    const note = await screen.findByRole("alert");
    expect(note.textContent).toContain(missing);
    const search = screen.getByRole("link", { name: "Search for this id" });
    expect(search.getAttribute("href")).toContain(`q=${missing}`);
  });

  it("says when the span of the address is not in the trace", async () => {
    show("page", `/default/traces/${ID}?span=dddddddddddddddd`);
    await screen.findByText("504 upstream did not answer");
    expect(document.querySelector(".trace-notice")?.textContent).toBe(
      "Span dddddddddddddddd is not in this trace.",
    );
  });

  it("asks for the trace once and for the span that it shows once", async () => {
    show("page", `/default/traces/${ID}`);
    await screen.findByText("504 upstream did not answer");
    const paths = asked.map((address) => new URL(address, "http://localhost").pathname);
    expect(paths).toEqual([`/api/v1/traces/${ID}`, `/api/v1/traces/${ID}/spans/c000000000000000`]);
  });
});

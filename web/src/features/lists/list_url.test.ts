import { describe, expect, test } from "vitest";
import { changedQuery } from "@/state/paths";
import {
  readListState,
  sessionQuery,
  toExpanded,
  toFilters,
  toOpen,
  toSearch,
  toSort,
  toView,
} from "./list_url";

const read = (text: string) => readListState(new URLSearchParams(text));
const changed = (text: string, change: Parameters<typeof changedQuery>[1]) =>
  changedQuery(new URLSearchParams(text), change);

describe("what an address shows", () => {
  test("an empty query shows the sessions of the last day, the last active first", () => {
    expect(read("")).toEqual({
      view: "sessions",
      q: "",
      filters: [],
      sort: "-end_time",
      range: { preset: "24h" },
      expand: [],
      trace: null,
      span: null,
    });
  });

  test("an unknown view, sort or range falls back to what an empty query shows", () => {
    const state = read("view=nothing&sort=-user_ids&range=forever&filter=broken");
    expect(state).toEqual(read(""));
  });

  test("traces are sorted by their start unless the address says otherwise", () => {
    expect(read("view=traces").sort).toBe("-start_time");
    expect(read("view=traces&sort=total_cost").sort).toBe("total_cost");
  });

  test("fixed ends win over a preset", () => {
    const state = read("range=7d&from=2026-11-24T09:50:00.000000000Z");
    expect(state.range).toEqual({ from: "2026-11-24T09:50:00.000000000Z", to: null });
  });
});

describe("session ids of any text", () => {
  const ids = ["support/amelie 88412", "été 🚀", "what?#now", "a&b=c+d%2F", "  "];

  test("an expanded session comes back from the address as it was", () => {
    for (const id of ids) {
      const query = changed("view=sessions", toExpanded(read(""), id));
      expect(readListState(new URLSearchParams(query.toString())).expand).toEqual([id]);
    }
  });

  test("a link to one session finds and opens it, however old it is", () => {
    for (const id of ids) {
      expect(readListState(new URLSearchParams(sessionQuery(id).toString()))).toMatchObject({
        filters: [{ field: "session_id", operator: "eq", value: id }],
        range: { preset: "all" },
        expand: [id],
      });
    }
  });

  test("expanding twice folds it again and leaves the others open", () => {
    let query = new URLSearchParams();
    for (const id of ids) query = changedQuery(query, toExpanded(readListState(query), id));
    query = changedQuery(query, toExpanded(readListState(query), "what?#now"));
    expect(readListState(query).expand).toEqual(ids.filter((id) => id !== "what?#now"));
  });
});

describe("changes of the address", () => {
  test("a column sorts numbers downwards first and texts upwards, then the other way", () => {
    expect(toSort(read(""), "total_cost")).toEqual({ sort: "-total_cost" });
    expect(toSort(read("sort=-total_cost"), "total_cost")).toEqual({ sort: "total_cost" });
    expect(toSort(read(""), "session_id")).toEqual({ sort: "session_id" });
  });

  test("the default order is written as nothing", () => {
    expect(toSort(read("sort=end_time"), "end_time")).toEqual({ sort: null });
  });

  test("another view keeps words and range and drops what only the first one has", () => {
    const query = changed(
      "view=sessions&q=refund&range=7d&sort=active_ms&filter=models:contains:x&expand=a&trace=t&span=s",
      toView("spans"),
    );
    expect(query.toString()).toBe("q=refund&range=7d&view=spans");
  });

  test("another trace in the panel starts without the first one's span and tab", () => {
    const query = changed("view=sessions&trace=a&span=b&tab=output&tq=word", toOpen("c"));
    expect(query.toString()).toBe("view=sessions&trace=c");
  });

  test("a search folds the sessions that were open", () => {
    expect(changed("expand=a&expand=b", toSearch("refund")).toString()).toBe("q=refund");
    expect(changed("q=refund", toSearch("")).toString()).toBe("");
  });

  test("filters are written once per filter, values with colons included", () => {
    const query = changed("", toFilters([{ field: "tags", operator: "contains", value: "a:b" }]));
    expect(query.getAll("filter")).toEqual(["tags:contains:a:b"]);
    expect(readListState(query).filters).toEqual([
      { field: "tags", operator: "contains", value: "a:b" },
    ]);
  });
});

import { describe, expect, test } from "vitest";
import {
  type ListPage,
  mergeHead,
  newItems,
  type Pages,
  removeItems,
  replaceItems,
} from "./list_pages";

interface Row {
  id: string;
  spans: number;
}

const row = (id: string, spans = 1): Row => ({ id, spans });
const page = (ids: string, next: string | null = "next"): ListPage<Row> => ({
  items: [...ids].map((id) => row(id)),
  next_cursor: next,
  from: null,
});
const list = (...pages: ListPage<Row>[]): Pages<Row> => ({
  pages,
  pageParams: pages.map((_, index) => index),
});
const identity = (item: Row) => item.id;
const ids = (pages: Pages<Row>) => pages.pages.map((each) => each.items.map(identity).join(""));

describe("changes of rows that are shown", () => {
  test("a changed row takes the place of its older version", () => {
    const before = list(page("abc"), page("def", null));
    const after = replaceItems(
      before,
      new Map([
        ["e", row("e", 9)],
        ["z", row("z")],
      ]),
      identity,
    );
    expect(ids(after)).toEqual(["abc", "def"]);
    expect(after.pages[1]?.items[1]).toEqual({ id: "e", spans: 9 });
  });

  test("a list that holds none of the changed rows stays the same object", () => {
    const before = list(page("abc"));
    expect(replaceItems(before, new Map([["z", row("z")]]), identity)).toBe(before);
    expect(removeItems(before, new Set(["z"]), identity)).toBe(before);
  });

  test("a deleted row leaves the list", () => {
    expect(ids(removeItems(list(page("abc"), page("def")), new Set(["b", "f"]), identity))).toEqual(
      ["ac", "de"],
    );
  });
});

describe("a newly asked first page", () => {
  test("new are the rows that no page holds", () => {
    expect(newItems(list(page("abc"), page("def")), page("xay"), identity).map(identity)).toEqual([
      "x",
      "y",
    ]);
  });

  test("what it pushed out stays below it, so that no row is lost before the next page", () => {
    const after = mergeHead(list(page("abc"), page("def", null)), page("xab"), identity);
    expect(ids(after)).toEqual(["xabc", "def"]);
    expect(after.pages[0]?.next_cursor).toBe("next");
  });

  test("a row that moved up from a later page is there once", () => {
    const after = mergeHead(list(page("abc"), page("def", null)), page("eab"), identity);
    expect(ids(after)).toEqual(["eabc", "df"]);
  });

  test("the list begins anew where the first page shares nothing with the old one", () => {
    const after = mergeHead(list(page("abc"), page("def", null)), page("xyz"), identity);
    expect(ids(after)).toEqual(["xyz"]);
    expect(after.pageParams).toEqual([0]);
  });

  test("a first page that is the whole list replaces it", () => {
    expect(ids(mergeHead(list(page("abc", null)), page("xa", null), identity))).toEqual(["xa"]);
  });
});

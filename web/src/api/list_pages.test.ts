import { describe, expect, test } from "vitest";
import {
  beginAnew,
  type ListPage,
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

  test("begins the list anew, so that late rows between the others are asked for as well", () => {
    const after = beginAnew(list(page("abc"), page("def", null)), page("xab"));
    expect(ids(after)).toEqual(["xab"]);
    expect(after.pages[0]?.next_cursor).toBe("next");
    expect(after.pageParams).toEqual([0]);
  });
});

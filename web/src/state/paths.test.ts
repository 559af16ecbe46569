import { expect, test } from "vitest";
import { changedQuery, listHref, traceHref } from "./paths";

test("a change leaves alone what it does not name", () => {
  const query = new URLSearchParams("view=sessions&q=a&expand=x&expand=y");
  const changed = changedQuery(query, { q: null, expand: ["x", "z/1 ?#"], trace: "t" });
  expect(changed.toString()).toBe("view=sessions&expand=x&expand=z%2F1+%3F%23&trace=t");
  expect(query.toString()).toBe("view=sessions&q=a&expand=x&expand=y");
});

test("addresses hold the path that the app is mounted under", () => {
  expect(listHref("/threadline/", "my project", new URLSearchParams({ view: "spans" }))).toBe(
    "/threadline/my%20project/traces?view=spans",
  );
  expect(traceHref("/", "default", "1a62")).toBe("/default/traces/1a62");
});

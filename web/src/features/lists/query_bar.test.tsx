import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import type { Filter } from "./filters";
import { QueryBar } from "./query_bar";

const ERRORS: Filter = { field: "error_count", operator: "gt", value: "0" };
let asked: { q: string; filters: readonly Filter[] }[] = [];

function show(q = "", filters: readonly Filter[] = []) {
  asked = [];
  render(
    <QueryBar
      view="sessions"
      q={q}
      filters={filters}
      found={null}
      onChange={(words, chips) => asked.push({ q: words, filters: chips })}
    />,
  );
  return screen.getByLabelText<HTMLInputElement>("Search sessions");
}

function type(input: HTMLInputElement, text: string, key = "Enter") {
  fireEvent.change(input, { target: { value: text } });
  fireEvent.keyDown(input, { key });
}

afterEach(cleanup);

test("words are searched for at Enter", () => {
  type(show(), "charged twice");
  expect(asked).toEqual([{ q: "charged twice", filters: [] }]);
});

test("a typed filter becomes a chip beside those that are there", () => {
  const first: Filter = { field: "tags", operator: "contains", value: "production" };
  type(show("", [first]), "error_count > 0");
  expect(asked).toEqual([{ q: "", filters: [first, ERRORS] }]);
});

test("a chip can be removed, and opened again as text", () => {
  const input = show("refund", [ERRORS]);
  fireEvent.click(screen.getByLabelText("Remove filter error_count > 0"));
  fireEvent.click(screen.getByTitle("Edit: error_count > 0"));
  expect(asked).toEqual([
    { q: "refund", filters: [] },
    { q: "refund", filters: [] },
  ]);
  expect(input.value).toBe("refund error_count > 0");
});

test("Backspace in the empty field opens the last chip", () => {
  const input = show("", [ERRORS]);
  fireEvent.keyDown(input, { key: "Backspace" });
  expect(input.value).toBe("error_count > 0");
});

test("Escape takes back what was typed, and the cross what was searched for", () => {
  const input = show("refund");
  type(input, "something else", "Escape");
  expect(input.value).toBe("refund");
  fireEvent.click(screen.getByLabelText("Clear search"));
  expect(asked).toEqual([{ q: "", filters: [] }]);
});

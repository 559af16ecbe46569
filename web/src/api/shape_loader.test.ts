import { expect, test } from "vitest";
import { batches } from "./shape_loader";

test("at most a hundred sessions are asked for at once", () => {
  const ids = Array.from({ length: 250 }, (_, index) => `s${index}`);
  expect(batches(ids).map((each) => each.length)).toEqual([100, 100, 50]);
  expect(batches(ids).flat()).toEqual(ids);
});

test("long ids are asked for in requests that a proxy takes", () => {
  const ids = Array.from({ length: 20 }, (_, index) => `${index}${"/".repeat(900)}`);
  const cut = batches(ids);
  expect(cut.flat()).toEqual(ids);
  for (const each of cut) {
    const query = new URLSearchParams(each.map((id) => ["session_id", id]));
    expect(query.toString().length).toBeLessThanOrEqual(6_000);
  }
});

test("nothing is asked for nothing", () => {
  expect(batches([])).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { parseFilter, printFilter, readFilter, readQuery, writeFilter } from "./filters";

const sessions = (text: string) => {
  const filter = parseFilter("sessions", text);
  return filter && writeFilter(filter);
};

describe("the query bar", () => {
  test("field, operator and value make a filter", () => {
    expect(sessions("error_count > 0")).toBe("error_count:gt:0");
    expect(sessions("error_count>=2")).toBe("error_count:gte:2");
    expect(sessions("  total_cost   <  0.5 ")).toBe("total_cost:lt:0.5");
    expect(sessions("session_id != checkout-1")).toBe("session_id:ne:checkout-1");
    expect(sessions("first_input contains charged twice")).toBe(
      "first_input:contains:charged twice",
    );
  });

  test("words stand for fields and operators", () => {
    expect(sessions("model is claude-sonnet-4-5")).toBe("models:contains:claude-sonnet-4-5");
    expect(sessions("session is not checkout-1")).toBe("session_id:ne:checkout-1");
    expect(sessions("user has dana")).toBe("user_ids:contains:dana");
    expect(sessions("errors > 0")).toBe("error_count:gt:0");
    expect(sessions("first_input exists")).toBe("first_input:exists:true");
  });

  test("the same word means the field of the view that is shown", () => {
    expect(parseFilter("traces", "user is dana")?.field).toBe("user_id");
    expect(parseFilter("spans", "model is gpt-5")).toEqual({
      field: "model",
      operator: "eq",
      value: "gpt-5",
    });
  });

  test("metadata keys are fields", () => {
    expect(sessions('metadata.plan = "pro plus"')).toBe("metadata.plan:eq:pro plus");
  });

  test("a value keeps its colons, quotes keep its spaces", () => {
    expect(sessions("session_id is a:b:c")).toBe("session_id:eq:a:b:c");
    expect(sessions('session_id is " spaced "')).toBe("session_id:eq: spaced ");
  });

  test("what is no filter is left to the search", () => {
    for (const text of [
      "refund",
      "refund the second one",
      "error_count",
      "error_count >",
      "error_count > many",
      "unknown_field = 1",
      "models island",
      "running is maybe",
      "tag is not production",
      "trace_count contains 1",
      "",
    ]) {
      expect(parseFilter("sessions", text)).toBeNull();
    }
  });

  test("a filter may follow the words that are searched for", () => {
    const filters = [{ field: "error_count", operator: "gt", value: "0" }];
    expect(readQuery("sessions", "charged twice error_count > 0")).toEqual({
      q: "charged twice",
      filters,
    });
    expect(readQuery("sessions", "error_count > 0")).toEqual({ q: "", filters });
  });

  test("a sentence is searched for as it is", () => {
    for (const text of ["the user is angry", "a > b", "x = 1 error_count > many"]) {
      expect(readQuery("sessions", text)).toEqual({ q: text, filters: [] });
    }
  });

  test("a printed filter is read as the same filter", () => {
    for (const text of [
      "error_count:gt:0",
      "session_id:eq: spaced ",
      "tags:contains:a b",
      "running:eq:true",
    ]) {
      const filter = readFilter(text);
      expect(filter && parseFilter("sessions", printFilter(filter))).toEqual(filter);
    }
  });
});

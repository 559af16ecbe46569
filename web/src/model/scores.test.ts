import { describe, expect, test } from "vitest";
import { formatScore, groupScores, type Score, scoreTooltip } from "./scores";

function score(more: Partial<Score> = {}): Score {
  return {
    name: "helpful",
    value: 1,
    label: null,
    comment: null,
    time: "2026-11-25T13:43:31.026000000Z",
    ...more,
  };
}

describe("a score", () => {
  test.each([
    [{ value: 1, label: null }, "1"],
    [{ value: 0.8249999, label: null }, "0.825"],
    [{ value: -0.5, label: null }, "−0.5"],
    [{ value: 123456, label: null }, "123500"],
    [{ value: 1, label: "true" }, "true"],
    [{ value: 0, label: "false" }, "false"],
    [{ value: 1, label: "false" }, "1 false"],
    [{ value: 0.8, label: "pass" }, "0.8 pass"],
    [{ value: null, label: "pass" }, "pass"],
    [{ value: null, label: null }, "–"],
  ])("%j is printed as %s", (given, printed) => {
    expect(formatScore(given)).toBe(printed);
  });

  test("says the rest on hover, invisible characters spelled out", () => {
    const full = score({ value: 0.8249999, label: "pass\u202e", comment: "on time\nand kind" });
    expect(scoreTooltip(full, "span chat", "UTC")).toBe(
      "helpful: 0.8249999, pass\\u202e\non time\nand kind\non span chat\ngiven 25 Nov 13:43:31",
    );
    expect(scoreTooltip(score({ value: null, comment: "x".repeat(5_000) }), "", "UTC")).toBe(
      `helpful: –\n${"x".repeat(1_000)}…\ngiven 25 Nov 13:43:31`,
    );
  });
});

test("the scores of a session stand with it or with the trace that they are in", () => {
  const own = { trace_id: null, span_id: null };
  const first = { trace_id: "a", span_id: null };
  const span = { trace_id: "a", span_id: "b" };
  const other = { trace_id: "c", span_id: null };
  const grouped = groupScores([span, own, other, first]);
  expect(grouped.own).toEqual([own]);
  expect([...grouped.byTrace]).toEqual([
    ["c", [other]],
    ["a", [first, span]],
  ]);
});

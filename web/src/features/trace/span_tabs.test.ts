import { describe, expect, it } from "vitest";
import { spanDetail, spanSummary } from "./sample_trace";
import { firstTab, isSpanTab, shownTab, tabsOf } from "./span_tabs";

const llm = spanSummary({ type: "llm" });
const tool = spanSummary({ type: "tool" });
const said = { input: [{ role: "user", parts: [] }], output: [] };

describe("the tabs of a span", () => {
  it("begin with the messages of a model call, and of whatever else carries some", () => {
    expect(tabsOf(llm, undefined)[0]).toBe("messages");
    expect(tabsOf(tool, undefined)[0]).toBe("input");
    expect(tabsOf(tool, spanDetail({ type: "tool", messages: said }))[0]).toBe("messages");
  });

  it("open where the reason is", () => {
    expect(firstTab(spanSummary({ type: "llm", status: "error" }), undefined)).toBe("output");
    expect(firstTab(llm, undefined)).toBe("messages");
    expect(firstTab(llm, spanDetail({ type: "llm" }))).toBe("input");
    expect(firstTab(tool, undefined)).toBe("input");
  });

  it("follow the address as far as the span has the tab", () => {
    expect(shownTab("raw", tool, undefined)).toBe("raw");
    expect(shownTab("messages", tool, spanDetail({ type: "tool" }))).toBe("input");
  });

  it("are none but the six", () => {
    expect(isSpanTab("events")).toBe(true);
    expect(isSpanTab("constructor")).toBe(false);
    expect(isSpanTab(null)).toBe(false);
  });
});

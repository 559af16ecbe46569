import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { Message, Part } from "@/model/messages";
import { MessageView } from "./message_view";

afterEach(cleanup);

function show(role: string, ...parts: Part[]) {
  const message: Message = { role, parts };
  return render(<MessageView message={message} toolNames={new Map([["call_1", "get_weather"]])} />);
}

describe("MessageView", () => {
  it("shows markup as text and makes no element of it", () => {
    const hostile =
      '<img src="https://evil.example/x.png" onerror="alert(1)"><script>alert(2)</script>';
    const { container } = show("user", { type: "text", text: hostile });
    expect(screen.getByText(hostile)).toBeTruthy();
    expect(container.querySelector("img, script, iframe, a")).toBeNull();
  });

  it("keeps what turns the direction of a text inside the text", () => {
    const { container } = show("us\u202eer", { type: "text", text: "abc \u202e def" });
    expect(container.querySelector(".long-text")?.getAttribute("dir")).toBe("auto");
    expect(screen.getByText("us\\u202eer")).toBeTruthy();
  });

  it("loads no remote image and names its host", () => {
    const url = "https://tracker.example/pixel.png";
    const { container } = show("user", { type: "image", media_type: null, data: null, url });
    expect(container.querySelector("img")).toBeNull();
    expect(screen.getByText("image not loaded · tracker.example")).toBeTruthy();
  });

  it("draws an image whose bytes are in the span", () => {
    const { container } = show("user", {
      type: "image",
      media_type: "image/png",
      data: "iVBORw0KGgo=",
      url: null,
    });
    expect(container.querySelector("img")?.getAttribute("src")).toBe(
      "data:image/png;base64,iVBORw0KGgo=",
    );
  });

  it("names the tool that a result answers, and shows JSON in a string as JSON", () => {
    show("tool", { type: "tool_result", id: "call_1", result: '{"degrees": 9}' });
    expect(screen.getByText("get_weather")).toBeTruthy();
    expect(screen.getByText('"degrees"')).toBeTruthy();
  });

  it("folds instructions and reasoning until they are asked for", () => {
    const text = "You are the support agent of Kestrel.\nNever refund.";
    show("system", { type: "text", text }, { type: "reasoning", text: "first\nsecond" });
    const instructions = screen.getByRole("button", { name: /system/ });
    expect(instructions.getAttribute("aria-expanded")).toBe("false");
    fireEvent.click(instructions);
    expect(document.body.textContent).toContain(text);
    expect(document.body.textContent).not.toContain("first\nsecond");
    fireEvent.click(screen.getByRole("button", { name: /Reasoning/ }));
    expect(document.body.textContent).toContain("first\nsecond");
  });

  it("plays sound whose bytes are in the span, and shows what was said in it", () => {
    const { container } = show("assistant", {
      type: "audio",
      media_type: "audio/wav",
      data: "UklGRiQA",
      url: null,
      transcript: "It is nine degrees.",
    });
    expect(container.querySelector("audio")?.getAttribute("src")).toBe(
      "data:audio/wav;base64,UklGRiQA",
    );
    expect(screen.getByText("It is nine degrees.")).toBeTruthy();
  });

  it("loads neither sound nor file from elsewhere", () => {
    const url = "https://tracker.example/a";
    const { container } = show(
      "user",
      { type: "audio", media_type: null, data: null, url },
      { type: "file", media_type: "application/pdf", data: null, url, name: "a\u202ex.pdf" },
    );
    expect(container.querySelector("audio, iframe, a, embed, object")).toBeNull();
    expect(screen.getByText("audio not loaded · tracker.example")).toBeTruthy();
    expect(
      screen.getByText("file · a\\u202ex.pdf · application/pdf · not loaded from tracker.example"),
    ).toBeTruthy();
  });

  it("tells a file's name, type and size, and reads a document that came as text", () => {
    show(
      "user",
      { type: "file", media_type: "application/pdf", data: "JVBERi0=", url: null, name: "a.pdf" },
      { type: "file", media_type: "text/plain", data: null, url: null, text: "dear all" },
    );
    expect(screen.getByText("file · a.pdf · application/pdf · 5 B")).toBeTruthy();
    expect(screen.getByText("dear all")).toBeTruthy();
  });

  it("tells a refusal, structured output and a cut message from text", () => {
    show(
      "assistant",
      { type: "refusal", text: "I will not." },
      { type: "json", value: { answer: 42 } },
      { type: "truncated", text: ', "conte' },
    );
    expect(screen.getByText("Refused")).toBeTruthy();
    expect(screen.getByText("I will not.")).toBeTruthy();
    expect(screen.getByText('"answer"')).toBeTruthy();
    expect(screen.getByText(/Cut off here/)).toBeTruthy();
    expect(screen.getByText(', "conte')).toBeTruthy();
  });

  it("shows the parts of a tool's result, and that it failed", () => {
    const { container } = show("tool", {
      type: "tool_result",
      id: "call_1",
      result: null,
      error: true,
      parts: [
        { type: "text", text: "the page" },
        { type: "image", media_type: "image/png", data: "iVBORw0KGgo=", url: null },
      ],
    });
    expect(screen.getByText("Error of")).toBeTruthy();
    expect(screen.getByText("the page")).toBeTruthy();
    expect(container.querySelector("img")).toBeTruthy();
  });

  it("names what else came with a part, and shows it when asked", () => {
    show("assistant", { type: "text", text: "so", extra: { id: "x", citations: ["page 7"] } });
    fireEvent.click(screen.getByRole("button", { name: "with citations" }));
    expect(document.body.textContent).toContain("page 7");
  });
});

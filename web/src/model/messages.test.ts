import { describe, expect, it } from "vitest";
import {
  extraNames,
  isInstruction,
  type Message,
  messagePreview,
  messageText,
  type Part,
  parsedContainer,
  toolNames,
} from "./messages";

const NOWHERE = { media_type: null, data: null, url: null };
const CALL: Message = {
  role: "assistant",
  parts: [
    { type: "text", text: "Let me\n look." },
    { type: "tool_call", id: "call_1", name: "get_weather", arguments: { city: "Lyon" } },
  ],
};
const RESULT: Message = {
  role: "tool",
  parts: [{ type: "tool_result", id: "call_1", result: { degrees: 9 } }],
};

describe("messages", () => {
  it("are previewed in one line with all their parts", () => {
    expect(messagePreview(CALL)).toBe("Let me look. · calls get_weather");
    expect(messagePreview(RESULT)).toBe('{"degrees":9}');
  });

  it.each<[Part, string]>([
    [{ type: "reasoning", text: "", encrypted: "c2VjcmV0" }, "reasoning not shown"],
    [{ type: "refusal", text: "No." }, "refuses: No."],
    [{ type: "json", value: { answer: 4 } }, '{"answer":4}'],
    [{ type: "audio", ...NOWHERE, transcript: "hello" }, "hello"],
    [{ type: "file", ...NOWHERE, name: "a.pdf" }, "a.pdf"],
    [{ type: "truncated", text: "" }, "cut off"],
    [
      {
        type: "tool_result",
        id: "c",
        result: null,
        parts: [
          { type: "text", text: "look" },
          { type: "image", ...NOWHERE },
        ],
      },
      "look · image",
    ],
  ])("are previewed by what each part is: %j", (part, preview) => {
    expect(messagePreview({ role: "user", parts: [part] })).toBe(preview);
  });

  it("tell what else came, unless it only numbers them", () => {
    expect(extraNames({ id: "msg_1", status: "completed", citations: [1] })).toEqual(["citations"]);
    expect(extraNames(undefined)).toEqual([]);
  });

  it("name the tool that a result answers", () => {
    expect(toolNames([CALL, RESULT]).get("call_1")).toBe("get_weather");
  });

  it("are instructions when the system or the developer speaks", () => {
    expect(
      ["system", "developer", "user"].map((role) => isInstruction({ role, parts: [] })),
    ).toEqual([true, true, false]);
  });

  it("are copied as their text, and as JSON where they are none", () => {
    expect(messageText(CALL)).toContain("Let me\n look.\n\n{");
  });
});

describe("parsedContainer", () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ["\n [1] ", [1]],
  ])("reads %j", (text, value) => {
    expect(parsedContainer(text)).toEqual(value);
  });

  it.each(["3", "true", '"x"', "{broken", "plain", "", "[not json]"])(
    "leaves %j as text",
    (text) => {
      expect(parsedContainer(text)).toBeNull();
    },
  );
});

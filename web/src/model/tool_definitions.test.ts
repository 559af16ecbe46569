import { describe, expect, it } from "vitest";
import type { Json } from "./json_lines";
import { toolDefinitionName } from "./tool_definitions";

describe("toolDefinitionName", () => {
  it.each([
    [{ type: "function", function: { name: "weather" } }, "weather"],
    [{ name: "weather", input_schema: {} }, "weather"],
    [{ toolSpec: { name: "weather" } }, "weather"],
    [{ functionDeclarations: [{ name: "weather" }, { name: "time" }] }, "weather"],
    ["weather", "weather"],
  ])("finds the name in %j", (definition, name) => {
    expect(toolDefinitionName(definition)).toBe(name);
  });

  it.each<Json>([null, 7, "", [], {}, { name: 7 }, { function: "weather" }])(
    "finds none in %j",
    (definition) => {
      expect(toolDefinitionName(definition)).toBeNull();
    },
  );
});

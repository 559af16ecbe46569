import { expect, test } from "vitest";
import { traceIdOf } from "./ids";

const HEX = "1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c";

test.each([
  [HEX, HEX],
  [HEX.toUpperCase(), HEX],
  ["1a62d0eb-8f0f-4f7e-9d0c-1b2a3f4e5d6c", HEX],
  ["1A62D0EB-8F0F-4F7E-9D0C-1B2A3F4E5D6C", HEX],
  ["1a62-d0eb8f0f4f7e9d0c1b2a3f4e5d6c", "1a62-d0eb8f0f4f7e9d0c1b2a3f4e5d6c"],
  ["", ""],
])("the trace id of %s is %s", (text, expected) => {
  expect(traceIdOf(text)).toBe(expected);
});

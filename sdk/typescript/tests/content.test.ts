import { expect, it } from "vitest";
import {
  CONTENT_KEYS,
  CONTENT_PREFIXES,
  MESSAGE_EVENTS,
  MESSAGE_KEYS,
  withoutContent,
} from "../src/content.js";
import { vectors } from "./conformance.js";

interface Vectors {
  keys: string[];
  prefixes: string[];
  event_keys: string[];
  event_names: string[];
  cases: { says: string; event: string | null; given: string[]; kept: string[] }[];
}

const { keys, prefixes, event_keys, event_names, cases } = vectors<Vectors>("content");

it("the same keys are content as in Python", () => {
  expect([...CONTENT_KEYS]).toEqual(keys);
  expect([...CONTENT_PREFIXES]).toEqual(prefixes);
  expect([...MESSAGE_KEYS]).toEqual(event_keys);
  expect([...MESSAGE_EVENTS]).toEqual(event_names);
});

it.each(cases)("$says", ({ event, given, kept }) => {
  const attributes = Object.fromEntries(given.map((key) => [key, "something"]));
  expect(Object.keys(withoutContent(attributes, event ?? undefined))).toEqual(kept);
});

import { expect, test } from "vitest";
import { parseTime } from "@/model/time";
import {
  fieldOfTime,
  rangeBounds,
  rangeLabel,
  readRange,
  timeOfField,
  writeRange,
} from "./time_range";

const now = parseTime("2026-11-24T14:05:00.000000000Z");

test("a preset moves with the clock and has no end", () => {
  expect(rangeBounds({ preset: "24h" }, now)).toEqual({
    from: "2026-11-23T14:05:00.000000000Z",
    to: null,
  });
  expect(rangeBounds({ preset: "all" }, now)).toEqual({ from: null, to: null });
});

test("a range comes back from the address as it was written", () => {
  const ranges = [
    { preset: "7d" },
    { preset: "24h" },
    { from: "2026-11-24T09:50:00.000000001Z", to: null },
    { from: null, to: "2026-11-24T09:50:00.000000001Z" },
  ] as const;
  for (const range of ranges) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(writeRange(range)))
      if (value) query.set(name, value);
    expect(readRange(query)).toEqual(range);
  }
});

test("an address written by hand may leave out the decimals", () => {
  expect(readRange(new URLSearchParams("from=2026-11-24T09:50:00Z"))).toEqual({
    from: "2026-11-24T09:50:00.000000000Z",
    to: null,
  });
});

test("a label says both ends", () => {
  const from = "2026-11-24T09:50:00.000000000Z";
  expect(rangeLabel({ preset: "24h" }, now, "UTC")).toBe("Last 24 hours");
  expect(rangeLabel({ from, to: "2026-11-24T14:05:00.000000000Z" }, now, "UTC")).toBe(
    "24 Nov 09:50 – 24 Nov 14:05",
  );
  expect(rangeLabel({ from, to: null }, now, "UTC")).toBe("since 24 Nov 09:50");
});

test("the fields of the picker speak the zone of the page", () => {
  const time = timeOfField("2026-11-24T09:50", "UTC");
  expect(time).toBe("2026-11-24T09:50:00.000000000Z");
  expect(fieldOfTime(time ?? "", "UTC")).toBe("2026-11-24T09:50");
  const local = timeOfField("2026-11-24T09:50", "local");
  expect(fieldOfTime(local ?? "", "local")).toBe("2026-11-24T09:50");
  expect(timeOfField("", "UTC")).toBeNull();
});

import { describe, expect, it } from "vitest";
import {
  counted,
  formatBytes,
  formatClock,
  formatCompact,
  formatCost,
  formatCostSum,
  formatCount,
  formatDuration,
  formatOffset,
  formatPercent,
  formatRelativeTime,
  formatTokens,
  shortId,
  timeTooltip,
} from "./format";
import { addMilliseconds, parseTime } from "./time";

describe("formatDuration", () => {
  it.each([
    [null, "–"],
    [0, "<1 ms"],
    [0.99, "<1 ms"],
    [1, "1 ms"],
    [212.4, "212 ms"],
    [999.4, "999 ms"],
    [999.6, "1.00 s"],
    [2380, "2.38 s"],
    [9994, "9.99 s"],
    [9996, "10.0 s"],
    [59_949, "59.9 s"],
    [59_960, "1m 00s"],
    [1_331_900, "22m 11s"],
    [3_599_999, "59m 59s"],
    [3_840_000, "1h 04m"],
    [86_400_000, "1d 0h"],
    [187_200_000, "2d 4h"],
  ])("prints %s ms as %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe("formatOffset", () => {
  it("carries its sign, and the start has none", () => {
    expect(formatOffset(7150)).toBe("+7.15 s");
    expect(formatOffset(-3)).toBe("−3 ms");
    expect(formatOffset(0)).toBe("0 ms");
    expect(formatOffset(0.4)).toBe("<1 ms");
  });
});

describe("times", () => {
  const now = parseTime("2026-11-25T14:05:00.000000000Z");

  it.each([
    [0, "now"],
    [4, "now"],
    [7, "7 s ago"],
    [60, "1 min ago"],
    [119, "1 min ago"],
    [125, "2 min ago"],
    [3600, "1 h ago"],
    [86_399, "23 h ago"],
    [86_400, "24 Nov 14:05"],
    [-3, "now"],
    [-3600, "25 Nov 15:05"],
    [366 * 86_400, "24 Nov 2025 14:05"],
  ])("prints what was %s s before now as %s", (seconds, text) => {
    expect(formatRelativeTime(addMilliseconds(now, -seconds * 1000), now)).toBe(text);
  });

  it("cuts the fraction of a clock and does not round it into the next second", () => {
    const time = parseTime("2026-11-24T13:43:31.999999999Z");
    expect(formatClock(time)).toBe("13:43:31");
    expect(formatClock(time, "UTC", 3)).toBe("13:43:31.999");
  });

  it("tells UTC and nanoseconds in the tooltip", () => {
    const lines = timeTooltip(parseTime("2026-11-24T13:43:31.026000001Z")).split("\n");
    expect(lines[0]).toBe("2026-11-24T13:43:31.026000001Z");
    expect(lines[2]).toBe("1795527811026000001 ns");
  });
});

describe("counts", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1000, "1.00k"],
    [1184, "1.18k"],
    [9996, "10.0k"],
    [99_960, "100k"],
    [177_240, "177k"],
    [999_600, "1.00M"],
    [1_184_000, "1.18M"],
    [184_000_000, "184M"],
    [4_200_000_000, "4.20B"],
    [4_200_000_000_000, "4,200B"],
  ])("shortens %s to %s", (count, text) => {
    expect(formatCompact(count)).toBe(text);
  });

  it("groups where there is room", () => {
    expect(formatCount(4_812_044)).toBe("4,812,044");
    expect(counted(1, "span")).toBe("1 span");
    expect(counted(2, "match", "matches")).toBe("2 matches");
  });

  it("prints tokens as input and output, and a dash when there were none", () => {
    expect(formatTokens(177_000, 3100)).toBe("177k → 3.10k");
    expect(formatTokens(11, null)).toBe("11 → 0");
    expect(formatTokens(0, 0)).toBe("–");
    expect(formatTokens(null, null)).toBe("–");
  });
});

describe("costs", () => {
  it.each([
    [null, "unknown"],
    [0, "–"],
    [0.00004, "<$0.0001"],
    [0.0031, "$0.0031"],
    [0.00996, "$0.010"],
    [0.131, "$0.131"],
    [0.9996, "$1.00"],
    [4.12, "$4.12"],
    [1204.5, "$1,204.50"],
  ])("prints %s as %s", (cost, text) => {
    expect(formatCost(cost)).toBe(text);
  });

  it("names the unknown part of a sum and never shows it as zero", () => {
    expect(formatCostSum(312.4, 0)).toBe("$312.40");
    expect(formatCostSum(312.4, 2)).toBe("$312.40 + unknown");
    expect(formatCostSum(null, 2)).toBe("unknown");
    expect(formatCostSum(0, 2)).toBe("unknown");
    expect(formatCostSum(0, 0)).toBe("–");
  });
});

describe("shares, sizes and ids", () => {
  it.each([
    [0, "0%"],
    [0.0538, "5.4%"],
    [0.0996, "10%"],
    [0.84, "84%"],
    [1, "100%"],
  ])("prints the share %s as %s", (fraction, text) => {
    expect(formatPercent(fraction)).toBe(text);
  });

  it.each([
    [812, "812 B"],
    [1400, "1.4 kB"],
    [14_000, "14 kB"],
    [1_240_000, "1.2 MB"],
    [3_100_000_000, "3.1 GB"],
  ])("prints %s bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("shortens hex ids to eight digits", () => {
    expect(shortId("1a62d0eb8f0f4f7e9d0c1b2a3f4e5d6c")).toBe("1a62d0eb");
  });
});

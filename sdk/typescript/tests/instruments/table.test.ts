import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { TABLE } from "../../src/instruments/table.js";

const require = createRequire(import.meta.url);

describe.each(TABLE)("the instrumentation of $name", ({ instrumentation, className, keys }) => {
  it("has the class that the table names, which takes modules and a provider", () => {
    const { [className]: Class } = require(instrumentation);
    expect(Class.prototype.manuallyInstrument).toBeTypeOf("function");
    expect(Class.prototype.setTracerProvider).toBeTypeOf("function");
  });

  it("is an optional peer of this package, of the version that is tested", () => {
    const peers: Record<string, string> = manifest.peerDependencies;
    const optional: Record<string, { optional: boolean }> = manifest.peerDependenciesMeta;
    const tested: Record<string, string> = manifest.devDependencies;
    expect(optional[instrumentation]).toEqual({ optional: true });
    expect(tested[instrumentation]).toBeDefined();
    expect(peers[instrumentation]).toBeDefined();
  });

  it("has keys that no other has", () => {
    const others = TABLE.filter((row) => row.instrumentation !== instrumentation);
    expect(others.flatMap((row) => row.keys).filter((key) => keys.includes(key))).toEqual([]);
  });
});

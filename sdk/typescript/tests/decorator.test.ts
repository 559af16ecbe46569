import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, transform } from "esbuild";
import { describe, expect, it } from "vitest";
import { observeExperimentalDecorator } from "../src/index.js";
import { capture } from "../src/testing.js";
import type * as Decorated from "./decorated.js";

/** Beside `node_modules`, so that what is left out of the bundle is found from there. */
const PLACE = fileURLToPath(new URL("../node_modules/.decorated-", import.meta.url));

/** Compile a module by ECMAScript's decorators, which neither Node nor the test runner knows. */
async function compiled(): Promise<typeof Decorated> {
  const folder = await mkdtemp(PLACE);
  try {
    const outfile = join(folder, "decorated.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL("decorated.ts", import.meta.url))],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      outfile,
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("observeDecorator", () => {
  it("observes methods, with their this, their name and options of each call", async () => {
    const { Shop } = await compiled();
    const captured = await capture(async () => {
      const shop = new Shop("EUR");
      expect(await shop.checkout({ id: "c1", items: [1, 2] })).toBe("3 EUR");
      expect(Shop.sell("x")).toBe("x");
      expect(Shop.sell.name).toBe("sell");
    });
    const checkout = captured.find("checkout in EUR");
    expect(checkout).toMatchObject({ sessionId: "c1", output: "3 EUR" });
    expect(captured.find("total")).toMatchObject({
      parentId: checkout.spanId,
      input: { id: "c1", items: [1, 2] },
      output: "3 EUR",
    });
    expect(captured.find("sell")).toMatchObject({ type: "TOOL", input: "x" });
  });
});

describe("observeExperimentalDecorator", () => {
  it("observes methods, with their this, their name and options of each call", async () => {
    const source = `class Shop {
      currency = "EUR";
      @observe({ spanType: "TOOL" }) total(items) { return items.length + this.currency; }
      @observe((shop, items) => ({ name: shop.currency + items.length })) async checkout(items) {
        return this.total(items);
      }
      @observe() get size() { return 7; }
    }`;
    const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } };
    const { code } = await transform(source, { loader: "ts", tsconfigRaw });
    const Shop = new Function("observe", `${code}; return Shop;`)(observeExperimentalDecorator);
    const captured = await capture(async () => {
      const shop = new Shop();
      expect(await shop.checkout([1, 2])).toBe("2EUR");
      expect(shop.size).toBe(7);
    });
    expect(captured.names).toEqual(["EUR2", "total"]);
    expect(captured.find("total")).toMatchObject({
      type: "TOOL",
      input: [1, 2],
      output: "2EUR",
      parentId: captured.find("EUR2").spanId,
    });
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import type * as Threadline from "../src/index.js";
import { capture } from "../src/testing.js";

/** Beside `node_modules`, so that what is left out of the bundles is found from there. */
const PLACE = fileURLToPath(new URL("../node_modules/.copies-", import.meta.url));

let byImport: typeof Threadline;
let byRequire: typeof Threadline;

beforeAll(async () => {
  const folder = await mkdtemp(PLACE);
  const bundle = async (format: "esm" | "cjs", outfile: string) => {
    const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
    const options = { bundle: true, packages: "external", platform: "node", logLevel: "silent" };
    await build({ ...options, entryPoints: [entry], format, outfile } as never);
  };
  await bundle("esm", join(folder, "copy.mjs"));
  await bundle("cjs", join(folder, "copy.cjs"));
  byImport = await import(pathToFileURL(join(folder, "copy.mjs")).href);
  byRequire = createRequire(import.meta.url)(join(folder, "copy.cjs"));
  return () => rm(folder, { recursive: true });
});

describe("two copies of the package in one process", () => {
  it("are one SDK", async () => {
    expect(byImport.observe).not.toBe(byRequire.observe);
    const captured = await capture(() => {
      expect(byImport.Laminar.initialized()).toBe(true);
      byImport.observe({ name: "outer" }, () => {
        byRequire.Laminar.setTraceSessionId("s");
        byRequire.observe({ name: "inner" }, () => {});
      });
      byRequire.Laminar.session("t", () => byImport.observe({ name: "other" }, () => {}));
    });
    expect(captured.find("inner").parentId).toBe(captured.find("outer").spanId);
    expect(captured.find("outer").sessionId).toBe("s");
    expect(captured.find("other").sessionId).toBe("t");
  });

  it("are started and stopped together, with each span taken once", async () => {
    const names: string[] = [];
    const spanProcessor = {
      onStart: () => {},
      onEnd: (span: { name: string }) => void names.push(span.name),
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    byImport.Laminar.initialize({ spanProcessor, instrumentModules: {} });
    byRequire.Laminar.initialize({ spanProcessor, instrumentModules: {} });
    byRequire.observe({ name: "work" }, () => {});
    byRequire.Laminar.startActiveSpan({ name: "active" }).end();
    await byRequire.Laminar.shutdown();
    byImport.observe({ name: "after" }, () => {});
    expect(names).toEqual(["work", "active"]);
  });
});

import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/middleware.ts", "src/testing.ts"],
  format: ["esm", "cjs"],
  platform: "node",
  target: "node20",
  dts: true,
  sourcemap: false,
  // `.js`/`.d.ts` for the package's own type (module), `.cjs`/`.d.cts` beside them.
  fixedExtension: false,
  logLevel: "warn",
  inputOptions: {
    checks: {
      // CommonJS has no `import.meta.resolve`, and src/instruments/installed.ts does without it there.
      emptyImportMeta: false,
      pluginTimings: false,
    },
  },
});

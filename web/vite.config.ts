import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Puts `src/theme.js` before everything else in the page, as a hashed file of its own. */
function themeScript(): Plugin {
  let building = false;
  let reference = "";
  return {
    name: "theme-script",
    configResolved(config) {
      building = config.command === "build";
    },
    buildStart() {
      if (!building) return;
      const source = readFileSync(path("src/theme.js"), "utf8");
      reference = this.emitFile({ type: "asset", name: "theme.js", source });
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const page = bundle["index.html"];
        if (page?.type !== "asset") this.error("index.html is not in the bundle");
        const tag = `<script src="./${this.getFileName(reference)}"></script>`;
        page.source = String(page.source).replace(/<base [^>]*>/, (base) => `${base}\n    ${tag}`);
      },
    },
    transformIndexHtml() {
      if (building) return [];
      return [{ tag: "script", attrs: { src: "/src/theme.js" }, injectTo: "head-prepend" }];
    },
  };
}

export default defineConfig({
  // Relative addresses: the app works under any sub-path, which the page learns from <base href>.
  base: "./",
  plugins: [react(), themeScript()],
  resolve: { alias: { "@": path("src") } },
  build: {
    outDir: path("../server/src/threadline_server/show/webui"),
    emptyOutDir: true,
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One chunk for the two pages there are; about 200 kB as sent.
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { "/api": process.env.THREADLINE_URL ?? "http://127.0.0.1:8000" } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});

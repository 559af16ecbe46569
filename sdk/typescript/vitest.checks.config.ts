import { defineConfig } from "vitest/config";

/** The checks on the package as it is published: `npm run check`, and with installs `conformance`. */
export default defineConfig({
  test: {
    include: ["checks/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Installing and building are work for the whole machine.
    fileParallelism: false,
  },
});

import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Sink } from "../tests/sink.js";
import { folder, installed, NODES, packed, ran } from "./packed.js";
import { esModule } from "./programs.js";

const project = installed([packed()], {});
let sink: Sink;

beforeEach(async () => {
  sink = await new Sink().start();
});
afterEach(() => sink.stop());

describe.each(NODES)(
  "a bundle by esbuild, run by Node $version where nothing is installed",
  ({ node }) => {
    it.each(["esm", "cjs"] as const)("as %s sends its session", async (format) => {
      const place = folder();
      const file = format === "esm" ? "bundle.mjs" : "bundle.cjs";
      const { warnings } = await build({
        stdin: { contents: esModule(sink.url), resolveDir: project },
        bundle: true,
        minify: true,
        platform: "node",
        target: "node20",
        format,
        // What esbuild itself advises for CommonJS dependencies in an ES module.
        banner:
          format === "esm"
            ? {
                js: 'import { createRequire } from "module"; const require = createRequire(import.meta.url);',
              }
            : {},
        outfile: join(place, file),
      });
      expect(warnings).toEqual([]);
      expect(await ran(node, file, place)).toBe('{"order":4711}\n');
      expect(sink.spans.map(({ name, attributes }) => [name, attributes["session.id"]])).toEqual([
        ["look up", "chat:42"],
        ["turn", "chat:42"],
      ]);
    });
  },
);

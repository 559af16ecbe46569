/** Runs a program that uses the SDK in a process of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const TESTS = fileURLToPath(new URL(".", import.meta.url));
/** Beside `node_modules`, so that what is left out of the bundle is found from there. */
const PLACE = fileURLToPath(new URL("../node_modules/.programs-", import.meta.url));

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/**
 * Run TypeScript source, whose imports are seen from this folder, as an ES module or as CommonJS. It is
 * killed after 20 seconds.
 */
export async function run(source: string, format: "esm" | "cjs" = "esm"): Promise<Ended> {
  const folder = await mkdtemp(PLACE);
  const outfile = join(folder, format === "esm" ? "program.mjs" : "program.cjs");
  try {
    await build({
      stdin: { contents: source, resolveDir: TESTS, loader: "ts" },
      bundle: true,
      platform: "node",
      format,
      packages: "external",
      logLevel: "silent",
      outfile,
    });
    return await new Promise((resolve) => {
      const options = { timeout: 20_000 };
      const child = execFile(process.execPath, [outfile], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, signal: child.signalCode, output: stdout + stderr }),
      );
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

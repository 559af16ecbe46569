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
 * Run TypeScript source as an ES module, with the environment variables given; its imports are seen
 * from this folder. It is killed after 20 seconds.
 */
export async function run(
  source: string,
  environment: Record<string, string> = {},
): Promise<Ended> {
  const folder = await mkdtemp(PLACE);
  const outfile = join(folder, "program.mjs");
  try {
    await build({
      stdin: { contents: source, resolveDir: TESTS, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      logLevel: "silent",
      outfile,
    });
    return await new Promise((resolve) => {
      const options = { env: { ...process.env, ...environment }, timeout: 20_000 };
      const child = execFile(process.execPath, [outfile], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, signal: child.signalCode, output: stdout + stderr }),
      );
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

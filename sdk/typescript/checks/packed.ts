/** Packs the package as npm would publish it, and installs it into folders of its own. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/** A Node to install and run with: its executable. */
export const NODE = process.execPath;
/** The oldest Node that the package promises to run on, if THREADLINE_NODE20 names it. */
export const NODE20 = process.env.THREADLINE_NODE20;
/** Every Node to run with, by its version. */
export const NODES = [NODE, ...(NODE20 ? [NODE20] : [])].map((node) => ({
  node,
  version: execFileSync(node, ["--version"], { encoding: "utf8" }).trim(),
}));

/** A new folder that the machine may clear away. */
export const folder = (): string => mkdtempSync(join(tmpdir(), "threadline-check-"));

/** Run npm with a certain Node, for which it then chooses versions. */
export function npm(arguments_: readonly string[], cwd: string, node = NODE): string {
  const cli = process.env.npm_execpath;
  if (cli === undefined) throw new Error("run the checks by `npm run`, which says where npm is");
  return execFileSync(node, [cli, ...arguments_], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
  });
}

/** The tarball that npm would publish; `npm run build` comes before. */
export function packed(): string {
  const into = folder();
  npm(["pack", "--pack-destination", into], PACKAGE);
  const [tarball] = readdirSync(into);
  if (tarball === undefined) throw new Error("npm packed nothing");
  return join(into, tarball);
}

/** A folder with the package and others installed for a certain Node, and files written into it. */
export function installed(
  packages: readonly string[],
  files: Readonly<Record<string, string>>,
  node = NODE,
): string {
  const project = folder();
  writeFileSync(join(project, "package.json"), '{ "name": "program", "private": true }');
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  npm(["install", ...flags, ...packages], project, node);
  write(project, files);
  return project;
}

/** Write files, by their paths in a folder. */
export function write(project: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(project, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** The packages that are installed in a folder: `name@version`, once for each copy. */
export function packagesIn(project: string): string[] {
  return readdirSync(join(project, "node_modules"), { recursive: true, encoding: "utf8" })
    .filter((path) => /(?:^|node_modules\/)(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(project, "node_modules", path), "utf8")))
    .map(({ name, version }) => `${name}@${version}`)
    .sort();
}

/** The bytes of all files in a folder. */
export function bytesIn(path: string): number {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(path, name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
}

/** The paths of all files in a folder. */
export function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)))
    .sort();
}

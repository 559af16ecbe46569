/** Packs the package as npm would publish it, and installs it into folders of its own. */
import { execFile, execFileSync } from "node:child_process";
import {
  existsSync,
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

/** The Node that runs the checks: the newest that is meant. */
export const NODE = process.execPath;

/** Every Node to install and run with: this one, and the oldest, which `make setup` brings. */
export const NODES: readonly { node: string; version: string }[] = [NODE, ...oldest()].map(
  (node) => ({
    node,
    version: execFileSync(node, ["--version"], { encoding: "utf8" }).trim(),
  }),
);

function oldest(): string[] {
  const place = join(PACKAGE, "../../.tools/node20/node_modules");
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .map((name) => join(place, name, "bin/node"))
    .filter((node) => existsSync(node));
}

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

/** Run a program and give what it wrote; throws where it fails. */
export function ran(node: string, file: string, cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(node, [file], { cwd, timeout: 60_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stdout}${stderr}`)) : resolve(stdout + stderr),
    );
  });
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

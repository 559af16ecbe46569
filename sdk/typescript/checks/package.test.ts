import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { VERSION } from "../src/version.js";
import { filesIn, folder, NODE, PACKAGE, packed } from "./packed.js";

const tarball = packed();

it("the tarball is what a registry and every tool expects (publint)", async () => {
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

it("every kind of import finds its types (Are the types wrong?)", () => {
  const attw = join(PACKAGE, "node_modules/@arethetypeswrong/cli/dist/index.js");
  const said = spawnSync(NODE, [attw, tarball, "--format", "json"], { encoding: "utf8" }).stdout;
  const problems = Object.values<{ resolutionKind: string }[]>(
    JSON.parse(said).problems ?? {},
  ).flat();
  // Resolution before Node 12 knows no `exports`, so that only the main entry can be found by it.
  expect(problems.filter(({ resolutionKind }) => resolutionKind !== "node10")).toEqual([]);
});

it("the tarball holds what is built, and nothing else", () => {
  const unpacked = folder();
  execFileSync("tar", ["-xzf", tarball, "-C", unpacked]);
  const files = filesIn(join(unpacked, "package"));
  expect(files.filter((file) => !file.startsWith("dist/"))).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
  ]);
  for (const file of files) expect(file).toMatch(/\.(?:js|cjs|d\.ts|d\.cts)$|^[^/]+$/);
});

it("the tarball is small: 200 kB at most", () => {
  expect(statSync(tarball).size).toBeLessThan(200_000);
});

it("its version is the one that its spans carry", () => {
  expect(VERSION).toBe(manifest.version);
});

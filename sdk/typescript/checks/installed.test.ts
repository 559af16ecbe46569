import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Sink } from "../tests/sink.js";
import { bytesIn, installed, NODES, packagesIn, packed, ran, write } from "./packed.js";
import { besideVersion1, besideVersion2, both, commonJs, esModule } from "./programs.js";

const tarball = packed();
const PRINTED = '{"order":4711}\n';
let sink: Sink;

beforeEach(async () => {
  sink = await new Sink().start();
});
afterEach(() => sink.stop());

const seen = () =>
  sink.spans
    .map(({ name, attributes }) => [name, attributes["session.id"], attributes["user.id"]])
    .sort();
const TURN = [
  ["look up", "chat:42", "ada"],
  ["turn", "chat:42", "ada"],
];

it("there is more than one Node to check with", () => {
  expect(NODES.map(({ version }) => version.split(".")[0])).toEqual(["v24", "v20"]);
});

describe.each(NODES)("installed for and run by Node $version", ({ node, version }) => {
  const project = installed([tarball], {}, node);

  it.each([
    ["program.mjs", esModule],
    ["program.cjs", commonJs],
    ["both.mjs", both],
  ])("%s sends its session", async (file, source) => {
    write(project, { [file]: source(sink.url) });
    expect(await ran(node, file, project)).toBe(PRINTED);
    expect(seen()).toEqual(TURN);
  });

  it("brings OpenTelemetry of the line that this Node can run, and no second copy of anything", () => {
    const packages = packagesIn(project);
    const line = version.startsWith("v20.") ? "2." : "3.";
    expect(packages.filter((name) => name.includes("sdk-trace@"))).toEqual([
      expect.stringContaining(`sdk-trace@${line}`),
    ]);
    expect(new Set(packages.map((name) => name.replace(/@[^@]*$/, ""))).size).toBe(packages.length);
  });

  it("is small: 7 packages and 15 MB at most", () => {
    const packages = packagesIn(project);
    const megabytes = bytesIn(`${project}/node_modules`) / 1e6;
    console.log(`Node ${version}: ${megabytes.toFixed(1)} MB in ${packages.join(", ")}`);
    expect(packages.length).toBeLessThanOrEqual(7);
    expect(megabytes).toBeLessThan(15);
  });

  it.each([
    ["1.30", ["@opentelemetry/sdk-trace-node@^1.30", "@opentelemetry/api@~1.9.0"], besideVersion1],
    ["2", ["@opentelemetry/sdk-trace-node@^2", "@opentelemetry/api@^1.9"], besideVersion2],
  ])("joins a program that has OpenTelemetry %s of its own", async (_line, packages, source) => {
    const program = installed([...packages, tarball], { "program.mjs": source(sink.url) }, node);
    expect(await ran(node, "program.mjs", program)).toBe(PRINTED);
    expect(seen()).toEqual(TURN);
  });
});

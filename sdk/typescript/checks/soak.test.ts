import { spawn } from "node:child_process";
import { setTimeout as passed } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { answering, closing, Sink } from "../tests/sink.js";
import { installed, NODE, packed } from "./packed.js";

const SECONDS = 20;
let sink: Sink;

beforeEach(async () => {
  sink = await new Sink().start();
});
afterEach(() => sink.stop());

/** Observes calls for a while, and says how many, and what of the heap remained when all were sent. */
const program = (url: string) => `
import { setTimeout as passed } from "node:timers/promises";
import { Laminar, observe } from "threadline";
Laminar.initialize({ baseUrl: "${url}", logLevel: "off" });
let calls = 0;
const work = () => {
  for (let count = 0; count < 20; count += 1, calls += 1) {
    observe({ name: String(calls), sessionId: "soak" }, (text) => text, "x".repeat(500));
  }
};
const heap = async () => {
  await Laminar.flush();
  await passed(100);
  globalThis.gc();
  return process.memoryUsage().heapUsed;
};
for (let round = 0; round < 100; round += 1) work();
const before = await heap();
for (const end = Date.now() + ${SECONDS * 1000}; Date.now() < end; await passed(20)) work();
const isDelivered = await Laminar.flush();
console.log(JSON.stringify({ calls, isDelivered, growth: ((await heap()) - before) / 2 ** 20 }));
`;

it("a server that comes and goes loses nothing and costs no memory", async () => {
  const project = installed([packed()], { "soak.mjs": program(sink.url) });
  const child = spawn(NODE, ["--expose-gc", "soak.mjs"], { cwd: project });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  // The heap is measured first while all is well.
  await vi.waitUntil(() => sink.spans.length >= 2_000, { timeout: 10_000, interval: 200 });
  await passed(500);
  for (let round = 0; round < SECONDS / 2 - 2; round += 1) {
    await passed(1_000);
    // Away for a while; then overloaded, broken and slow in turn.
    if (round % 2 === 0) await sink.stop();
    else await sink.start();
    sink.answers.push(answering(503, "", { "Retry-After": "0" }), closing, answering(429));
    await passed(1_000);
  }
  await sink.start();
  sink.answers.length = 0;
  await ended;
  const { calls, isDelivered, growth } = JSON.parse(output);
  console.log(`${calls} calls in ${SECONDS} s, the heap grew by ${growth.toFixed(1)} MiB`);
  expect(isDelivered).toBe(true);
  expect(new Set(sink.spans.map(({ name }) => name)).size).toBe(calls);
  expect(growth).toBeLessThan(5);
});

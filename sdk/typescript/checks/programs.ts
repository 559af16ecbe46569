/** Gives the programs that the checks run, each sending its spans to a server. */

const BODY = (url: string) => `
Laminar.initialize({ projectApiKey: "key", baseUrl: "${url}" });
const lookUp = (order) => observe({ name: "look up", spanType: "TOOL" }, async () => ({ order }));
observe({ name: "turn", sessionId: "chat:42", userId: "ada" }, lookUp, 4711).then((found) => {
  console.log(JSON.stringify(found));
});
`;

/** An ES module; it just ends, and nothing flushes. */
export const esModule = (url: string): string =>
  `import { Laminar, observe } from "threadline";${BODY(url)}`;

/** The same in CommonJS. */
export const commonJs = (url: string): string =>
  `const { Laminar, observe } = require("threadline");${BODY(url)}`;

/** Both builds in one process: what one is told holds for the other. */
export const both = (url: string): string => `
import { createRequire } from "node:module";
import { Laminar } from "threadline";
const required = createRequire(import.meta.url)("threadline");
if (required.Laminar === Laminar) throw new Error("these are two copies of the package");
Laminar.initialize({ projectApiKey: "key", baseUrl: "${url}" });
await Laminar.session({ sessionId: "chat:42", userId: "ada" }, () =>
  required.observe({ name: "turn" }, () =>
    required.observe({ name: "look up", spanType: "TOOL" }, async () => ({ order: 4711 })),
  ),
);
console.log('{"order":4711}');
`;

/** A program with a tracer provider of its own, of OpenTelemetry's SDK before version 2. */
export const besideVersion1 = (url: string): string => `
import { trace } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { Laminar } from "threadline";
new NodeTracerProvider().register();
${foreign(url)}`;

/** The same with version 2 and later. */
export const besideVersion2 = (url: string): string => `
import { trace } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { Laminar } from "threadline";
new NodeTracerProvider({ spanProcessors: [] }).register();
${foreign(url)}`;

const foreign = (url: string) => `
Laminar.initialize({ projectApiKey: "key", baseUrl: "${url}" });
const tracer = trace.getTracer("foreign");
Laminar.session({ sessionId: "chat:42", userId: "ada" }, () =>
  tracer.startActiveSpan("turn", (turn) => {
    tracer.startSpan("look up").end();
    turn.end();
  }),
);
console.log('{"order":4711}');
`;

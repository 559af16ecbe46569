// Turns calls of a traced function into what one costs, in the process that is measured.
//
//   node calls.mjs opentelemetry|encoding|gzipped|lmnr|threadline PORT CALLS     prints a line of JSON
//
// The same blocks as calls.py. It is copied into each SDK's own folder, so packages are found there.

const SESSION = "conversation-7f3a";
const QUESTION = "What is the refund policy for orders that arrive late?";
const ANSWER = {
  title: "Refunds",
  score: 0.87,
  passage: "Late orders are refunded within 14 days.",
};
const BLOCK = 400;

const lookUp = async (_question, _limit) => ANSWER;

/** Bare spans with the attributes that ours would carry, ready-made or made in each call. */
async function opentelemetry(port, { compression = "none", encoding = false } = {}) {
  const { trace } = await import("@opentelemetry/api");
  const { NodeTracerProvider, BatchSpanProcessor } = await import("@opentelemetry/sdk-trace-node");
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
  const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces`, compression });
  const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register();
  const tracer = trace.getTracer("bench");
  const attributes = {
    "session.id": SESSION,
    "lmnr.span.input": JSON.stringify([QUESTION, 3]),
    "lmnr.span.output": JSON.stringify(ANSWER),
  };
  const inside = (name, attributes, work) =>
    tracer.startActiveSpan(name, { attributes }, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
  const encoded = () => {
    const taken = { "session.id": SESSION, "lmnr.span.input": JSON.stringify([QUESTION, 3]) };
    return tracer.startActiveSpan("look_up", { attributes: taken }, async (span) => {
      try {
        const answer = await lookUp(QUESTION, 3);
        span.setAttribute("lmnr.span.output", JSON.stringify(answer));
        return answer;
      } finally {
        span.end();
      }
    });
  };
  return {
    call: encoding ? encoded : () => inside("look_up", attributes, () => lookUp(QUESTION, 3)),
    turn: (work) => inside("turn", { "session.id": SESSION }, work),
    flush: () => provider.forceFlush(),
  };
}

/** Both SDKs of the one surface: an observed function inside a turn that names the session. */
function observed({ Laminar, observe }) {
  return {
    call: () => observe({ name: "look_up" }, lookUp, QUESTION, 3),
    turn: (work) =>
      observe({ name: "turn", ignoreInput: true, ignoreOutput: true }, async () => {
        Laminar.setTraceSessionId(SESSION);
        await work();
      }),
    flush: () => Laminar.flush(),
  };
}

const PREPARE = {
  opentelemetry,
  gzipped: (port) => opentelemetry(port, { compression: "gzip" }),
  encoding: (port) => opentelemetry(port, { encoding: true }),
  lmnr: async (port) => {
    const sdk = await import("@lmnr-ai/lmnr");
    sdk.Laminar.initialize({
      projectApiKey: "any",
      baseUrl: "http://127.0.0.1",
      httpPort: port,
      forceHttp: true,
    });
    return observed(sdk);
  },
  threadline: async (port) => {
    const sdk = await import("threadline");
    sdk.Laminar.initialize({ baseUrl: `http://127.0.0.1:${port}` });
    return observed(sdk);
  },
};

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function medianOfCalls({ call, turn, flush }, calls) {
  const walls = [];
  const threads = [];
  const block = async () => {
    const before = process.cpuUsage();
    for (let index = 0; index < BLOCK; index += 1) {
      const start = process.hrtime.bigint();
      await call();
      walls.push(Number(process.hrtime.bigint() - start));
    }
    const spent = process.cpuUsage(before);
    threads.push(((spent.user + spent.system) * 1000) / BLOCK);
  };
  // A just-in-time compiler needs more warming than an interpreter.
  for (let round = 0; round < 10; round += 1) {
    await turn(block);
    await flush();
  }
  walls.length = 0;
  threads.length = 0;
  const before = process.cpuUsage();
  for (let round = 0; round < Math.floor(calls / BLOCK); round += 1) {
    await turn(block);
    await flush();
  }
  const spent = process.cpuUsage(before);
  return {
    calls: walls.length,
    call_ns: median(walls),
    thread_ns: median(threads),
    process_ns: ((spent.user + spent.system) * 1000) / walls.length,
  };
}

const [name, port, wanted] = process.argv.slice(2);
const calls = Number(wanted);
const prepared = await PREPARE[name](Number(port));
if (calls < 3 * BLOCK) {
  await prepared.turn(async () => {
    for (let index = 0; index < calls; index += 1) await prepared.call();
  });
  await prepared.flush();
  console.log(JSON.stringify({ calls }));
} else {
  console.log(JSON.stringify(await medianOfCalls(prepared, calls)));
}
process.exit(0);

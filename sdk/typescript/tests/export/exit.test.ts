import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../program.js";
import { accepting, Sink } from "../sink.js";

let sink: Sink;

beforeEach(async () => {
  sink = await new Sink().start();
});

afterEach(async () => {
  await sink.stop();
});

/** A program that has a tracer whose spans are sent to the sink; what it does is given. */
const program = (does: string) => `
  import { TracerProvider } from "@opentelemetry/sdk-trace";
  import { LaminarSpanProcessor } from "../src/processor.js";
  const processor = new LaminarSpanProcessor({ baseUrl: ${JSON.stringify(sink.url)} });
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer("program");
  ${does}
`;

const names = () => sink.spans.map(({ name }) => name).sort();

describe("a program", () => {
  it("that just ends has everything sent", async () => {
    const ended = await run(
      program('for (let count = 0; count < 1_000; count += 1) tracer.startSpan("work").end();'),
    );
    expect(ended).toEqual({ code: 0, signal: null, output: "" });
    expect(names()).toHaveLength(1_000);
  });

  it("that ends while a batch is under way has everything sent", async () => {
    sink.answers.push((_taken, response) => {
      setTimeout(() => response.writeHead(200).end(), 300);
    });
    const ended = await run(
      program(`
        tracer.startSpan("first").end();
        setTimeout(() => tracer.startSpan("second").end(), 600);
      `),
    );
    expect(ended).toEqual({ code: 0, signal: null, output: "" });
    expect(names()).toEqual(["first", "second"]);
  });

  it("is not kept for ever by a request that nobody answers", async () => {
    sink.answers.push(() => undefined);
    const ended = await run(program('tracer.startSpan("work").end();'));
    expect(ended).toEqual({ code: 0, signal: null, output: "" });
  }, 20_000);

  it("that flushes and exits at once has everything sent", async () => {
    const ended = await run(
      program(
        'tracer.startSpan("work").end(); console.log(await processor.flush()); process.exit(3);',
      ),
    );
    expect(ended).toEqual({ code: 3, signal: null, output: "true\n" });
    expect(names()).toEqual(["work"]);
  });

  it("that awaits a flush at its top level is kept alive for it", async () => {
    sink.answers.push((_taken, response) => {
      setTimeout(() => response.writeHead(200).end(), 300);
    });
    const ended = await run(
      program('tracer.startSpan("work").end(); await processor.forceFlush();'),
    );
    expect(ended).toEqual({ code: 0, signal: null, output: "" });
  });

  it("ends by itself where the server is away, with one warning", async () => {
    await sink.stop();
    const ended = await run(program('tracer.startSpan("work").end();'));
    expect(ended.code).toBe(0);
    expect(ended.output.match(/threadline: /g)).toHaveLength(1);
  });

  it("that fails ends as without the SDK", async () => {
    const ended = await run(program('tracer.startSpan("work").end(); throw new Error("its own");'));
    expect(ended.code).toBe(1);
    expect(ended.output).toContain("its own");
    expect(ended.output).not.toContain("threadline: ");
  });

  it("that is interrupted ends by the signal", async () => {
    const ended = await run(
      program(
        'tracer.startSpan("work").end(); process.kill(process.pid, "SIGINT"); setInterval(() => {}, 9);',
      ),
    );
    expect(ended.signal).toBe("SIGINT");
  });

  it("that is frozen after a flush and thawed later goes on sending", async () => {
    // What a serverless platform does: nothing runs from the end of a request to the next one, while
    // the server closes the connection.
    sink.answers.push(accepting, (_taken, response) => {
      sink.disconnect();
      response.end();
    });
    const ended = await run(
      program(`
        import { spawnSync } from "node:child_process";
        const handle = async (name) => {
          tracer.startSpan(name).end();
          return processor.flush();
        };
        console.log(await handle("first"));
        spawnSync(process.execPath, ["-e", "fetch('${sink.url}/frozen')"]);
        console.log(await handle("second"));
      `),
    );
    expect(ended).toEqual({ code: 0, signal: null, output: "true\ntrue\n" });
    expect(names()).toEqual(["first", "second"]);
  });
});

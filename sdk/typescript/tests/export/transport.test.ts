import http from "node:http";
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { isTracingSuppressed } from "@opentelemetry/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { replyMessage } from "../../src/export/reply.js";
import { retryAfter, Transport, type TransportSettings } from "../../src/export/transport.js";
import { answering, closing, Sink } from "../sink.js";

const BODY = Buffer.from("some bytes");
/** A `google.rpc.Status` with code 3 and a message. */
const rpcStatus = (message: string) =>
  Buffer.from(`\x08\x03\x12${String.fromCharCode(message.length)}${message}`);
const PROTOBUF = { "Content-Type": "application/x-protobuf" };

let sink: Sink;
let transport: Transport;

function to(settings: Partial<TransportSettings> = {}): Transport {
  transport = new Transport({
    tracesEndpoint: `${sink.url}/v1/traces`,
    logsEndpoint: `${sink.url}/v1/logs`,
    headers: { authorization: "Bearer key" },
    timeoutSeconds: 30,
    compression: "gzip",
    ...settings,
  });
  return transport;
}

beforeEach(async () => {
  sink = await new Sink().start();
});

afterEach(async () => {
  transport.close();
  await sink.stop();
});

describe("a request", () => {
  it("carries the body compressed, its type and the key", async () => {
    expect(await to().send("traces", BODY)).toEqual({ kind: "delivered" });
    expect(await transport.send("logs", BODY)).toEqual({ kind: "delivered" });
    expect(sink.taken.map(({ path, body }) => [path, body.toString()])).toEqual([
      ["/v1/traces", "some bytes"],
      ["/v1/logs", "some bytes"],
    ]);
    expect(sink.taken[0]?.headers).toMatchObject({
      authorization: "Bearer key",
      "content-type": "application/x-protobuf",
      "content-encoding": "gzip",
    });
  });

  it("goes over a connection that was used before", async () => {
    to();
    for (let sent = 0; sent < 3; sent += 1) await transport.send("traces", BODY);
    expect(sink.connections).toBe(1);
  });

  it("goes out again at once where the server closed the kept connection meanwhile", async () => {
    await to().send("traces", BODY);
    await sink.stop();
    await sink.start();
    expect(await transport.send("traces", BODY)).toEqual({ kind: "delivered" });
  });

  it("is sent plain if that is set", async () => {
    await to({ compression: "none" }).send("traces", BODY);
    expect(sink.taken[0]?.headers["content-encoding"]).toBeUndefined();
    expect(sink.taken[0]?.body.toString()).toBe("some bytes");
  });

  it("is sent with tracing suppressed, so that instrumented HTTP does not trace it", async () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    const opened = vi.spyOn(http, "request");
    const isSuppressed: boolean[] = [];
    opened.mockImplementation((...args) => {
      isSuppressed.push(isTracingSuppressed(context.active()));
      opened.mockRestore();
      return http.request(...(args as Parameters<typeof http.request>));
    });
    expect(await to().send("traces", BODY)).toEqual({ kind: "delivered" });
    expect(isSuppressed).toEqual([true]);
    context.disable();
  });
});

it("a proxy of the environment is used where Node's agent knows how to, and not for this machine", async () => {
  vi.stubEnv("HTTP_PROXY", sink.url);
  vi.stubEnv("NO_PROXY", "");
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isKnown = major > 24 || (major === 24 && minor >= 5);
  const { kind } = await to({ tracesEndpoint: "http://nowhere.invalid/v1/traces" }).send(
    "traces",
    BODY,
  );
  expect(kind).toBe(isKnown ? "delivered" : "retry");
  expect(sink.taken.map(({ path }) => path)).toEqual(
    isKnown ? ["http://nowhere.invalid/v1/traces"] : [],
  );
  await to().send("traces", BODY);
  expect(sink.taken.at(-1)?.path).toBe("/v1/traces");
  vi.unstubAllEnvs();
});

describe("an outcome", () => {
  it.each([429, 502, 503, 504])("of %i is worth another attempt", async (status) => {
    sink.answers.push(answering(status, "later", { "Retry-After": "7" }));
    expect(await to().send("traces", BODY)).toEqual({
      kind: "retry",
      message: "later",
      retryAfterSeconds: 7,
      unreachable: false,
    });
  });

  it("of 413 is that it was too large", async () => {
    sink.answers.push(answering(413, rpcStatus("at most 1 MiB"), PROTOBUF));
    expect(await to().send("traces", BODY)).toEqual({
      kind: "too_large",
      message: "at most 1 MiB",
    });
  });

  it.each([400, 401, 403, 404, 500, 302])("of %i is final", async (status) => {
    sink.answers.push(
      answering(status, '{"message":"no"}', { "Content-Type": "application/json" }),
    );
    expect(await to().send("traces", BODY)).toEqual({ kind: "refused", status, message: "no" });
  });

  it("of a closed connection is that the server is away", async () => {
    sink.answers.push(closing);
    expect(await to().send("traces", BODY)).toMatchObject({ kind: "retry", unreachable: true });
  });

  it("of no server says why", async () => {
    to();
    await sink.stop();
    const outcome = await transport.send("traces", BODY);
    expect(outcome).toMatchObject({ kind: "retry", unreachable: true });
    expect(outcome).toHaveProperty("message", expect.stringContaining("ECONNREFUSED"));
  });

  it("of a server that does not answer in time says so", async () => {
    sink.answers.push(() => undefined);
    expect(await to({ timeoutSeconds: 0.05 }).send("traces", BODY)).toEqual({
      kind: "retry",
      message: "no answer within 0.05 s",
      unreachable: true,
    });
  });

  it("of an address that is none is not an error of the program", async () => {
    expect(await to({ tracesEndpoint: "nowhere" }).send("traces", BODY)).toMatchObject({
      kind: "retry",
    });
  });

  it("does not depend on how long an answer is", async () => {
    sink.answers.push(answering(400, "x".repeat(1_000_000)));
    expect(await to().send("traces", BODY)).toMatchObject({ kind: "refused", status: 400 });
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");

  it.each([
    ["7", 7],
    [" 0 ", 0],
    ["100000", 300],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", undefined],
    [undefined, undefined],
  ])("%s is %s seconds", (header, seconds) => {
    expect(retryAfter(header, now)).toBe(seconds);
  });
});

describe("a server's words", () => {
  const partialSuccess = Buffer.concat([
    Buffer.from([0x0a, 9, 0x08, 2, 0x12, 5]),
    Buffer.from("stale"),
  ]);

  it("are read from Protobuf and JSON", () => {
    expect(replyMessage(200, "application/x-protobuf", partialSuccess)).toBe("2 rejected: stale");
    expect(replyMessage(200, "application/x-protobuf", partialSuccess)).toBe("2 rejected: stale");
    const json = Buffer.from('{"partialSuccess":{"rejectedSpans":"3"}}');
    expect(replyMessage(200, "application/json", json)).toBe("3 rejected");
    expect(replyMessage(400, "application/x-protobuf", rpcStatus("bad"))).toBe("bad");
    expect(replyMessage(401, "application/json", Buffer.from('{"error":"who?"}'))).toBe("who?");
    const own = Buffer.from('{"error":{"code":"x","message":"not here","hint":"there"}}');
    expect(replyMessage(404, "application/json", own)).toBe("not here: there");
    expect(replyMessage(500, "text/plain", Buffer.from("oops"))).toBe("oops");
  });

  it("are nothing where a proxy shows its page or all went well", () => {
    expect(replyMessage(502, "text/html", Buffer.from("<html>"))).toBeUndefined();
    expect(replyMessage(200, "application/x-protobuf", Buffer.from([0x0a, 0]))).toBeUndefined();
    expect(replyMessage(200, "application/json", Buffer.from("{}"))).toBeUndefined();
  });

  it("never fail, whatever an answer holds", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom(200, 400),
        fc.constantFrom("application/x-protobuf", "application/json", undefined),
        (body, status, type) => {
          const said = replyMessage(status, type, body);
          expect(said === undefined || said.length <= 500).toBe(true);
        },
      ),
    );
  });
});

/** A server for tests: takes OTLP requests and answers as it is told. */
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { ProtobufReader } from "./protobufReader.js";

/** A request that the sink took. */
export interface Taken {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body, decompressed. */
  readonly body: Buffer;
  readonly wireBytes: number;
}

/** Answers a request; the default is {@link accepting}. */
export type Answer = (taken: Taken, response: ServerResponse) => void;

/** The default: 200 and an empty body. */
export const accepting: Answer = (_taken, response) => {
  response.writeHead(200, { "Content-Type": "application/x-protobuf" }).end();
};

export class Sink {
  readonly taken: Taken[] = [];
  /** How requests are answered, the first ones first; after them, or without any, they are accepted. */
  readonly answers: Answer[] = [];
  connections = 0;
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The spans of all requests that were taken. */
  get spans(): TakenSpan[] {
    return this.taken
      .filter(({ path }) => path === "/v1/traces")
      .flatMap(({ body }) => spansOf(body));
  }

  async start(): Promise<this> {
    if (this.#server !== undefined) return this;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const wire = Buffer.concat(chunks);
        const isCompressed = request.headers["content-encoding"] === "gzip";
        const taken: Taken = {
          path: request.url ?? "",
          headers: request.headers,
          body: isCompressed ? gunzipSync(wire) : wire,
          wireBytes: wire.length,
        };
        const answer = this.answers.shift() ?? accepting;
        this.taken.push(taken);
        answer(taken, response);
      });
    });
    server.on("connection", () => {
      this.connections += 1;
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  /** Close the connections that idle, as a server does after a while. */
  disconnect(): void {
    this.#server?.closeIdleConnections();
  }

  /** Stop listening and close every connection; `start` listens on the same port again. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A status with a body and headers. */
export const answering =
  (status: number, body: string | Uint8Array = "", headers: Record<string, string> = {}): Answer =>
  (_taken, response) => {
    response.writeHead(status, headers).end(body);
  };

/** No answer at all: the connection is closed. */
export const closing: Answer = (_taken, response) => {
  response.destroy();
};

export interface TakenSpan {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  readonly status: string | undefined;
}

/** The spans of an `ExportTraceServiceRequest`. */
export function spansOf(body: Uint8Array): TakenSpan[] {
  return new ProtobufReader(body).messages(1).flatMap((resourceSpans) =>
    resourceSpans
      .messages(2)
      .flatMap((scopeSpans) => scopeSpans.messages(2))
      .map((span) => ({
        name: span.text(5) ?? "",
        attributes: span.attributes(9),
        status: span.messages(15)[0]?.text(2),
      })),
  );
}

/** The log records of an `ExportLogsServiceRequest`, as far as scores fill them. */
export function logRecordsOf(body: Uint8Array) {
  return new ProtobufReader(body).messages(1).flatMap((resourceLogs) =>
    resourceLogs
      .messages(2)
      .flatMap((scopeLogs) => scopeLogs.messages(2))
      .map((record) => ({
        attributes: record.attributes(6),
        traceId: record.hex(9),
        spanId: record.hex(10),
        eventName: record.text(12),
      })),
  );
}

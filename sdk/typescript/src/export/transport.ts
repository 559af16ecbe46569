/** Sends one OTLP request over HTTP and says what became of it. */

import http from "node:http";
import https from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import type { Settings } from "../settings.js";
import { replyMessage } from "./reply.js";

/** What became of a request. */
export type Outcome =
  /** The server has it; `message` is its word on what it rejected of it, if anything. */
  | { readonly kind: "delivered"; readonly message?: string }
  /** Worth another attempt; `unreachable` where no server answered. */
  | {
      readonly kind: "retry";
      readonly message: string;
      readonly retryAfterSeconds?: number;
      readonly unreachable: boolean;
    }
  /** HTTP 413: fewer spans may pass. */
  | { readonly kind: "too_large"; readonly message: string }
  /** No attempt will do. */
  | { readonly kind: "refused"; readonly status: number; readonly message: string };

/** The signals that are sent, by their last path segment in OTLP/HTTP. */
export type Signal = "traces" | "logs";

/** What the transport needs to know. */
export type TransportSettings = Pick<
  Settings,
  "tracesEndpoint" | "logsEndpoint" | "headers" | "timeoutSeconds" | "compression"
>;

// OTLP/HTTP, "Failures": the status codes after which a client should try again.
const RETRYABLE = new Set([429, 502, 503, 504]);
const MAX_RETRY_AFTER_SECONDS = 300;
/** More of an answer than this is not read. */
const MAX_REPLY_BYTES = 64 * 1024;
/** Longer than an idle connection lives on most servers would only meet closed connections. */
const IDLE_MILLISECONDS = 4_000;
const compressed = promisify(gzip);

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * An HTTP client for the two OTLP endpoints, on `node:http`: frameworks patch and cache `fetch`.
 *
 * Nothing it opens keeps the process alive, and tracing is suppressed while it sends, so that an
 * instrumented HTTP client does not trace the export of its own spans. `HTTPS_PROXY`, `HTTP_PROXY`
 * and `NO_PROXY` count where Node's own agent knows them (24.5 and later), never for a loopback host.
 */
export class Transport {
  readonly #settings: TransportSettings;
  readonly #agents = new Map<string, http.Agent>();

  constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  /** Compress a body and send it. Never rejects. */
  async send(signal: Signal, body: Uint8Array): Promise<Outcome> {
    const { tracesEndpoint, logsEndpoint, compression } = this.#settings;
    try {
      const url = new URL(signal === "traces" ? tracesEndpoint : logsEndpoint);
      // zlib works in a thread of its own.
      const sent = compression === "gzip" ? await compressed(body) : body;
      const reply = await context.with(suppressTracing(ROOT_CONTEXT), () => this.#post(url, sent));
      return outcomeOf(reply);
    } catch (error) {
      return { kind: "retry", message: reasonOf(error), unreachable: true };
    }
  }

  /** Close the connections that idle. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async #post(url: URL, body: Uint8Array): Promise<Reply> {
    for (;;) {
      const attempt = this.#attempt(url, body);
      try {
        return await attempt.reply;
      } catch (error) {
        // The server closed a kept connection just as it was used again: not a failed attempt. Every
        // failure takes one such connection away, so this ends with a fresh one.
        if (!attempt.request.reusedSocket || !isClosed(error)) throw error;
      }
    }
  }

  #attempt(url: URL, body: Uint8Array): { request: http.ClientRequest; reply: Promise<Reply> } {
    const { headers, timeoutSeconds, compression } = this.#settings;
    const { request: open } = url.protocol === "https:" ? https : http;
    const request = open(url, {
      method: "POST",
      agent: this.#agent(url),
      headers: {
        ...headers,
        "Content-Type": "application/x-protobuf",
        "Content-Length": body.byteLength,
        ...(compression === "gzip" ? { "Content-Encoding": "gzip" } : {}),
      },
    });
    const reply = new Promise<Reply>((resolve, reject) => {
      // One limit for the whole exchange; a socket's own time-out would start anew with each byte.
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${timeoutSeconds} s`)),
        timeoutSeconds * 1000,
      );
      timer.unref();
      request.on("socket", (socket) => socket.unref());
      request.on("error", reject);
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        const resolved = () => {
          const { statusCode: status = 0, headers: replied } = response;
          resolve({ status, headers: replied, body: Buffer.concat(chunks) });
        };
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          chunks.push(chunk);
          if (length <= MAX_REPLY_BYTES) return;
          // The status says enough; the rest of the answer is not waited for.
          resolved();
          request.destroy();
        });
        response.on("end", resolved);
        response.on("error", reject);
      });
      request.on("close", () => clearTimeout(timer));
      request.end(body);
    });
    return { request, reply };
  }

  #agent(url: URL): http.Agent {
    const known = this.#agents.get(url.protocol);
    if (known !== undefined) return known;
    const options = {
      keepAlive: true,
      maxSockets: 2,
      timeout: IDLE_MILLISECONDS,
      ...(isLoopback(url.hostname) ? {} : { proxyEnv: process.env }),
    };
    const agent = url.protocol === "https:" ? new https.Agent(options) : new http.Agent(options);
    this.#agents.set(url.protocol, agent);
    return agent;
  }
}

/** What an answer means for the batch that was sent. */
export function outcomeOf(reply: Reply): Outcome {
  const { status, headers, body } = reply;
  const message = replyMessage(status, headers["content-type"], body);
  if (status >= 200 && status < 300) {
    return message === undefined ? { kind: "delivered" } : { kind: "delivered", message };
  }
  const said = message ?? `HTTP ${status}`;
  if (status === 413) return { kind: "too_large", message: said };
  if (!RETRYABLE.has(status)) return { kind: "refused", status, message: said };
  const retryAfterSeconds = retryAfter(headers["retry-after"], Date.now());
  return { kind: "retry", message: said, retryAfterSeconds, unreachable: false };
}

/**
 * The seconds that a `Retry-After` header asks for, given as seconds or as a date (RFC 9110, 10.2.3),
 * five minutes at most; undefined where there is none, or none that can be read.
 */
export function retryAfter(
  header: string | undefined,
  nowMilliseconds: number,
): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - nowMilliseconds) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS);
}

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);

const isClosed = (error: unknown): boolean =>
  ["ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "");

/** Why a request got no answer, in a few words. */
function reasonOf(error: unknown): string {
  // Where a host has several addresses, Node gives one error for each and no text for all.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}

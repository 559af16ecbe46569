/** Reads what a server says in its answer to an OTLP request. */

import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { Signal } from "./transport.js";

const SERIALIZERS = { traces: ProtobufTraceSerializer, logs: ProtobufLogsSerializer };
/** More of a server's words than this is not shown. */
const MAX_MESSAGE_CHARACTERS = 500;
/** `google.rpc.Status.message`, field 2 of wire type 2 (length-delimited). */
const STATUS_MESSAGE_TAG = (2 << 3) | 2;

/**
 * The message of an answer: of a success what it rejected (`partial_success`), of a failure its
 * `google.rpc.Status` (OTLP/HTTP, "Failures"), in Protobuf or JSON, or else its plain text.
 * Undefined where it says nothing.
 */
export function replyMessage(
  status: number,
  contentType: string | undefined,
  body: Uint8Array,
  signal: Signal,
): string | undefined {
  if (body.length === 0) return undefined;
  const isProtobuf = /protobuf/i.test(contentType ?? "");
  const isSuccess = status >= 200 && status < 300;
  try {
    const said = isProtobuf
      ? isSuccess
        ? rejectedIn(SERIALIZERS[signal].deserializeResponse(body).partialSuccess)
        : statusMessage(body)
      : jsonMessage(Buffer.from(body).toString(), isSuccess);
    return said === undefined || said === "" ? undefined : said.slice(0, MAX_MESSAGE_CHARACTERS);
  } catch {
    // An answer that cannot be read says nothing; its status has said enough.
    return undefined;
  }
}

interface PartialSuccess {
  readonly errorMessage?: string;
  readonly rejectedSpans?: number | string;
  readonly rejectedLogRecords?: number | string;
}

function rejectedIn(partial: PartialSuccess | undefined): string | undefined {
  if (partial === undefined) return undefined;
  const rejected = Number(partial.rejectedSpans ?? partial.rejectedLogRecords ?? 0);
  const message = partial.errorMessage ?? "";
  if (rejected === 0) return message || undefined;
  return `${rejected} rejected${message && `: ${message}`}`;
}

function jsonMessage(text: string, isSuccess: boolean): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Web servers and proxies answer in HTML, of which the first words are no help.
    return isSuccess || text.trimStart().startsWith("<") ? undefined : text.trim();
  }
  const { partialSuccess, message, error } = Object(value) as Record<string, unknown>;
  if (isSuccess) return rejectedIn(partialSuccess as PartialSuccess | undefined);
  if (typeof message === "string") return message;
  return typeof error === "string" ? error : undefined;
}

/** The `message` of a `google.rpc.Status` in Protobuf; throws where the bytes are none. */
function statusMessage(body: Uint8Array): string | undefined {
  let at = 0;
  const varint = (): number => {
    for (let value = 0, shift = 1; ; shift *= 128) {
      const byte = body[at];
      if (byte === undefined) throw new RangeError("the message ends early");
      at += 1;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < body.length) {
    const tag = varint();
    if ((tag & 7) === 0) {
      varint();
    } else if ((tag & 7) === 2) {
      const length = varint();
      const start = at;
      at += length;
      if (tag === STATUS_MESSAGE_TAG) return Buffer.from(body.slice(start, at)).toString();
    } else {
      throw new RangeError("not a google.rpc.Status");
    }
  }
  return undefined;
}

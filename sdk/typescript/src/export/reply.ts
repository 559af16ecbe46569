/** Reads what a server says in its answer to an OTLP request. */

/** More of a server's words than this is not shown. */
const MAX_MESSAGE_CHARACTERS = 500;
/**
 * The message of an answer: of a success what it rejected (`partial_success`), of a failure its
 * `google.rpc.Status` (OTLP/HTTP, "Failures"), in Protobuf or JSON, or else its plain text.
 * Undefined where it says nothing.
 */
export function replyMessage(
  status: number,
  contentType: string | undefined,
  body: Uint8Array,
): string | undefined {
  if (body.length === 0) return undefined;
  const isProtobuf = /protobuf/i.test(contentType ?? "");
  const isSuccess = status >= 200 && status < 300;
  try {
    const said = isProtobuf
      ? protobufMessage(body, isSuccess)
      : jsonMessage(Buffer.from(body).toString(), isSuccess);
    return said === undefined || said === "" ? undefined : said.slice(0, MAX_MESSAGE_CHARACTERS);
  } catch {
    // An answer that cannot be read says nothing; its status has said enough.
    return undefined;
  }
}

interface PartialSuccess {
  readonly errorMessage?: string | undefined;
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
  if (typeof error === "string") return error;
  // Threadline's own answers beside those of OTLP.
  const { message: said, hint } = Object(error) as Record<string, unknown>;
  if (typeof said !== "string") return undefined;
  return typeof hint === "string" ? `${said}: ${hint}` : said;
}

function protobufMessage(body: Uint8Array, isSuccess: boolean): string | undefined {
  // google.rpc.Status: code = 1, message = 2.
  if (!isSuccess) return textOf(fieldsOf(body).get(2));
  // Export…ServiceResponse: partial_success = 1, of it what was rejected = 1 and error_message = 2.
  const partial = fieldsOf(body).get(1);
  if (!(partial instanceof Uint8Array)) return undefined;
  const fields = fieldsOf(partial);
  return rejectedIn({
    rejectedSpans: Number(fields.get(1) ?? 0),
    errorMessage: textOf(fields.get(2)),
  });
}

const textOf = (value: number | Uint8Array | undefined): string | undefined =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : undefined;

/** The fields of a Protobuf message of varints and length-delimited fields; throws for others. */
function fieldsOf(body: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
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
    const value = varint();
    if ((tag & 7) === 0) fields.set(tag >> 3, value);
    else if ((tag & 7) === 2) {
      fields.set(tag >> 3, body.subarray(at, at + value));
      at += value;
    } else throw new RangeError("a field of another type");
  }
  return fields;
}

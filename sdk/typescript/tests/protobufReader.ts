/** Reads Protobuf messages by field numbers, enough of it to look into OTLP requests. */
type Field = { number: number; value: number | bigint | Uint8Array };

export class ProtobufReader {
  readonly #fields: Field[] = [];

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = view.getUint8(at);
        at += 1;
        value |= BigInt(byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.length) {
      const tag = Number(varint());
      const number = tag >> 3;
      if ((tag & 7) === 0) this.#fields.push({ number, value: varint() });
      else if ((tag & 7) === 1) {
        this.#fields.push({ number, value: view.getFloat64(at, true) });
        at += 8;
      } else if ((tag & 7) === 5) at += 4;
      else {
        const length = Number(varint());
        this.#fields.push({ number, value: bytes.subarray(at, at + length) });
        at += length;
      }
    }
  }

  messages(number: number): ProtobufReader[] {
    return this.#bytes(number).map((bytes) => new ProtobufReader(bytes));
  }

  text(number: number): string | undefined {
    const bytes = this.#bytes(number)[0];
    return bytes && Buffer.from(bytes).toString();
  }

  hex(number: number): string | undefined {
    const bytes = this.#bytes(number)[0];
    return bytes && Buffer.from(bytes).toString("hex");
  }

  /** The attributes (`KeyValue`s) in a field, as plain values. */
  attributes(number: number): Record<string, unknown> {
    return Object.fromEntries(
      this.messages(number).map((pair) => [pair.text(1) ?? "", pair.messages(2).map(anyValue)[0]]),
    );
  }

  /** The field that a message of one field has, such as `AnyValue`. */
  get only(): Field | undefined {
    return this.#fields[0];
  }

  #bytes(number: number): Uint8Array[] {
    return this.#fields.flatMap((field) =>
      field.number === number && field.value instanceof Uint8Array ? [field.value] : [],
    );
  }
}

function anyValue(reader: ProtobufReader): unknown {
  const field = reader.only;
  if (field?.number === 1) return reader.text(1);
  if (field?.number === 2) return field.value === 1n;
  if (field?.number === 5)
    return reader.messages(5).flatMap((array) => array.messages(1).map(anyValue));
  return field === undefined || field.value instanceof Uint8Array ? undefined : Number(field.value);
}

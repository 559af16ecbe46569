/** Writes Protobuf messages field by field (https://protobuf.dev/programming-guides/encoding/). */

/** A UTF-16 code unit needs at most this many bytes in UTF-8. */
const MAX_BYTES_PER_UNIT = 3;
/** Up to this length room for the worst case is made; beyond it a text is measured first. */
const MEASURED_FROM = 1024;

/** Wire types, the lower three bits of a field's tag. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A growing buffer and the fields that can be appended to it. */
export class ProtobufWriter {
  #buffer: Buffer;
  #end = 0;

  /** @param bytes - How much will be written, about. */
  constructor(bytes = 1024) {
    this.#buffer = Buffer.allocUnsafe(bytes);
  }

  /** What was written. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#end);
  }

  /** A field of a message type: whatever `write` appends. */
  message(field: number, write: () => void): void {
    this.#varint((field << 3) | LENGTH_DELIMITED);
    const start = this.#end;
    // Most messages are shorter than 128 bytes, whose length is one byte; the others are moved.
    this.#reserve(1);
    this.#end += 1;
    write();
    const length = this.#end - start - 1;
    const size = varintSize(length);
    if (size > 1) {
      this.#reserve(size - 1);
      this.#buffer.copyWithin(start + size, start + 1, this.#end);
    }
    this.#end = start;
    this.#varint(length);
    this.#end += length;
  }

  /** A `string`; lone surrogates become U+FFFD. */
  text(field: number, value: string): void {
    this.#varint((field << 3) | LENGTH_DELIMITED);
    if (value.length >= MEASURED_FROM) {
      const length = Buffer.byteLength(value);
      this.#varint(length);
      this.#reserve(length);
      this.#end += this.#buffer.write(value, this.#end);
      return;
    }
    this.#reserve(2 + value.length * MAX_BYTES_PER_UNIT);
    // Two bytes of length, unless one will do.
    const start = this.#end;
    const length = this.#buffer.write(value, start + 1);
    if (length < 128) {
      this.#buffer[start] = length;
      this.#end = start + 1 + length;
      return;
    }
    this.#buffer.copyWithin(start + 2, start + 1, start + 1 + length);
    this.#varint(length);
    this.#end += length;
  }

  /** `bytes` given as hexadecimal digits. */
  hex(field: number, digits: string): void {
    this.#varint((field << 3) | LENGTH_DELIMITED);
    this.#varint(digits.length / 2);
    this.#reserve(digits.length / 2);
    this.#end += this.#buffer.write(digits, this.#end, "hex");
  }

  /** `bytes`. */
  bytes(field: number, value: Uint8Array): void {
    this.#varint((field << 3) | LENGTH_DELIMITED);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#end);
    this.#end += value.length;
  }

  /** A whole number: `int64`, `uint32`, `bool`, an enum. */
  integer(field: number, value: number): void {
    this.#varint((field << 3) | VARINT);
    if (value >= 0 && value <= 0xffff_ffff) this.#varint(value);
    else this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
  }

  /** A `double`. */
  double(field: number, value: number): void {
    this.#varint((field << 3) | FIXED64);
    this.#reserve(8);
    this.#end = this.#buffer.writeDoubleLE(value, this.#end);
  }

  /** A `fixed64`, such as a time in nanoseconds. */
  fixed64(field: number, value: bigint): void {
    this.#varint((field << 3) | FIXED64);
    this.#reserve(8);
    this.#end = this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), this.#end);
  }

  /** A `fixed32`. */
  fixed32(field: number, value: number): void {
    this.#varint((field << 3) | FIXED32);
    this.#reserve(4);
    this.#end = this.#buffer.writeUInt32LE(value, this.#end);
  }

  #varint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 127) {
      this.#buffer[this.#end] = (rest & 127) | 128;
      this.#end += 1;
      rest >>>= 7;
    }
    this.#buffer[this.#end] = rest;
    this.#end += 1;
  }

  #bigVarint(value: bigint): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 127n) {
      this.#buffer[this.#end] = Number(rest & 127n) | 128;
      this.#end += 1;
      rest >>= 7n;
    }
    this.#buffer[this.#end] = Number(rest);
    this.#end += 1;
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = grown;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest >>>= 7) size += 1;
  return size;
}

/** Turns any value into JSON text, natively where it is plain already and never with an error. */

/** Levels of arrays and objects inside one another; deeper ones are replaced by a mark. */
const MAX_DEPTH = 100;
/** Members of all arrays and objects of one value; the rest become a mark. */
const MAX_VALUES = 1_000_000;
const TOO_MANY = '"[more than 1,000,000 values]"';

/** Methods that Node has since 20 and TypeScript's library only since ES2024. */
interface WellFormed {
  toWellFormed(): string;
}

/**
 * Give the JSON text of a value, on one line without spaces.
 *
 * Plain JSON values are themselves; NaN and the infinities become null. A BigInt becomes its digits,
 * bytes base64, a `Date` ISO-8601 in UTC, a `Map` an object, a `Set` and other iterables an array, an
 * `Error` its text. `toJSON` is honoured; functions and undefined are left out of objects, as
 * `JSON.stringify` does. Marks stand for what cannot be written: `"[circular]"`,
 * `"[nested deeper than 100]"`, `"[more than 1,000,000 values]"`, `"[not encodable: TypeName]"`.
 *
 * @param value - Anything; it is not changed.
 * @returns JSON that any parser reads, free of lone surrogates. Never throws.
 */
export function encode(value: unknown): string {
  try {
    left = MAX_VALUES;
    if (isPlain(value, MAX_DEPTH)) {
      const text = JSON.stringify(value);
      // What is not well formed Unicode, JSON.stringify writes as an escape.
      if (text !== undefined && !text.includes("\\ud")) return text;
    }
  } catch {
    // A getter that throws: below it becomes a mark.
  }
  return new Writer().text(value, 0) ?? "null";
}

/** The members that may still be looked at, of the value that is looked at. */
let left = 0;

/** Say whether `JSON.stringify` writes a value as {@link encode} should. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) {
    return typeof value !== "bigint" && (depth < MAX_DEPTH || typeof value !== "function");
  }
  if (depth === 0 || left < 0) return false;
  if (Array.isArray(value)) {
    left -= value.length;
    for (const member of value) if (!isPlain(member, depth - 1)) return false;
    return true;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const record = value as Record<string, unknown>;
  for (const key in record) {
    const member = record[key];
    left -= 1;
    if (key === "toJSON" && typeof member === "function") return false;
    if (!isPlain(member, depth - 1)) return false;
  }
  return true;
}

/** Writes one value that is not plain. */
class Writer {
  #left = MAX_VALUES;
  readonly #open = new Set<object>();

  /** Give the text of a value, or undefined for what is left out of objects. */
  text(value: unknown, depth: number): string | undefined {
    try {
      return this.#text(value, depth);
    } catch {
      return quoted(`[not encodable: ${typeName(value)}]`);
    }
  }

  #text(value: unknown, depth: number): string | undefined {
    switch (typeof value) {
      case "string":
        return quoted(value);
      case "number":
      case "boolean":
        return JSON.stringify(value);
      case "bigint":
        return value.toString();
      case "object":
        return value === null ? "null" : this.#object(value, depth);
      case "function":
        return depth === 0 ? quoted(functionText(value)) : undefined;
      default:
        return undefined;
    }
  }

  #object(value: object, depth: number): string | undefined {
    const replaced = replacement(value);
    if (typeof replaced !== "object" || replaced === null) return this.#text(replaced, depth);
    if (depth >= MAX_DEPTH) return `"[nested deeper than ${MAX_DEPTH}]"`;
    if (this.#open.has(value) || this.#open.has(replaced)) return '"[circular]"';
    this.#open.add(value).add(replaced);
    try {
      if (replaced instanceof Map) return this.#members(replaced, depth + 1);
      if (isIterable(replaced)) return this.#array(replaced, depth + 1);
      return this.#members(entries(replaced), depth + 1);
    } finally {
      this.#open.delete(value);
      this.#open.delete(replaced);
    }
  }

  #members(members: Iterable<[unknown, unknown]>, depth: number): string {
    const written: string[] = [];
    for (const [key, member] of members) {
      if (this.#left <= 0) {
        written.push(`"…":${TOO_MANY}`);
        break;
      }
      this.#left -= 1;
      const text = this.text(member, depth);
      if (text !== undefined) written.push(`${quoted(keyText(key))}:${text}`);
    }
    return `{${written.join(",")}}`;
  }

  #array(members: Iterable<unknown>, depth: number): string {
    const written: string[] = [];
    for (const member of members) {
      if (this.#left <= 0) {
        written.push(TOO_MANY);
        break;
      }
      this.#left -= 1;
      written.push(this.text(member, depth) ?? "null");
    }
    return `[${written.join(",")}]`;
  }
}

/** Give what stands for an object: itself, or what says more of it. */
function replacement(value: object): unknown {
  if (value instanceof Uint8Array) return base64(value);
  if (value instanceof ArrayBuffer) return base64(new Uint8Array(value));
  if ("toJSON" in value && typeof value.toJSON === "function") return value.toJSON("");
  if (value instanceof String || value instanceof Number || value instanceof Boolean) {
    return value.valueOf();
  }
  if (value instanceof Error || value instanceof RegExp) return String(value);
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Say whether an object is a collection, not an iterator: reading that would use it up. */
function isIterable(value: object): value is Iterable<unknown> {
  if (!(Symbol.iterator in value) || typeof value[Symbol.iterator] !== "function") return false;
  return !("next" in value);
}

/** Give an object's own members, each read when its turn comes. */
function* entries(value: object): Iterable<[string, unknown]> {
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    let member: unknown;
    try {
      member = record[key];
    } catch {
      member = "[not encodable: getter]";
    }
    yield [key, member];
  }
}

function keyText(key: unknown): string {
  if (typeof key === "string") return key;
  if (typeof key === "object" && key !== null) return new Writer().text(key, 0) ?? "";
  return String(key);
}

function functionText(value: unknown): string {
  const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "function";
  return `<${kind} ${(value as { name: string }).name}>`;
}

function quoted(text: string): string {
  return JSON.stringify((text as unknown as WellFormed).toWellFormed());
}

function typeName(value: unknown): string {
  try {
    return (value as object).constructor.name;
  } catch {
    return typeof value;
  }
}

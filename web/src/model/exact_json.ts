/** Parses JSON so that whole numbers beyond 2^53 stay what was sent, as far as the browser can. */

/** What `JSON` offers besides, where the browser knows it (ECMAScript proposal parse with source). */
interface SourceJson {
  rawJSON?: (text: string) => object;
  isRawJSON?: (value: unknown) => value is { readonly rawJSON: string };
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ): unknown;
}

const SOURCE = JSON as unknown as SourceJson;

/** Sixteen digits in a row may be a number that a double cannot hold. */
const LONG = /\d{16}/;
const WHOLE = /^-?\d+$/;

/**
 * The value of a JSON text. A whole number that a double would change is an object that
 * `JSON.stringify` writes as it was read, and that `exactNumber` gives the digits of.
 */
export function parseExact(text: string): unknown {
  const { rawJSON } = SOURCE;
  if (!rawJSON || !LONG.test(text)) return JSON.parse(text);
  return SOURCE.parse(text, (_key, value, context) => {
    const source = context?.source;
    const changed = typeof value === "number" && !Number.isSafeInteger(value);
    return changed && source !== undefined && WHOLE.test(source) ? rawJSON(source) : value;
  });
}

/** The digits of a whole number that a double would change; null for every other value. */
export function exactNumber(value: unknown): string | null {
  return SOURCE.isRawJSON?.(value) ? value.rawJSON : null;
}

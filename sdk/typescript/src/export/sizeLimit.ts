/** Cuts a text that is longer than a number of UTF-8 bytes, with a mark that says so. */

/** A UTF-16 code unit needs at most this many bytes in UTF-8. */
export const MAX_BYTES_PER_UNIT = 3;

/**
 * Cut a text to at most `maxBytes` UTF-8 bytes: the longest run of whole characters that fits
 * together with `…[threadline: cut, N bytes in all]`, where N is its length before. A text within the
 * limit comes back as it is; where not even the mark fits, the mark stands alone.
 */
export function cut(text: string, maxBytes: number): string {
  if (text.length * MAX_BYTES_PER_UNIT <= maxBytes) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const mark = `…[threadline: cut, ${bytes} bytes in all]`;
  const room = Math.max(0, maxBytes - Buffer.byteLength(mark));
  // As many characters as bytes suffice: the rest of a huge text need not be encoded.
  const encoded = Buffer.from(text.slice(0, room + 1));
  let end = Math.min(room, encoded.length);
  // A byte of the form 10xxxxxx goes on with a character: step back to where that begins.
  while (end > 0 && ((encoded[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return encoded.toString("utf8", 0, end) + mark;
}

/** Bytes that came in the span itself, as base64 or as a data address; nothing else is ever loaded. */

export interface Located {
  readonly media_type: string | null;
  readonly data: string | null;
  readonly url: string | null;
}

export interface InlineData {
  readonly mediaType: string | null;
  readonly base64: string;
}

/** The bytes of a part, from its data or from an address that holds them; null where there are none. */
export function inlineData(part: Located): InlineData | null {
  if (part.data !== null) return { mediaType: part.media_type, base64: part.data };
  const match = /^data:([\w.+/-]+)(?:;[\w.=+-]+)*;base64,/i.exec(part.url?.slice(0, 200) ?? "");
  if (!match || part.url === null) return null;
  return { mediaType: match[1] ?? null, base64: part.url.slice(match[0].length) };
}

/** Base64 in its plain alphabet without white space; null where the text is none. */
export function plainBase64(text: string): string | null {
  const base64 = text.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? base64 : null;
}

/** How many bytes plain base64 stands for. */
export function byteCount(base64: string): number {
  return Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
}

/** The host that an address names, to say what is not loaded. */
export function hostOf(url: string): string {
  try {
    const { host, protocol } = new URL(url);
    return host || protocol;
  } catch {
    return "no address";
  }
}

/** Decides whether an image part may be drawn: only from bytes in the span, only of raster types. */

/** SVG is missing on purpose: it is a document that can hold script and links. */
const DRAWN = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

export type ImageSource =
  | {
      readonly kind: "data";
      readonly address: string;
      readonly mediaType: string;
      readonly bytes: number;
    }
  | { readonly kind: "withheld"; readonly reason: string };

export function imageSource(part: {
  readonly media_type: string | null;
  readonly data: string | null;
  readonly url: string | null;
}): ImageSource {
  const inline = part.data === null ? fromDataAddress(part.url) : part;
  if (inline?.data) return drawn(inline.media_type, inline.data);
  if (part.url === null) return { kind: "withheld", reason: "no image data in the span" };
  return { kind: "withheld", reason: hostOf(part.url) };
}

function drawn(mediaType: string | null, data: string): ImageSource {
  const type = mediaType?.toLowerCase() ?? sniffed(data);
  if (type === null || !DRAWN.has(type)) {
    return { kind: "withheld", reason: type ?? "unknown image type" };
  }
  const base64 = data.replace(/\s/g, "").replaceAll("-", "+").replaceAll("_", "/");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return { kind: "withheld", reason: "no base64" };
  const bytes = Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
  return { kind: "data", address: `data:${type};base64,${base64}`, mediaType: type, bytes };
}

function fromDataAddress(url: string | null): { media_type: string; data: string } | null {
  const match = /^data:([\w.+/-]+)(?:;[\w.=+-]+)*;base64,/i.exec(url?.slice(0, 200) ?? "");
  if (!match || url === null) return null;
  return { media_type: match[1] ?? "", data: url.slice(match[0].length) };
}

/** The type by the first bytes, as base64 writes them. */
function sniffed(data: string): string | null {
  if (data.startsWith("iVBORw0KGgo")) return "image/png";
  if (data.startsWith("/9j/")) return "image/jpeg";
  if (data.startsWith("R0lGOD")) return "image/gif";
  if (data.startsWith("UklGR")) return "image/webp";
  return null;
}

function hostOf(url: string): string {
  try {
    const { host, protocol } = new URL(url);
    return host || protocol;
  } catch {
    return "no address";
  }
}

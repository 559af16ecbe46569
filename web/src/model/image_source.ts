/** Decides whether an image part may be drawn: only from bytes in the span, only of raster types. */

import {
  byteCount,
  hostOf,
  type InlineData,
  inlineData,
  type Located,
  plainBase64,
} from "./inline_data";

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

export function imageSource(part: Located): ImageSource {
  const inline = inlineData(part);
  if (inline?.base64) return drawn(inline);
  if (part.url === null) return { kind: "withheld", reason: "no image data in the span" };
  return { kind: "withheld", reason: hostOf(part.url) };
}

function drawn({ mediaType, base64: data }: InlineData): ImageSource {
  const type = mediaType?.toLowerCase() ?? sniffed(data);
  if (type === null || !DRAWN.has(type)) {
    return { kind: "withheld", reason: type ?? "unknown image type" };
  }
  const base64 = plainBase64(data);
  if (base64 === null) return { kind: "withheld", reason: "no base64" };
  const address = `data:${type};base64,${base64}`;
  return { kind: "data", address, mediaType: type, bytes: byteCount(base64) };
}

/** The type by the first bytes, as base64 writes them. */
function sniffed(data: string): string | null {
  if (data.startsWith("iVBORw0KGgo")) return "image/png";
  if (data.startsWith("/9j/")) return "image/jpeg";
  if (data.startsWith("R0lGOD")) return "image/gif";
  if (data.startsWith("UklGR")) return "image/webp";
  return null;
}

/** Decides whether a sound may be played: only from bytes in the span, only of types that are sound. */

import { byteCount, hostOf, inlineData, type Located, plainBase64 } from "./inline_data";

const PLAYED = new Set([
  "audio/aac",
  "audio/flac",
  "audio/m4a",
  "audio/mp3",
  "audio/mp4",
  "audio/mpeg",
  "audio/ogg",
  "audio/opus",
  "audio/wav",
  "audio/wave",
  "audio/webm",
  "audio/x-wav",
]);

export type AudioSource =
  | {
      readonly kind: "data";
      readonly address: string;
      readonly mediaType: string;
      readonly bytes: number;
    }
  | { readonly kind: "withheld"; readonly reason: string };

export function audioSource(part: Located): AudioSource {
  const inline = inlineData(part);
  if (inline === null) {
    return {
      kind: "withheld",
      reason: part.url === null ? "no sound in the span" : hostOf(part.url),
    };
  }
  const stated = inline.mediaType?.toLowerCase().split(";")[0]?.trim();
  const type = stated ?? sniffed(inline.base64);
  if (type === null || !PLAYED.has(type)) {
    return { kind: "withheld", reason: type ?? "unknown type of sound" };
  }
  const base64 = plainBase64(inline.base64);
  if (base64 === null) return { kind: "withheld", reason: "no base64" };
  return {
    kind: "data",
    address: `data:${type};base64,${base64}`,
    mediaType: type,
    bytes: byteCount(base64),
  };
}

/** The type by the first bytes, as base64 writes them. */
function sniffed(data: string): string | null {
  if (data.startsWith("UklGR")) return "audio/wav";
  if (data.startsWith("SUQz") || data.startsWith("//v") || data.startsWith("//s")) {
    return "audio/mpeg";
  }
  if (data.startsWith("T2dn")) return "audio/ogg";
  if (data.startsWith("ZkxhQ")) return "audio/flac";
  return null;
}

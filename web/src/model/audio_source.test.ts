import { describe, expect, it } from "vitest";
import { audioSource } from "./audio_source";

const WAV = "UklGRiQAAABXQVZF";
const none = { media_type: null, data: null, url: null };

describe("audioSource", () => {
  it("plays bytes that are in the span", () => {
    expect(audioSource({ ...none, media_type: "audio/wav", data: WAV })).toEqual({
      kind: "data",
      address: `data:audio/wav;base64,${WAV}`,
      mediaType: "audio/wav",
      bytes: 12,
    });
  });

  it("knows a type by its first bytes, and reads data addresses", () => {
    expect(audioSource({ ...none, data: WAV })).toMatchObject({ mediaType: "audio/wav" });
    expect(audioSource({ ...none, data: "SUQzBAAA" })).toMatchObject({ mediaType: "audio/mpeg" });
    const url = `data:audio/wav;base64,${WAV}`;
    expect(audioSource({ ...none, url })).toMatchObject({ kind: "data", address: url });
  });

  it("never loads an address, and names its host", () => {
    const url = "https://tracker.example/a.mp3";
    expect(audioSource({ ...none, url })).toEqual({ kind: "withheld", reason: "tracker.example" });
  });

  it.each([
    [{ media_type: "text/html", data: "PGI+" }, "text/html"],
    [{ media_type: "audio/pcm16", data: "AAAA" }, "audio/pcm16"],
    [{ media_type: "audio/wav", data: '"><script>' }, "no base64"],
    [{ media_type: null, data: "AAAA" }, "unknown type of sound"],
    [{ media_type: null, data: null }, "no sound in the span"],
  ])("withholds %j", (part, reason) => {
    expect(audioSource({ ...none, ...part })).toEqual({ kind: "withheld", reason });
  });
});

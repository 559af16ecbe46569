import { describe, expect, it } from "vitest";
import { imageSource } from "./image_source";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const none = { media_type: null, data: null, url: null };

describe("imageSource", () => {
  it("draws bytes that are in the span", () => {
    expect(imageSource({ ...none, media_type: "image/png", data: PNG })).toEqual({
      kind: "data",
      address: `data:image/png;base64,${PNG}`,
      mediaType: "image/png",
      bytes: 70,
    });
  });

  it("knows a type by its first bytes, and reads data addresses", () => {
    expect(imageSource({ ...none, data: PNG })).toMatchObject({ mediaType: "image/png" });
    const url = `data:image/png;base64,${PNG}`;
    expect(imageSource({ ...none, url })).toMatchObject({ kind: "data", address: url });
  });

  it("never loads an address, and names its host", () => {
    const url = "https://tracker.example:8443/pixel.png?session=1";
    expect(imageSource({ ...none, url })).toEqual({
      kind: "withheld",
      reason: "tracker.example:8443",
    });
    expect(imageSource({ ...none, url: "file:///etc/passwd" })).toMatchObject({ reason: "file:" });
  });

  it.each([
    [{ media_type: "image/svg+xml", data: "PHN2Zz4=" }, "image/svg+xml"],
    [{ media_type: "text/html", data: "PGI+" }, "text/html"],
    [{ media_type: "image/png", data: '"><script>' }, "no base64"],
    [{ media_type: null, data: "AAAA" }, "unknown image type"],
    [{ media_type: null, data: null }, "no image data in the span"],
  ])("withholds %j", (part, reason) => {
    expect(imageSource({ ...none, ...part })).toEqual({ kind: "withheld", reason });
  });

  it("withholds documents that come as a data address", () => {
    const url = "data:text/html;base64,PGI+";
    expect(imageSource({ ...none, url })).toEqual({ kind: "withheld", reason: "text/html" });
  });
});

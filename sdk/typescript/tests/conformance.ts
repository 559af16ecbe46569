/** Reads the vectors that the SDKs of both languages satisfy. */
import { readFileSync } from "node:fs";

/** The parsed file of that name in `conformance/sdk/`. */
export function vectors<Vectors>(name: string): Vectors {
  const url = new URL(`../../../conformance/sdk/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as Vectors;
}

/** What a model call was given and what it answered: previews, counts, and what a tool part says. */

import type { Json } from "./json_lines";
import { oneLine } from "./untrusted_text";

/** What else came with a part or a message, as it came. */
export type Extra = { readonly [key: string]: Json };

/** Bytes of an image, a sound or a file, or where they are, or a document as its text or parts. */
export interface Media {
  readonly type: "image" | "audio" | "file";
  readonly media_type: string | null;
  readonly data: string | null;
  readonly url: string | null;
  readonly name?: string;
  readonly file_id?: string;
  readonly text?: string;
  readonly parts?: readonly Part[];
  readonly transcript?: string;
}

export type Part = { readonly extra?: Extra } & (
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string; readonly encrypted?: string }
  | {
      readonly type: "tool_call";
      readonly id: string | null;
      readonly name: string | null;
      readonly arguments: Json;
    }
  | {
      readonly type: "tool_result";
      readonly id: string | null;
      readonly name?: string;
      readonly result: Json;
      readonly parts?: readonly Part[];
      readonly error?: boolean;
    }
  | Media
  | { readonly type: "refusal"; readonly text: string }
  | { readonly type: "json"; readonly value: Json }
  | { readonly type: "truncated"; readonly text: string }
  | { readonly type: "other"; readonly value: Json }
);

export interface Message {
  readonly role: string;
  readonly parts: readonly Part[];
  readonly name?: string | null;
  readonly finish_reason?: string | null;
  readonly extra?: Extra;
}

/** Instructions to the model: long, the same in every call, and therefore folded. */
export function isInstruction(message: Message): boolean {
  return message.role === "system" || message.role === "developer";
}

/** One line that says what a message is about. */
export function messagePreview(message: Message): string {
  return message.parts.map(partPreview).filter(Boolean).join(" · ");
}

export function partPreview(part: Part): string {
  switch (part.type) {
    case "text":
      return oneLine(part.text);
    case "reasoning":
      return oneLine(part.text) || "reasoning not shown";
    case "refusal":
      return `refuses: ${oneLine(part.text)}`;
    case "tool_call":
      return `calls ${part.name ?? "a tool without a name"}`;
    case "tool_result":
      return part.parts
        ? part.parts.map(partPreview).join(" · ")
        : oneLine(compactJson(part.result));
    case "image":
      return "image";
    case "audio":
      return oneLine(part.transcript ?? "") || "audio";
    case "file":
      return oneLine(part.name ?? part.media_type ?? "file");
    case "truncated":
      return "cut off";
    case "json":
    case "other":
      return oneLine(compactJson(part.value));
  }
}

/** Names of the tools that the parts call, by call id: what a result's id refers to. */
export function toolNames(messages: readonly Message[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type === "tool_call" && part.id !== null && part.name !== null) {
        names.set(part.id, part.name);
      }
    }
  }
  return names;
}

/** The plain text of a message, for copying. */
export function messageText(message: Message): string {
  return message.parts
    .map((part) => {
      if (part.type === "text" || part.type === "reasoning" || part.type === "refusal") {
        return part.text;
      }
      return JSON.stringify(part.type === "json" ? part.value : part, null, 2);
    })
    .join("\n\n");
}

/**
 * The object or array that a text is as a whole, or null: tools answer in JSON and frameworks
 * put it into strings. Numbers and words stay text; so does what is too long to parse at a glance.
 */
export function parsedContainer(text: string): Json | null {
  const start = text.trimStart()[0];
  if ((start !== "{" && start !== "[") || text.length > 8_000_000) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/** Fields that say where a part stands and not what it says. */
const BOOKKEEPING = new Set(["id", "index", "status", "object", "type", "created_at", "timestamp"]);

/** Names of what else came, where it is more than numbering. */
export function extraNames(extra: Extra | undefined): string[] {
  return Object.keys(extra ?? {}).filter((name) => !BOOKKEEPING.has(name));
}

function compactJson(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a model call was given and what it answered: previews, counts, and what a tool part says. */

import type { Json } from "./json_lines";
import { oneLine } from "./untrusted_text";

export type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | {
      readonly type: "tool_call";
      readonly id: string | null;
      readonly name: string | null;
      readonly arguments: Json;
    }
  | { readonly type: "tool_result"; readonly id: string | null; readonly result: Json }
  | {
      readonly type: "image";
      readonly media_type: string | null;
      readonly data: string | null;
      readonly url: string | null;
    }
  | { readonly type: "other"; readonly value: Json };

export interface Message {
  readonly role: string;
  readonly parts: readonly Part[];
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
    case "reasoning":
      return oneLine(part.text);
    case "tool_call":
      return `calls ${part.name ?? "a tool without a name"}`;
    case "tool_result":
      return oneLine(compactJson(part.result));
    case "image":
      return "image";
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
      if (part.type === "text" || part.type === "reasoning") return part.text;
      return JSON.stringify(part, null, 2);
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

function compactJson(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Finds the name of a tool in its definition, whichever provider's shape that has. */

import type { Json } from "./json_lines";

/** The name of a tool; null where its definition, as sent, tells none. */
export function toolDefinitionName(definition: Json): string | null {
  if (typeof definition === "string") return definition.length > 0 ? definition : null;
  const fields = objectOf(definition);
  for (const holder of [fields, objectOf(fields.function), objectOf(fields.toolSpec)]) {
    if (typeof holder.name === "string" && holder.name !== "") return holder.name;
  }
  const [first] = Array.isArray(fields.functionDeclarations) ? fields.functionDeclarations : [];
  return first === undefined ? null : toolDefinitionName(first);
}

function objectOf(value: Json | undefined): { readonly [key: string]: Json } {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as { readonly [key: string]: Json }) : {};
}

/** Turns a JSON value into the lines of a viewer that folds, cuts long strings and draws few of them. */

import { exactNumber } from "./exact_json";
import { cutText } from "./untrusted_text";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A longer string is cut, with an offer to show more of it. */
export const STRING_LIMIT = 2048;

/** What one more click on a cut string shows at most. */
export const STRING_STEP = 65_536;

/** Values beyond this many lines are not listed; the last line says how many were left out. */
export const LINE_LIMIT = 200_000;

export interface JsonLine {
  /** Counted from 1 in the unfolded document, so that a number names the same line in every view. */
  readonly number: number;
  readonly depth: number;
  /** JSON pointer (RFC 6901) of the value; an opening and its closing line share it. */
  readonly path: string;
  /** Name of the member; null in an array and at the top. */
  readonly name: string | null;
  readonly kind: "open" | "close" | "value" | "left_out";
  readonly value: Json;
  /** `{` or `[` on opening, `}` or `]` on closing lines. */
  readonly bracket: string;
  /** Members or items of an opening line; values left out on the line that says so. */
  readonly count: number;
  readonly comma: boolean;
  /** Index of the line that closes what this one opens; its own index on all other lines. */
  closedBy: number;
}

interface OpenContainer {
  readonly value: readonly Json[] | { readonly [key: string]: Json };
  readonly names: readonly string[] | null;
  readonly path: string;
  readonly line: number;
  readonly comma: boolean;
  next: number;
}

/** All lines of the unfolded value, without recursion: nesting has no limit of its own. */
export function jsonLines(value: Json, limit = LINE_LIMIT): JsonLine[] {
  const lines: JsonLine[] = [];
  const open: OpenContainer[] = [];
  const emit = (line: Omit<JsonLine, "number" | "closedBy">) => {
    const index = lines.push({ ...line, number: lines.length + 1, closedBy: lines.length }) - 1;
    return index;
  };
  const place = (each: Json, name: string | null, path: string, comma: boolean) => {
    const depth = open.length;
    const size = sizeOf(each);
    if (size === null || size === 0 || !isContainer(each)) {
      emit({ depth, path, name, kind: "value", value: each, bracket: "", count: 0, comma });
      return;
    }
    const bracket = Array.isArray(each) ? "[" : "{";
    const kind = "open";
    const line = emit({ depth, path, name, kind, value: each, bracket, count: size, comma: false });
    const names = Array.isArray(each) ? null : Object.keys(each);
    open.push({ value: each, names, path, line, comma, next: 0 });
  };
  place(value, null, "", false);
  for (let inner = open.at(-1); inner; inner = open.at(-1)) {
    const size = sizeOf(inner.value) ?? 0;
    if (inner.next < size && lines.length < limit) {
      const index = inner.next++;
      const name = inner.names?.[index] ?? null;
      const each = memberAt(inner, index);
      place(each, name, `${inner.path}/${pointerToken(name ?? String(index))}`, index < size - 1);
      continue;
    }
    open.pop();
    const depth = open.length;
    const { path, value: whole } = inner;
    if (inner.next < size) {
      const count = size - inner.next;
      const rest = { depth: depth + 1, path, name: null, value: null, bracket: "", count };
      emit({ ...rest, kind: "left_out", comma: false });
    }
    const bracket = inner.names ? "}" : "]";
    const closing = { depth, path, name: null, value: whole, bracket, count: 0 };
    const closedBy = emit({ ...closing, kind: "close", comma: inner.comma });
    const opening = lines[inner.line];
    if (opening) opening.closedBy = closedBy;
  }
  return lines;
}

/** The lines that show when the containers at `folded` (JSON pointers) are closed. */
export function visibleLines(lines: readonly JsonLine[], folded: ReadonlySet<string>): JsonLine[] {
  if (folded.size === 0) return [...lines];
  const visible: JsonLine[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (!line) break;
    visible.push(line);
    if (line.kind === "open" && folded.has(line.path)) index = line.closedBy;
  }
  return visible;
}

/** The containers to close at first so that about `maximum` lines show: the deepest levels go first. */
export function foldedAtFirst(lines: readonly JsonLine[], maximum: number): Set<string> {
  if (lines.length <= maximum) return new Set();
  const perDepth: number[] = [];
  for (const line of lines) perDepth[line.depth] = (perDepth[line.depth] ?? 0) + 1;
  let shown = 0;
  let depth = 0;
  while (depth < perDepth.length && shown + (perDepth[depth] ?? 0) <= maximum) {
    shown += perDepth[depth] ?? 0;
    depth += 1;
  }
  // The top container is never closed: a viewer that shows one line shows nothing.
  const from = Math.max(1, depth - 1);
  const closed = lines.filter((line) => line.kind === "open" && line.depth >= from);
  return new Set(closed.map((line) => line.path));
}

/** `3 keys` or `12 items` of a closed container. */
export function countLabel(line: JsonLine): string {
  const [one, many] = line.bracket === "[" ? ["item", "items"] : ["key", "keys"];
  return `${line.count.toLocaleString("en-US")} ${line.count === 1 ? one : many}`;
}

export interface ShownString {
  /** The part to draw, JSON-escaped, without the quotes. */
  readonly text: string;
  /** UTF-16 units that are not drawn; 0 when the string is whole. */
  readonly hidden: number;
}

/** A string as JSON writes it, cut after `limit` units of the original. */
export function shownString(value: string, limit: number): ShownString {
  const part = cutText(value, limit);
  return { text: JSON.stringify(part).slice(1, -1), hidden: value.length - part.length };
}

/** The text behind "copy value": a string as it is, everything else as JSON. */
export function copyText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** `/a/0/b~1c` as `a[0]["b/c"]`, the form that programs write; `$` at the top. */
export function pathLabel(path: string): string {
  if (path === "") return "$";
  const tokens = path.slice(1).split("/");
  return tokens.map((token, index) => pathStep(fromPointerToken(token), index === 0)).join("");
}

function pathStep(name: string, first: boolean): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return first ? name : `.${name}`;
  return `[${JSON.stringify(name)}]`;
}

function pointerToken(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function fromPointerToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

function isContainer(value: Json): value is readonly Json[] | { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && exactNumber(value) === null;
}

function sizeOf(value: Json): number | null {
  if (!isContainer(value)) return null;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function memberAt(container: OpenContainer, index: number): Json {
  const { names, value } = container;
  const member = names ? Reflect.get(value, names[index] ?? "") : Reflect.get(value, index);
  return member as Json;
}

/** The grammar of the query bar: `field op value` becomes a filter, anything else is searched for. */
import { type Field, type FieldKind, fieldOf, type View } from "./fields";

export const OPERATORS = ["eq", "ne", "gt", "gte", "lt", "lte", "contains", "exists"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Filter {
  field: string;
  operator: Operator;
  value: string;
}

const SYMBOLS: readonly [string, Operator][] = [
  [">=", "gte"],
  ["≥", "gte"],
  ["<=", "lte"],
  ["≤", "lte"],
  ["!=", "ne"],
  ["≠", "ne"],
  ["==", "eq"],
  ["=", "eq"],
  [">", "gt"],
  ["<", "lt"],
  ["~", "contains"],
];
const WORDS: readonly [string, Operator][] = [
  ["is not", "ne"],
  ["is", "eq"],
  ["contains", "contains"],
  ["has", "contains"],
  ["exists", "exists"],
];
const PRINTED: Record<Operator, string> = {
  eq: "is",
  ne: "is not",
  gt: ">",
  gte: "≥",
  lt: "<",
  lte: "≤",
  contains: "contains",
  exists: "exists",
};

/** What the interface can ask of a kind of field. */
const ALLOWED: Record<FieldKind, readonly Operator[]> = {
  text: OPERATORS,
  number: ["eq", "ne", "gt", "gte", "lt", "lte", "exists"],
  time: ["eq", "ne", "gt", "gte", "lt", "lte", "exists"],
  list: ["contains", "exists"],
  flag: ["eq", "ne", "exists"],
};

/** Reads `error_count > 0`, `tag is production`, `metadata.plan = "pro plus"`; null if it is no filter. */
export function parseFilter(view: View, text: string): Filter | null {
  const match = /^\s*([\w.-]+)\s*(.*?)\s*$/s.exec(text);
  const field = match?.[1] ? fieldOf(view, match[1]) : null;
  const read = match && field ? readOperator(match[2] ?? "") : null;
  if (!field || !read) return null;
  const value = unquoted(read.rest.trim());
  if (read.operator === "exists") return existence(field, value);
  const operator = meant(field, read.operator);
  if (value === "" || !fits(field, value) || !ALLOWED[field.kind].includes(operator)) return null;
  return { field: field.name, operator, value };
}

/**
 * Splits what stands in the query bar into filters and words. A whole text may be a filter in any
 * form; at the end of other words one is only seen with a symbol: `refund error_count > 0`, since
 * `the user is angry` is to be searched for.
 */
export function readQuery(view: View, text: string): { q: string; filters: Filter[] } {
  const whole = parseFilter(view, text);
  if (whole) return { q: "", filters: [whole] };
  const end = /^(.*?)\s+(\S+\s*(?:>=|<=|!=|==|[>≥<≤≠=~])\s*\S.*)$/s.exec(text);
  const filter = end?.[2] ? parseFilter(view, end[2]) : null;
  if (filter) return { q: end?.[1]?.trim() ?? "", filters: [filter] };
  return { q: text.trim(), filters: [] };
}

/** As the query bar would take it again: `error_count > 0`. */
export function printFilter(filter: Filter): string {
  const value = /^\s|\s$|^"/.test(filter.value) ? JSON.stringify(filter.value) : filter.value;
  if (filter.operator === "exists")
    return `${filter.field} exists${value === "false" ? " false" : ""}`;
  return `${filter.field} ${printOperator(filter.operator)} ${value}`;
}

export function printOperator(operator: Operator): string {
  return PRINTED[operator];
}

/** `error_count:gt:0`, split at the first two colons: the form of the URL and of the interface. */
export function writeFilter(filter: Filter): string {
  return `${filter.field}:${filter.operator}:${filter.value}`;
}

export function readFilter(text: string): Filter | null {
  const match = /^([^:]+):([^:]+):(.*)$/s.exec(text);
  const operator = OPERATORS.find((each) => each === match?.[2]);
  if (!match?.[1] || !operator) return null;
  return { field: match[1], operator, value: match[3] ?? "" };
}

function readOperator(text: string): { operator: Operator; rest: string } | null {
  for (const [symbol, operator] of SYMBOLS) {
    if (text.startsWith(symbol)) return { operator, rest: text.slice(symbol.length) };
  }
  for (const [word, operator] of WORDS) {
    const next = text.slice(word.length, word.length + 1);
    if (text.toLowerCase().startsWith(word) && (next === "" || /\s/.test(next))) {
      return { operator, rest: text.slice(word.length) };
    }
  }
  return null;
}

/** A list has members and is no value: `tag is refund` means that it has that one. */
function meant(field: Field, operator: Operator): Operator {
  return field.kind === "list" && operator === "eq" ? "contains" : operator;
}

function fits(field: Field, value: string): boolean {
  if (field.kind === "number") return Number.isFinite(Number(value));
  if (field.kind === "flag") return value === "true" || value === "false";
  if (field.kind === "time") return !Number.isNaN(Date.parse(value));
  return true;
}

function existence(field: Field, value: string): Filter | null {
  if (value !== "" && value !== "true" && value !== "false") return null;
  return { field: field.name, operator: "exists", value: value || "true" };
}

function unquoted(text: string): string {
  if (!/^".*"$/s.test(text) || text.length < 2) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1);
  }
}

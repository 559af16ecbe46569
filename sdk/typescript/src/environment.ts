/** Reads settings from environment variables: what cannot be read is warned about once and left out. */
import { type LogLevel, warnOnce } from "./guard.js";

type Variables = Readonly<Record<string, string | undefined>>;

const TRUE = new Set(["true", "1", "yes", "on"]);
const FALSE = new Set(["false", "0", "no", "off"]);
const LEVELS: readonly string[] = ["debug", "info", "warn", "error", "off"];

/** Typed readers of one set of environment variables. */
export type Environment = ReturnType<typeof environmentOf>;

/** Give the readers of `variables`. A variable that is empty counts as not set. */
export function environmentOf(variables: Variables) {
  const text = (name: string): string | undefined => variables[name]?.trim() || undefined;

  /** Read the first of OTLP's two names, the one for traces and the one for every signal. */
  const otlp = (name: string): string | undefined =>
    text(`OTEL_EXPORTER_OTLP_TRACES_${name}`) ?? text(`OTEL_EXPORTER_OTLP_${name}`);

  function read<Value>(
    name: string,
    raw: string | undefined,
    fallback: Value,
    parse: (raw: string) => Value | undefined,
    expected: string,
  ): Value {
    if (raw === undefined) return fallback;
    const value = parse(raw);
    if (value !== undefined) return value;
    // The value is not shown: a secret put into the wrong variable must not end in a log.
    warnOnce(`environment ${name}`, `${name} must be ${expected}; it is left out`);
    return fallback;
  }

  return {
    text,
    otlp,
    flag: (name: string, fallback: boolean): boolean =>
      read(name, text(name)?.toLowerCase(), fallback, parseFlag, "true or false"),
    share: (name: string, fallback: number): number =>
      read(name, text(name), fallback, parseShare, "a number from 0 to 1"),
    record: (name: string): Record<string, unknown> =>
      read(name, text(name), {}, parseRecord, "a JSON object"),
    timeoutMillis: (fallback: number): number =>
      read("OTEL_EXPORTER_OTLP_TIMEOUT", otlp("TIMEOUT"), fallback, parseAmount, "milliseconds"),
    compression: (fallback: "gzip" | "none"): "gzip" | "none" =>
      read(
        "OTEL_EXPORTER_OTLP_COMPRESSION",
        otlp("COMPRESSION")?.toLowerCase(),
        fallback,
        (raw) => (raw === "gzip" || raw === "none" ? raw : undefined),
        "gzip or none",
      ),
    logLevel: (fallback: LogLevel): LogLevel =>
      read(
        "LMNR_LOG_LEVEL",
        text("LMNR_LOG_LEVEL")?.toLowerCase(),
        fallback,
        (raw) => (LEVELS.includes(raw) ? (raw as LogLevel) : undefined),
        `one of ${LEVELS.join(", ")}`,
      ),
    headers: (): Record<string, string> => ({
      ...parseHeaders(text("OTEL_EXPORTER_OTLP_HEADERS")),
      ...parseHeaders(text("OTEL_EXPORTER_OTLP_TRACES_HEADERS")),
    }),
  };
}

function parseFlag(raw: string): boolean | undefined {
  if (TRUE.has(raw)) return true;
  return FALSE.has(raw) ? false : undefined;
}

function parseShare(raw: string): number | undefined {
  const share = Number(raw);
  return share >= 0 && share <= 1 ? share : undefined;
}

function parseAmount(raw: string): number | undefined {
  const amount = Number(raw);
  return amount > 0 && Number.isFinite(amount) ? amount : undefined;
}

function parseRecord(raw: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/**
 * Read `key=value,key=value` with percent-encoded values, as the specification of OTLP exporters
 * says: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
function parseHeaders(raw: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of raw?.split(",") ?? []) {
    const separator = pair.indexOf("=");
    const key = pair.slice(0, Math.max(separator, 0)).trim().toLowerCase();
    if (key === "") continue;
    const value = pair.slice(separator + 1).trim();
    try {
      headers[key] = decodeURIComponent(value);
    } catch {
      headers[key] = value;
    }
  }
  return headers;
}

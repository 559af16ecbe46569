/** Turns the arguments of `Laminar.initialize` and the environment into one set of settings. */

import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Values } from "./attributes.js";
import { endpoints } from "./endpoint.js";
import { environmentOf } from "./environment.js";
import { type LogLevel, warnOnce } from "./guard.js";

const MEBIBYTE = 1024 * 1024;

/** Changes one text before it is sent; gets the attribute's key, and gives the text to send. */
export type Mask = (key: string, value: string) => string;

/** The names of the patterns that can be masked. */
export const MASK_PATTERNS = ["keys", "emails", "cards"] as const;
export type MaskPattern = (typeof MASK_PATTERNS)[number];

/** What the SDK runs with. Times are seconds, sizes are bytes. */
export interface Settings {
  /** Where spans are posted: a full URL. */
  readonly tracesEndpoint: string;
  /** Where scores are posted: a full URL. */
  readonly logsEndpoint: string;
  /** The server's address without a path, as `Laminar.getHttpUrl` gives it. */
  readonly baseUrl: string;
  /** Headers of every request, with the authorization. */
  readonly headers: Readonly<Record<string, string>>;
  /** The project key, or undefined. */
  readonly apiKey: string | undefined;
  /** The name of what gave the key, or should give it, for messages. */
  readonly apiKeySetting: string;
  /** The longest that one request may take. */
  readonly timeoutSeconds: number;
  readonly compression: "gzip" | "none";
  /** The most spans in one request. */
  readonly maxExportBatchSize: number;
  /** The most bytes in one request, estimated before compression. */
  readonly maxExportBatchSizeBytes: number;
  /** The most bytes that wait to be sent, estimated. Past it the oldest spans are dropped. */
  readonly maxQueueBytes: number;
  /** How long the first span of a batch waits for others; 0 sends at once. */
  readonly scheduleDelaySeconds: number;
  /** The share of sessions that are kept, 0 to 1. */
  readonly sampleRate: number;
  /** A function that changes each text before it is sent, or undefined. */
  readonly mask: Mask | undefined;
  /** The named patterns that are masked. */
  readonly maskPatterns: readonly MaskPattern[];
  /** False leaves inputs and outputs out. */
  readonly traceContent: boolean;
  /** The longest text attribute in UTF-8 bytes; more is cut with a mark. */
  readonly maxAttributeBytes: number;
  /** Metadata of every trace. */
  readonly metadata: Values;
  /** True makes every call a no-op. */
  readonly disabled: boolean;
  readonly logLevel: LogLevel;
  /** The serialized span context that this process continues (LMNR_SPAN_CONTEXT), or undefined. */
  readonly spanContext: string | undefined;
}

/** The arguments of `Laminar.initialize` that the settings come from. */
export interface SettingsArguments {
  /** The project key. Environment: LMNR_PROJECT_API_KEY. A server in open mode takes none. */
  projectApiKey?: string;
  /** The server. Environment: LMNR_BASE_URL. Default: `http://localhost:8000`. */
  baseUrl?: string;
  /** The server for HTTP, if it has another address than `baseUrl`. */
  baseHttpUrl?: string;
  /** The port. Default: the one in the URL, 8000 for this machine, else the scheme's. */
  httpPort?: number;
  /** Accepted for programs written for Laminar, and without effect: spans go over HTTP. */
  grpcPort?: number;
  /** Accepted for programs written for Laminar, and without effect: spans go over HTTP. */
  forceHttp?: boolean;
  /** Accepted for programs written for Laminar, and without effect: batches are bounded in bytes. */
  flushBySize?: boolean;
  /** Accepted for programs written for Laminar, and without effect: browsers are not recorded. */
  sessionRecordingOptions?: unknown;
  /** Send each span as it ends. Default: false, spans wait half a second for each other. */
  disableBatch?: boolean;
  /** The longest that one request may take, in milliseconds. Default: 30,000. */
  traceExportTimeoutMillis?: number;
  /** How much the SDK says on the console. Environment: LMNR_LOG_LEVEL. Default: `warn`. */
  logLevel?: LogLevel;
  /** The most spans in one request. Default: 512. */
  maxExportBatchSize?: number;
  /** The most bytes in one request, before compression. Default: 8 MiB. */
  maxExportBatchSizeBytes?: number;
  /** Metadata of every trace. Environment: LMNR_TRACE_METADATA, a JSON object. */
  metadata?: Values;
  /** The share of sessions that are kept, 0 to 1. Environment: LMNR_SAMPLE_RATE. Default: 1. */
  sampleRate?: number;
  /** Changes each text before it leaves the process: `(key, value) => value`. */
  mask?: Mask;
  /** Named patterns to mask: `keys`, `emails`, `cards`. */
  maskPatterns?: readonly MaskPattern[];
  /** False leaves inputs and outputs out. Environment: LMNR_TRACE_CONTENT. Default: true. */
  traceContent?: boolean;
  /** The longest text attribute, in UTF-8 bytes. Default: 10 MiB. */
  maxAttributeBytes?: number;
  /** Takes the spans instead of the server; the SDK only names their session, user and metadata. */
  spanProcessor?: SpanProcessor;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Resolve the settings: an argument wins over LMNR_*, that over OTEL_*, that over the default.
 *
 * @throws TypeError if an argument has the wrong type, RangeError if it is out of range. What the
 *   environment holds never throws: one warning, and the default is taken.
 */
export function resolve(
  given: SettingsArguments = {},
  environment: Environment = process.env,
): Settings {
  check(given);
  const env = environmentOf(environment);
  const { tracesEndpoint, logsEndpoint, baseUrl, isLoopback, fromOpenTelemetry } = endpoints(
    given,
    env,
  );
  const apiKey = given.projectApiKey ?? env.text("LMNR_PROJECT_API_KEY");
  const headers = { ...(fromOpenTelemetry ? env.headers() : {}) };
  if (apiKey !== undefined) headers.authorization = `Bearer ${apiKey}`;
  const disabled = env.flag("LMNR_DISABLE_TRACING", env.flag("OTEL_SDK_DISABLED", false));
  const hasExporterOfItsOwn = given.spanProcessor !== undefined;
  if (!disabled && !hasExporterOfItsOwn && !isLoopback && headers.authorization === undefined) {
    warnOnce(
      "no key",
      `no project key was given for ${baseUrl}: set projectApiKey or LMNR_PROJECT_API_KEY, unless ` +
        "the server takes spans without one",
    );
  }
  const timeoutMillis =
    given.traceExportTimeoutMillis ?? (fromOpenTelemetry ? env.timeoutMillis(30_000) : 30_000);
  return {
    tracesEndpoint,
    logsEndpoint,
    baseUrl,
    headers,
    apiKey,
    apiKeySetting: given.projectApiKey === undefined ? "LMNR_PROJECT_API_KEY" : "projectApiKey",
    timeoutSeconds: timeoutMillis / 1000,
    compression: fromOpenTelemetry ? env.compression("gzip") : "gzip",
    maxExportBatchSize: given.maxExportBatchSize ?? 512,
    maxExportBatchSizeBytes: given.maxExportBatchSizeBytes ?? 8 * MEBIBYTE,
    maxQueueBytes: 64 * MEBIBYTE,
    scheduleDelaySeconds: given.disableBatch === true ? 0 : 0.5,
    sampleRate: given.sampleRate ?? env.share("LMNR_SAMPLE_RATE", 1),
    mask: given.mask,
    maskPatterns: given.maskPatterns ?? [],
    traceContent: given.traceContent ?? env.flag("LMNR_TRACE_CONTENT", true),
    maxAttributeBytes: given.maxAttributeBytes ?? 10 * MEBIBYTE,
    metadata: { ...env.record("LMNR_TRACE_METADATA"), ...given.metadata },
    disabled,
    logLevel: given.logLevel ?? env.logLevel("warn"),
    spanContext: env.text("LMNR_SPAN_CONTEXT"),
  };
}

const TEXTS = ["projectApiKey", "baseUrl", "baseHttpUrl"] as const;
const FLAGS = ["disableBatch", "traceContent", "forceHttp", "flushBySize"] as const;
const AMOUNTS = [
  "traceExportTimeoutMillis",
  "maxExportBatchSize",
  "maxExportBatchSizeBytes",
  "maxAttributeBytes",
] as const;
const LEVELS: readonly unknown[] = ["debug", "info", "warn", "error", "off"];

/** Refuse arguments that cannot be meant, each with what it should have been. */
function check(given: SettingsArguments): void {
  if (typeof given !== "object" || given === null) {
    throw new TypeError("Laminar.initialize takes one object of options");
  }
  for (const name of TEXTS) {
    if (given[name] !== undefined && typeof given[name] !== "string") {
      throw new TypeError(`${name} must be a string`);
    }
  }
  for (const name of FLAGS) {
    if (given[name] !== undefined && typeof given[name] !== "boolean") {
      throw new TypeError(`${name} must be true or false`);
    }
  }
  for (const name of AMOUNTS) {
    const amount = given[name];
    if (amount === undefined) continue;
    if (typeof amount !== "number") throw new TypeError(`${name} must be a number`);
    if (!(amount > 0)) throw new RangeError(`${name} must be more than 0, not ${amount}`);
  }
  const { httpPort, sampleRate, mask, maskPatterns, metadata, logLevel } = given;
  if (httpPort !== undefined && !(Number.isInteger(httpPort) && httpPort > 0 && httpPort < 65536)) {
    throw new RangeError(`httpPort must be a port from 1 to 65535, not ${httpPort}`);
  }
  if (sampleRate !== undefined && !(sampleRate >= 0 && sampleRate <= 1)) {
    throw new RangeError(
      `sampleRate must be from 0 (nothing) to 1 (everything), not ${sampleRate}`,
    );
  }
  if (mask !== undefined && typeof mask !== "function") {
    throw new TypeError("mask must be a function of an attribute's key and its text");
  }
  for (const pattern of maskPatterns ?? []) {
    if (!MASK_PATTERNS.includes(pattern)) {
      throw new RangeError(
        `maskPatterns knows ${MASK_PATTERNS.join(", ")}, not ${JSON.stringify(pattern)}`,
      );
    }
  }
  if (metadata !== undefined && (typeof metadata !== "object" || metadata === null)) {
    throw new TypeError("metadata must be an object");
  }
  if (logLevel !== undefined && !LEVELS.includes(logLevel)) {
    throw new RangeError(`logLevel must be one of ${LEVELS.join(", ")}, not ${String(logLevel)}`);
  }
}

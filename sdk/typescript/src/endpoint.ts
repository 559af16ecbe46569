/** Turns a server's address, as programs and the environment spell it, into the URLs to post to. */
import type { Environment } from "./environment.js";
import { warnOnce } from "./guard.js";

const DEFAULT_BASE_URL = "http://localhost:8000";
const DEFAULT_LOOPBACK_PORT = "8000";
const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Where spans and scores are posted. */
export interface Endpoints {
  readonly tracesEndpoint: string;
  readonly logsEndpoint: string;
  /** Scheme, host and port, without a path that OTLP adds. */
  readonly baseUrl: string;
  /** True for a server on this machine, which usually takes spans without a key. */
  readonly isLoopback: boolean;
  /** True if OTEL_EXPORTER_OTLP_* gave the address, and so its headers and timeout count. */
  readonly fromOpenTelemetry: boolean;
}

/** The arguments that say where the server is. */
export interface AddressArguments {
  projectApiKey?: string;
  baseUrl?: string;
  baseHttpUrl?: string;
  httpPort?: number;
}

/**
 * Say where to post.
 *
 * The port is `httpPort`, else the URL's own, else 8000 on a loopback host, else the scheme's.
 * OTEL_EXPORTER_OTLP_* is used if neither a key nor an address of the SDK's own was given.
 *
 * @throws TypeError if a given URL is none.
 */
export function endpoints(given: AddressArguments, env: Environment): Endpoints {
  const fromOpenTelemetry =
    given.projectApiKey === undefined ? openTelemetry(given, env) : undefined;
  if (fromOpenTelemetry !== undefined) return fromOpenTelemetry;
  const argument = given.baseHttpUrl ?? given.baseUrl;
  const name = given.baseHttpUrl === undefined ? "baseUrl" : "baseHttpUrl";
  const url =
    argument === undefined
      ? (environmentUrl("LMNR_BASE_URL", env.text("LMNR_BASE_URL")) ?? new URL(DEFAULT_BASE_URL))
      : parsed(argument);
  if (url === undefined) {
    throw new TypeError(`${name} must be a URL such as ${DEFAULT_BASE_URL}, not ${argument}`);
  }
  const isLoopback = LOOPBACK.test(url.hostname);
  if (given.httpPort !== undefined) {
    url.port = String(given.httpPort);
  } else if (!portIsWritten(argument ?? env.text("LMNR_BASE_URL"), url) && isLoopback) {
    url.port = DEFAULT_LOOPBACK_PORT;
  }
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  return {
    tracesEndpoint: `${baseUrl}/v1/traces`,
    logsEndpoint: `${baseUrl}/v1/logs`,
    baseUrl,
    isLoopback,
    fromOpenTelemetry: false,
  };
}

/**
 * Read the address of an OpenTelemetry exporter: the endpoint for traces as it is, the general one
 * with the signal's path added.
 */
function openTelemetry(given: AddressArguments, env: Environment): Endpoints | undefined {
  const ours =
    given.baseUrl ??
    given.baseHttpUrl ??
    given.httpPort ??
    env.text("LMNR_PROJECT_API_KEY") ??
    env.text("LMNR_BASE_URL");
  if (ours !== undefined) return undefined;
  const forTraces = environmentUrl(
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    env.text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
  );
  const forAll = environmentUrl(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    env.text("OTEL_EXPORTER_OTLP_ENDPOINT"),
  );
  const known = forTraces ?? forAll;
  if (known === undefined) return undefined;
  const base = forAll?.href.replace(/\/+$/, "");
  const tracesEndpoint = forTraces?.href ?? `${base}/v1/traces`;
  const logsEndpoint =
    env.text("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT") ??
    (base === undefined
      ? tracesEndpoint.replace(/\/v1\/traces\/?$/, "/v1/logs")
      : `${base}/v1/logs`);
  return {
    tracesEndpoint,
    logsEndpoint,
    baseUrl: known.origin,
    isLoopback: LOOPBACK.test(known.hostname),
    fromOpenTelemetry: true,
  };
}

function environmentUrl(name: string, raw: string | undefined): URL | undefined {
  if (raw === undefined) return undefined;
  const url = parsed(raw);
  if (url === undefined) {
    warnOnce(`environment ${name}`, `${name} must be a URL that starts with http; it is left out`);
  }
  return url;
}

/** Parse a URL of http or https; a host alone is one of https, or of http on this machine. */
function parsed(raw: string): URL | undefined {
  const scheme = LOOPBACK.test(raw.replace(/(:\d+)?(\/.*)?$/, "")) ? "http" : "https";
  const text = raw.includes("://") ? raw : `${scheme}://${raw}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}

/** Tell a port that was written from none: `new URL` drops `:80` and `:443` of their schemes. */
function portIsWritten(raw: string | undefined, url: URL): boolean {
  return url.port !== "" || (raw !== undefined && /:\d+(\/|$)/.test(raw));
}

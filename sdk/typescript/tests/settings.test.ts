import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolve, type SettingsArguments } from "../src/settings.js";
import { silenced } from "./silence.js";

type Environment = Record<string, string>;

/** The URL for spans that arguments and an environment lead to. */
const tracesEndpoint = (given: SettingsArguments, environment: Environment = {}) =>
  resolve({ projectApiKey: "k", ...given }, environment).tracesEndpoint;

describe("the settings", () => {
  it("have their defaults", () => {
    expect(resolve({}, {})).toEqual({
      tracesEndpoint: "http://localhost:8000/v1/traces",
      logsEndpoint: "http://localhost:8000/v1/logs",
      baseUrl: "http://localhost:8000",
      headers: {},
      apiKey: undefined,
      apiKeySetting: "LMNR_PROJECT_API_KEY",
      timeoutSeconds: 30,
      compression: "gzip",
      maxExportBatchSize: 512,
      maxExportBatchSizeBytes: 8_388_608,
      maxQueueBytes: 67_108_864,
      scheduleDelaySeconds: 0.5,
      sampleRate: 1,
      mask: undefined,
      maskPatterns: [],
      traceContent: true,
      maxAttributeBytes: 10_485_760,
      metadata: {},
      disabled: false,
      logLevel: "warn",
      spanContext: undefined,
    });
  });

  it("take an argument before the environment, and LMNR_ before OTEL_", () => {
    const environment = {
      LMNR_PROJECT_API_KEY: "from the environment",
      LMNR_BASE_URL: "http://lmnr:1",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel:2",
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=t",
      LMNR_SAMPLE_RATE: "0.5",
      LMNR_TRACE_CONTENT: "false",
      LMNR_TRACE_METADATA: '{"a":1,"b":1}',
      LMNR_LOG_LEVEL: "ERROR",
    };
    expect(resolve({}, environment)).toMatchObject({
      tracesEndpoint: "http://lmnr:1/v1/traces",
      headers: { authorization: "Bearer from the environment" },
      apiKeySetting: "LMNR_PROJECT_API_KEY",
      sampleRate: 0.5,
      traceContent: false,
      metadata: { a: 1, b: 1 },
      logLevel: "error",
    });
    const given: SettingsArguments = {
      projectApiKey: "given",
      baseUrl: "https://given",
      sampleRate: 1,
      traceContent: true,
      metadata: { b: 2 },
      logLevel: "off",
      disableBatch: true,
      traceExportTimeoutMillis: 500,
    };
    expect(resolve(given, environment)).toMatchObject({
      tracesEndpoint: "https://given/v1/traces",
      headers: { authorization: "Bearer given" },
      apiKeySetting: "projectApiKey",
      sampleRate: 1,
      traceContent: true,
      metadata: { a: 1, b: 2 },
      logLevel: "off",
      scheduleDelaySeconds: 0,
      timeoutSeconds: 0.5,
    });
  });

  it.each([
    [{ baseUrl: "http://localhost" }, "http://localhost:8000/v1/traces"],
    [{ baseUrl: "http://127.0.0.1/" }, "http://127.0.0.1:8000/v1/traces"],
    [{ baseUrl: "http://[::1]" }, "http://[::1]:8000/v1/traces"],
    [{ baseUrl: "http://localhost:80" }, "http://localhost/v1/traces"],
    [{ baseUrl: "http://localhost:9", httpPort: 7 }, "http://localhost:7/v1/traces"],
    [{ baseUrl: "localhost:9" }, "http://localhost:9/v1/traces"],
    [{ baseUrl: "https://traces.example.com" }, "https://traces.example.com/v1/traces"],
    [{ baseUrl: "traces.example.com" }, "https://traces.example.com/v1/traces"],
    [{ baseUrl: "https://example.com:8443/sub/" }, "https://example.com:8443/sub/v1/traces"],
    [{ baseUrl: "https://example.com", httpPort: 443 }, "https://example.com/v1/traces"],
    [{ baseUrl: "http://a:1", baseHttpUrl: "http://b:2" }, "http://b:2/v1/traces"],
    [{ httpPort: 7000, grpcPort: 8001, forceHttp: true }, "http://localhost:7000/v1/traces"],
  ])("lead to the server that %o names", (given, endpoint) => {
    expect(tracesEndpoint(given)).toBe(endpoint);
  });

  it.each([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318/" },
      "http://c:4318/v1/traces",
      "http://c:4318/v1/logs",
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://c/v1/traces" },
      "http://c/v1/traces",
      "http://c/v1/logs",
    ],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t/x", OTEL_EXPORTER_OTLP_ENDPOINT: "http://c" },
      "http://t/x",
      "http://c/v1/logs",
    ],
  ])(
    "follow an OpenTelemetry exporter where nothing else is named: %o",
    (environment, traces, logs) => {
      const settings = resolve(
        {},
        {
          ...environment,
          OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20o,x-a=1",
          OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-a=2,=,broken,x-b=%zz",
          OTEL_EXPORTER_OTLP_TIMEOUT: "2000",
          OTEL_EXPORTER_OTLP_COMPRESSION: "none",
        },
      );
      expect(settings).toMatchObject({
        tracesEndpoint: traces,
        logsEndpoint: logs,
        headers: { authorization: "Bearer o", "x-a": "2", "x-b": "%zz" },
        timeoutSeconds: 2,
        compression: "none",
      });
    },
  );

  it("leave an OpenTelemetry exporter alone if a key or an address is named", () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel",
      OTEL_EXPORTER_OTLP_TIMEOUT: "1",
      OTEL_EXPORTER_OTLP_COMPRESSION: "none",
    };
    for (const settings of [
      resolve({ projectApiKey: "k" }, environment),
      resolve({ httpPort: 8000 }, environment),
      resolve({}, { ...environment, LMNR_PROJECT_API_KEY: "k" }),
    ]) {
      expect(settings).toMatchObject({
        tracesEndpoint: "http://localhost:8000/v1/traces",
        timeoutSeconds: 30,
        compression: "gzip",
      });
    }
  });

  it.each(["LMNR_DISABLE_TRACING", "OTEL_SDK_DISABLED"])("are off by %s", (name) => {
    expect(resolve({}, { [name]: "true" }).disabled).toBe(true);
    expect(resolve({}, { [name]: "false" }).disabled).toBe(false);
  });

  it.each([
    [{ projectApiKey: 7 }, "projectApiKey must be a string"],
    [{ baseUrl: "not a url" }, "baseUrl must be a URL such as http://localhost:8000"],
    [{ baseUrl: "ftp://x" }, "baseUrl must be a URL"],
    [{ baseHttpUrl: "http://" }, "baseHttpUrl must be a URL"],
    [{ httpPort: 0 }, "httpPort must be a port from 1 to 65535"],
    [{ httpPort: "8000" }, "httpPort must be a port"],
    [{ sampleRate: 1.1 }, "sampleRate must be from 0"],
    [{ sampleRate: Number.NaN }, "sampleRate must be from 0"],
    [{ mask: "emails" }, "mask must be a function"],
    [{ maskPatterns: ["mails"] }, 'maskPatterns knows keys, emails, cards, not "mails"'],
    [{ metadata: "k=v" }, "metadata must be an object"],
    [{ logLevel: "loud" }, "logLevel must be one of"],
    [{ disableBatch: "yes" }, "disableBatch must be true or false"],
    [{ maxAttributeBytes: 0 }, "maxAttributeBytes must be more than 0"],
    [{ traceExportTimeoutMillis: "1" }, "traceExportTimeoutMillis must be a number"],
    [null, "takes one object"],
  ])("refuse %o", (given, message) => {
    expect(() => resolve(given as never, {})).toThrow(message);
  });

  it(
    "say once what they cannot read of the environment, without showing it, and go on",
    silenced(() => {
      const environment = {
        LMNR_SAMPLE_RATE: "sk-secret",
        LMNR_TRACE_CONTENT: "sk-secret",
        LMNR_TRACE_METADATA: "[1]",
        LMNR_LOG_LEVEL: "sk-secret",
        LMNR_BASE_URL: "::",
        OTEL_SDK_DISABLED: "sk-secret",
      };
      const settings = resolve({}, environment);
      resolve({}, environment);
      expect(settings).toEqual(resolve({}, {}));
      const lines = (console.warn as never as { mock: { calls: string[][] } }).mock.calls.flat();
      expect(lines).toHaveLength(6);
      expect(lines.join()).not.toContain("sk-secret");
    }),
  );

  it(
    "never fail by the environment",
    silenced(() => {
      const names = [
        "LMNR_BASE_URL",
        "LMNR_SAMPLE_RATE",
        "LMNR_TRACE_METADATA",
        "LMNR_SPAN_CONTEXT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
      ];
      const environments = fc.dictionary(fc.constantFrom(...names), fc.string());
      fc.assert(
        fc.property(environments, (environment) => {
          const { tracesEndpoint } = resolve({}, environment);
          expect(URL.canParse(tracesEndpoint)).toBe(true);
        }),
      );
    }),
  );

  it(
    "say that a key is missing, unless the server is on this machine",
    silenced(() => {
      resolve({ baseUrl: "http://localhost:8000" }, {});
      resolve({ baseUrl: "https://traces.example.com" }, { LMNR_DISABLE_TRACING: "1" });
      expect(console.warn).not.toHaveBeenCalled();
      resolve({ baseUrl: "https://traces.example.com" }, {});
      expect(console.warn).toHaveBeenCalledTimes(1);
    }),
  );
});

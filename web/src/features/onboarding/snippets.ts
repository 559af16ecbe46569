/** Programs that send a first span to this very server, ready to be copied and run. */

/** Where the server is reached from here. */
export interface Addresses {
  /** `http://localhost`, without port. */
  baseUrl: string;
  httpPort: number;
  /** Null where gRPC is off. */
  grpcPort: number | null;
  /** Where OTLP/HTTP is taken, without `/v1/traces`. */
  otlp: string;
}

export interface Snippet {
  id: string;
  label: string;
  language: "python" | "typescript" | "shell";
  /** What to run before; null for nothing. */
  install: string | null;
  code: string;
}

/** `page` is the address of the app, with the path that it is mounted under. */
export function addressesOf(page: URL, grpcPort: number | null): Addresses {
  const secure = page.protocol === "https:";
  return {
    baseUrl: `${page.protocol}//${page.hostname}`,
    httpPort: page.port ? Number(page.port) : secure ? 443 : 80,
    grpcPort,
    otlp: page.href.replace(/\/$/, ""),
  };
}

export function snippets(to: Addresses): Snippet[] {
  return [
    {
      id: "python",
      label: "Python",
      language: "python",
      install: "pip install lmnr",
      code: `from lmnr import Laminar, observe

Laminar.initialize(
    project_api_key="any-text",
    base_url="${to.baseUrl}",
    http_port=${to.httpPort},
    ${to.grpcPort === null ? "force_http=True" : `grpc_port=${to.grpcPort}`},
)

# one turn is one trace; the session groups the turns
@observe()
def handle_turn(message, conversation_id):
    Laminar.set_trace_session_id(session_id=conversation_id)
    return f"You said: {message}"

handle_turn("Hello", "conversation-1")
Laminar.flush()`,
    },
    {
      id: "typescript",
      label: "TypeScript",
      language: "typescript",
      install: "npm install @lmnr-ai/lmnr",
      code: `import { Laminar, observe } from "@lmnr-ai/lmnr";

Laminar.initialize({
  projectApiKey: "any-text",
  baseUrl: "${to.baseUrl}",
  httpPort: ${to.httpPort},
  ${to.grpcPort === null ? "forceHttp: true" : `grpcPort: ${to.grpcPort}`},
});

const userId = "u_1";
await observe({ name: "checkout", sessionId: \`checkout-\${userId}\` }, async () => {
  await observe({ name: "validateCart" }, async () => ({ valid: true }));
  await observe({ name: "processPayment" }, async () => ({ paid: true }));
  return { status: "confirmed" };
});
await Laminar.flush();`,
    },
    {
      id: "opentelemetry",
      label: "OpenTelemetry",
      language: "shell",
      install: null,
      code: `export OTEL_EXPORTER_OTLP_ENDPOINT=${to.otlp}
export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf

# Any of these attributes on any span of a trace names its session:
#   session.id
#   gen_ai.conversation.id
#   lmnr.association.properties.session_id`,
    },
    {
      id: "curl",
      label: "curl",
      language: "shell",
      install: null,
      code: `now=$(date +%s)
curl -sS ${to.otlp}/v1/traces \\
  -H "content-type: application/json" -d @- <<JSON
{"resourceSpans": [{"scopeSpans": [{"spans": [{
  "traceId": "$(printf %032x "$now")",
  "spanId": "$(printf %016x "$now")",
  "name": "handle_turn",
  "startTimeUnixNano": "\${now}000000000",
  "endTimeUnixNano": "\${now}250000000",
  "attributes": [
    {"key": "session.id", "value": {"stringValue": "conversation-1"}}
  ]
}]}]}]}
JSON`,
    },
  ];
}

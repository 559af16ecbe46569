import { describe, expect, test } from "vitest";
import { highlight } from "./highlight";
import { addressesOf, snippets } from "./snippets";

const codeOf = (page: string, grpcPort: number | null, id: string) =>
  snippets(addressesOf(new URL(page), grpcPort)).find((each) => each.id === id)?.code ?? "";

describe("the addresses in the snippets", () => {
  test("are those under which the page was reached, and the server's gRPC port", () => {
    const python = codeOf("http://127.0.0.1:9123/", 9124, "python");
    expect(python).toContain('base_url="http://127.0.0.1"');
    expect(python).toContain("http_port=9123");
    expect(python).toContain("grpc_port=9124");
    expect(codeOf("http://localhost:8000/", 8001, "curl")).toContain(
      "curl -sS http://localhost:8000/v1/traces",
    );
  });

  test("have the port of the scheme where the page has none, and keep the path it is mounted under", () => {
    expect(codeOf("https://traces.example/", 443, "typescript")).toContain("httpPort: 443");
    expect(codeOf("https://example.org/threadline/", null, "opentelemetry")).toContain(
      "OTEL_EXPORTER_OTLP_ENDPOINT=https://example.org/threadline\n",
    );
  });

  test("say to use HTTP where gRPC is off", () => {
    expect(codeOf("http://localhost:8000/", null, "python")).toContain("force_http=True");
    expect(codeOf("http://localhost:8000/", null, "typescript")).toContain("forceHttp: true");
  });
});

describe("highlighting", () => {
  test("keeps every character of every snippet", () => {
    for (const { code, language } of snippets(
      addressesOf(new URL("http://localhost:8000/"), 8001),
    )) {
      expect(
        highlight(code, language)
          .map((token) => token.text)
          .join(""),
      ).toBe(code);
    }
  });

  test("sees comments, strings, numbers, keywords and calls", () => {
    const kinds = highlight('return f(1, "a b")  # why', "python").filter((token) => token.kind);
    expect(kinds).toEqual([
      { text: "return", kind: "keyword" },
      { text: "f", kind: "function" },
      { text: "1", kind: "number" },
      { text: '"a b"', kind: "string" },
      { text: "# why", kind: "comment" },
    ]);
  });
});

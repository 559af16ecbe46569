import { afterEach, expect, test, vi } from "vitest";
import { answered, api, RequestError } from "./client";

afterEach(() => vi.unstubAllGlobals());

function answerWith(status: number, body: string, headers: Record<string, string> = {}) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return new Response(body, { status, headers });
  });
  return asked;
}

const sessions = (query: { q?: string; filter?: string[] }) =>
  answered(api.GET("/api/v1/sessions", { params: { query } }));
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (cause: unknown) => cause as RequestError,
  );

test("repeated parameters repeat their name, and any text survives", async () => {
  const asked = answerWith(200, '{"items": [], "next_cursor": null}');
  await sessions({ q: "a&b=c #1 🚀", filter: ["tags:contains:x/y", "error_count:gt:0"] });
  const query = new URL(asked[0] ?? "").searchParams;
  expect(query.get("q")).toBe("a&b=c #1 🚀");
  expect(query.getAll("filter")).toEqual(["tags:contains:x/y", "error_count:gt:0"]);
});

test("a refusal carries what the server said and how it calls the request", async () => {
  const error = { code: "invalid_filter", message: "no field 'x'", hint: "the fields are …" };
  answerWith(400, JSON.stringify({ error }), { "x-request-id": "e2be53da" });
  expect(await failureOf(sessions({ filter: ["x:eq:1"] }))).toMatchObject({
    ...error,
    name: "RequestError",
    method: "GET",
    path: "/api/v1/sessions?filter=x%3Aeq%3A1",
    status: 400,
    requestId: "e2be53da",
  });
});

test("an answer that is no JSON is shown as it came", async () => {
  answerWith(502, "<h1>Bad gateway</h1>");
  expect(await failureOf(sessions({}))).toMatchObject({
    status: 502,
    code: "http_502",
    message: "<h1>Bad gateway</h1>",
  });
});

test("no answer at all is a failure with status 0", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const failure = await failureOf(sessions({}));
  expect(failure).toBeInstanceOf(RequestError);
  expect(failure).toMatchObject({ status: 0, code: "no_answer" });
});

test("a question that was taken back is no failure of the server", async () => {
  const controller = new AbortController();
  vi.stubGlobal("fetch", async () => {
    controller.abort();
    throw new DOMException("aborted", "AbortError");
  });
  const call = api.GET("/api/v1/sessions", { signal: controller.signal });
  expect(await failureOf(call)).toMatchObject({ name: "AbortError" });
});

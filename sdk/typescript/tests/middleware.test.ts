import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  Laminar,
  observe,
  type RequestSessionOptions,
  sessionMiddleware,
  withSessionFromRequest,
} from "../src/index.js";
import { capture } from "../src/testing.js";

const TRACE = "0123456789abcdef0123456789abcdef";
const TRACEPARENT = `00-${TRACE}-fedcba9876543210-01`;

describe("sessionMiddleware", () => {
  let url: string;
  const server = createServer();
  const middleware = sessionMiddleware({ cookie: "sid", userHeader: "X-User" });

  beforeEach(async () => {
    server.removeAllListeners("request").on("request", (request, response) => {
      middleware(request, response, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        await observe({ name: request.url ?? "" }, async () => {});
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it("lets what handles a request belong to the session in its header, and no other", async () => {
    const captured = await capture(async () => {
      const get = (path: string, headers: Record<string, string>) =>
        fetch(`${url}/${path}`, { headers: { connection: "close", ...headers } });
      await Promise.all([
        get("a", { "X-Session-Id": "s1", "x-user": "u1", traceparent: TRACEPARENT }),
        get("b", {
          cookie: "other=x; sid=s%202; more=y",
          baggage: "session.id=carried,user.id=u2",
        }),
        get("c", { baggage: "session.id=carried" }),
        get("d", {}),
      ]);
    });
    expect(captured.find("/a")).toMatchObject({ sessionId: "s1", userId: "u1", traceId: TRACE });
    expect(captured.find("/b")).toMatchObject({ sessionId: "s 2", userId: "u2" });
    expect(captured.find("/c")).toMatchObject({ sessionId: "carried", userId: undefined });
    expect(captured.find("/d")).toMatchObject({ sessionId: undefined, userId: undefined });
  });
});

describe("withSessionFromRequest", () => {
  const handled = async (headers: Record<string, string>, options?: RequestSessionOptions) => {
    const request = new Request("http://localhost/", { headers });
    const captured = await capture(async () => {
      const reply = await withSessionFromRequest(
        request,
        async () => observe({ name: "handler" }, async () => "reply"),
        options,
      );
      expect(reply).toBe("reply");
    });
    return captured.find("handler");
  };

  it("reads another header if one is named", async () => {
    const headers = { "x-session-id": "not this", "x-chat": "s" };
    expect((await handled(headers, { header: "X-Chat" })).sessionId).toBe("s");
  });

  it("reads neither trace nor baggage of callers that are not trusted", async () => {
    const headers = { traceparent: TRACEPARENT, baggage: "session.id=carried" };
    const span = await handled(headers, { continueTrace: false });
    expect(span.traceId).not.toBe(TRACE);
    expect(span.sessionId).toBeUndefined();
  });

  it("takes a cookie as it stands if it is not encoded, and none that is empty", async () => {
    expect((await handled({ cookie: 'sid="100%"' }, { cookie: "sid" })).sessionId).toBe("100%");
    expect((await handled({ cookie: "sid=; x" }, { cookie: "sid" })).sessionId).toBeUndefined();
  });

  it("joins the span of an instrumented server, whatever the headers say of its parent", async () => {
    const request = { headers: { "x-session-id": "s", traceparent: TRACEPARENT } };
    const captured = await capture(() =>
      observe({ name: "server" }, () =>
        withSessionFromRequest(request, () => observe({ name: "handler" }, () => {})),
      ),
    );
    const server = captured.find("server");
    expect(server.sessionId).toBe("s");
    expect(captured.find("handler").parentId).toBe(server.spanId);
  });

  it("runs the handler of a request without headers", () => {
    expect(withSessionFromRequest({} as never, () => Laminar.getTraceId())).toBeNull();
  });
});

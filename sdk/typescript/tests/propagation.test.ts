import { context, propagation } from "@opentelemetry/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Laminar, observe } from "../src/index.js";
import { capture } from "../src/testing.js";

const TRACE = "0123456789abcdef0123456789abcdef";
const SPAN = "fedcba9876543210";
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;
const BAGGAGE = "session.id=s,user.id=u,threadline.metadata=%7B%22hop%22%3A1%7D";

describe("inject", () => {
  it("adds the place in the trace, and session, user and metadata as baggage", async () => {
    await capture(() =>
      observe({ sessionId: "s é;,=", userId: "u", metadata: { a: [1] } }, () => {
        const span = Laminar.getCurrentSpan();
        expect(Laminar.inject({ accept: "*/*" })).toEqual({
          accept: "*/*",
          traceparent: `00-${span?.traceId()}-${span?.spanId()}-01`,
          baggage:
            "session.id=s%20%C3%A9%3B%2C%3D,user.id=u,threadline.metadata=%7B%22a%22%3A%5B1%5D%7D",
        });
      }),
    );
  });

  it("adds a session outside of any span, and nothing where there is nothing to say", async () => {
    await capture(() => {
      expect(Laminar.inject()).toEqual({});
      expect(Laminar.session("s", () => Laminar.inject())).toEqual({ baggage: "session.id=s" });
    });
  });

  it("fills a Headers and a Map, and keeps what they hold", async () => {
    await capture(() =>
      Laminar.session("s", () => {
        const headers = Laminar.inject(new Headers({ baggage: "other=1" }));
        expect(headers.get("baggage")).toBe("other=1,session.id=s");
        expect(Laminar.inject(new Map()).get("baggage")).toBe("session.id=s");
      }),
    );
  });

  it("keeps the baggage that the context has", async () => {
    const baggage = propagation.createBaggage({ tenant: { value: "t" } });
    await capture(() =>
      context.with(propagation.setBaggage(context.active(), baggage), () =>
        expect(Laminar.session("s", () => Laminar.inject())).toEqual({
          baggage: "tenant=t,session.id=s",
        }),
      ),
    );
  });
});

describe("extract", () => {
  const carriers = {
    object: { Traceparent: TRACEPARENT, BAGGAGE: BAGGAGE },
    "Node's headers": { traceparent: [TRACEPARENT], baggage: BAGGAGE.split(",") },
    Headers: new Headers({ traceparent: TRACEPARENT, baggage: BAGGAGE }),
    Map: new Map([
      ["TraceParent", TRACEPARENT],
      ["Baggage", BAGGAGE],
    ]),
    pairs: [
      ["traceparent", TRACEPARENT],
      ["baggage", "session.id=s"],
      ["baggage", BAGGAGE],
    ],
  };

  it.each(Object.entries(carriers))(
    "continues trace and session from %s",
    async (_name, carrier) => {
      const captured = await capture(async () => {
        const result = await Laminar.extract(
          carrier as never,
          async (argument: string) => {
            await observe({ name: "handler" }, async () => observe({ name: "inside" }, () => {}));
            return argument;
          },
          "argument",
        );
        expect(result).toBe("argument");
        observe({ name: "next" }, () => {});
      });
      expect(captured.find("handler")).toMatchObject({
        traceId: TRACE,
        parentId: SPAN,
        sessionId: "s",
        userId: "u",
        metadata: { hop: 1 },
      });
      expect(captured.find("inside")).toMatchObject({ traceId: TRACE, sessionId: "s" });
      expect(captured.find("next").sessionId).toBeUndefined();
      expect(captured.find("next").traceId).not.toBe(TRACE);
    },
  );

  it("passes over what is no valid header, whatever it is", async () => {
    const headers = fc.record(
      { traceparent: fc.anything(), baggage: fc.anything(), tracestate: fc.anything() },
      { requiredKeys: [] },
    );
    await capture(() => {
      fc.assert(
        fc.property(headers, (carrier) => {
          expect(Laminar.extract(carrier as never, () => "ran")).toBe("ran");
        }),
      );
      fc.assert(
        fc.property(fc.string(), fc.string(), (traceparent, baggage) => {
          expect(Laminar.extract({ traceparent, baggage }, () => "ran")).toBe("ran");
        }),
      );
      for (const carrier of [undefined, null, 7, "text"]) {
        expect(Laminar.extract(carrier as never, () => "ran")).toBe("ran");
      }
    });
  });

  it("takes in what inject put out", async () => {
    const ids = fc.string({ unit: "grapheme", minLength: 1, maxLength: 100 });
    const metadata = fc.dictionary(fc.string({ maxLength: 10 }), fc.string({ maxLength: 50 }), {
      maxKeys: 3,
    });
    await capture(() =>
      fc.assert(
        fc.property(ids, ids, metadata, (sessionId, userId, metadata) => {
          const carrier = Laminar.session({ sessionId, userId, metadata }, () => Laminar.inject());
          Laminar.extract(carrier, () =>
            observe({}, () => {
              const association = Laminar.getCurrentSpan()?.laminarAssociationProperties;
              expect(association?.sessionId).toBe(sessionId);
              expect(association?.userId).toBe(userId);
              expect(association?.metadata ?? {}).toEqual(metadata);
            }),
          );
        }),
      ),
    );
  });

  it("lets a session named nearer win over the baggage of a context", async () => {
    const baggage = propagation.createBaggage({ "session.id": { value: "carried" } });
    const within = propagation.setBaggage(context.active(), baggage);
    const captured = await capture(() =>
      context.with(within, () => {
        observe({ name: "carried" }, () => {});
        Laminar.session("named", () => observe({ name: "named" }, () => {}));
      }),
    );
    expect(captured.find("carried").sessionId).toBe("carried");
    expect(captured.find("named").sessionId).toBe("named");
  });
});

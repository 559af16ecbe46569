import { describe, expect, it } from "vitest";
import { exceptionsOf } from "./exceptions";

const raised = (message: string) => ({
  name: "exception",
  attributes: {
    "exception.type": "GatewayTimeout",
    "exception.message": message,
    "exception.stacktrace": "Traceback",
  },
});

describe("exceptionsOf", () => {
  it("lists the exception events, the latest first", () => {
    const events = [raised("first"), { name: "log", attributes: {} }, raised("last")];
    const found = exceptionsOf({ status: "error", status_message: "last", events });
    expect(found.map((each) => each.message)).toEqual(["last", "first"]);
    expect(found[0]).toEqual({ type: "GatewayTimeout", message: "last", stack: "Traceback" });
  });

  it("falls back on the status message of a failed span", () => {
    expect(exceptionsOf({ status: "error", status_message: "card_declined", events: [] })).toEqual([
      { type: null, message: "card_declined", stack: null },
    ]);
    expect(exceptionsOf({ status: "error", status_message: "", events: [] })).toHaveLength(1);
  });

  it("shows an exception that was caught, too, and nothing for a span without one", () => {
    expect(
      exceptionsOf({ status: "ok", status_message: null, events: [raised("caught")] }),
    ).toHaveLength(1);
    expect(exceptionsOf({ status: "ok", status_message: "fine", events: [] })).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { observeDecorator, observeExperimentalDecorator } from "../src/index.js";
import { capture } from "../src/testing.js";

describe("observeDecorator", () => {
  /** What a compiler makes of `@observeDecorator(...) method() {}` by ECMAScript's proposal. */
  class Shop {
    currency = "EUR";

    total(this: Shop, cart: { id: string; items: number[] }): string {
      return `${cart.items.reduce((sum, item) => sum + item, 0)} ${this.currency}`;
    }
  }
  const decorated = (decorator: (method: never, context: never) => unknown) =>
    decorator(Shop.prototype.total as never, { kind: "method", name: "total" } as never) as (
      this: Shop,
      cart: { id: string; items: number[] },
    ) => string;

  it("observes a method, with its this and its name", async () => {
    const total = decorated(observeDecorator());
    const captured = await capture(() => {
      expect(total.call(new Shop(), { id: "c1", items: [1, 2] })).toBe("3 EUR");
    });
    expect(captured.span("total")).toMatchObject({
      input: { id: "c1", items: [1, 2] },
      output: "3 EUR",
    });
    expect(total.name).toBe("total");
  });

  it("takes options from this and the arguments of each call", async () => {
    const decorator = observeDecorator((self: Shop, cart: { id: string; items: number[] }) => ({
      name: `total in ${self.currency}`,
      sessionId: cart.id,
    }));
    const total = decorated(decorator);
    const captured = await capture(() => total.call(new Shop(), { id: "c1", items: [] }));
    expect(captured.span("total in EUR").sessionId).toBe("c1");
  });

  it("is typed like the method", () => {
    const decorator = observeDecorator<Shop, [string], number>({ name: "size" });
    const method = decorator(
      (text) => text.length,
      {} as ClassMethodDecoratorContext<Shop, (this: Shop, text: string) => number>,
    );
    expect(method.call(new Shop(), "abc")).toBe(3);
  });
});

describe("observeExperimentalDecorator", () => {
  const descriptorOf = (decorate: ReturnType<typeof observeExperimentalDecorator>) => {
    const descriptor: PropertyDescriptor = {
      value(this: { n: number }, m: number) {
        return this.n + m;
      },
    };
    decorate({}, "add", descriptor);
    return descriptor;
  };

  it("observes a method, with its this and its name", async () => {
    const { value } = descriptorOf(observeExperimentalDecorator({ sessionId: "s" }));
    const captured = await capture(() => expect(value.call({ n: 1 }, 2)).toBe(3));
    expect(captured.span("add")).toMatchObject({ input: 2, output: 3, sessionId: "s" });
  });

  it("takes options from this and the arguments of each call", async () => {
    const { value } = descriptorOf(
      observeExperimentalDecorator((self, m) => ({ name: `${self.n} and ${m}` })),
    );
    const captured = await capture(() => value.call({ n: 1 }, 2));
    expect(captured.spans).toHaveLength(1);
    expect(captured.span("1 and 2").output).toBe(3);
  });

  it("leaves accessors alone", () => {
    const descriptor: PropertyDescriptor = { get: () => 1 };
    observeExperimentalDecorator()({}, "one", descriptor);
    expect(Object.keys(descriptor)).toEqual(["get"]);
  });
});

/** Turns methods into observed methods, in both standards of decorators. */
import { guarded } from "./guard.js";
import { type ObserveOptions, observed } from "./observe.js";

/** Options of a decorated method, or a function of `this` and the arguments that gives them. */
export type DecoratorOptions<This, Args extends unknown[]> =
  | ObserveOptions
  | ((self: This, ...args: Args) => ObserveOptions);

/**
 * Observe a method, by the decorators of ECMAScript (TypeScript without `experimentalDecorators`).
 *
 * @example
 * class Shop {
 *   \@observeDecorator((self, cart) => ({ sessionId: cart.id }))
 *   async checkout(cart: Cart) { ... }
 * }
 */
export function observeDecorator<This, Args extends unknown[], Result>(
  options: DecoratorOptions<This, Args> = {},
) {
  return (
    method: (this: This, ...args: Args) => Result,
    { name }: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => Result>,
  ): ((this: This, ...args: Args) => Result) => observedMethod(method, String(name), options);
}

/**
 * Observe a method, by TypeScript's own decorators (`experimentalDecorators: true`).
 *
 * @example
 * class Shop {
 *   \@observeExperimentalDecorator({ name: "checkout" })
 *   async checkout(cart: Cart) { ... }
 * }
 */
export function observeExperimentalDecorator(
  // biome-ignore lint/suspicious/noExplicitAny: these decorators do not know their method's types
  options: DecoratorOptions<any, any[]> = {},
) {
  return (_target: unknown, name: string | symbol, descriptor: PropertyDescriptor): void => {
    const method: unknown = descriptor.value;
    if (typeof method !== "function") return;
    descriptor.value = observedMethod(
      method as (...args: unknown[]) => unknown,
      String(name),
      options,
    );
  };
}

function observedMethod<This, Args extends unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
  name: string,
  options: DecoratorOptions<This, Args>,
): (this: This, ...args: Args) => Result {
  const observedByName = {
    [name](this: This, ...args: Args): Result {
      const given =
        typeof options === "function" ? guarded(name, () => options(this, ...args)) : options;
      return observed({ name, ...given }, method, this, args);
    },
  };
  return observedByName[name] as (this: This, ...args: Args) => Result;
}

/** A class with observed methods, as a program writes it: checked by tsc and compiled by a test. */
import { observeDecorator } from "../src/index.js";

export interface Cart {
  id: string;
  items: number[];
}

export class Shop {
  constructor(readonly currency: string) {}

  @observeDecorator()
  total(cart: Cart): string {
    return `${cart.items.reduce((sum, item) => sum + item, 0)} ${this.currency}`;
  }

  @observeDecorator((shop: Shop, cart: Cart) => ({
    name: `checkout in ${shop.currency}`,
    sessionId: cart.id,
  }))
  async checkout(cart: Cart): Promise<string> {
    return this.total(cart);
  }

  @observeDecorator({ name: "sell", spanType: "tool" })
  static sell(item: string, times = 1): string {
    return item.repeat(times);
  }
}

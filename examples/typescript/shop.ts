// What a checkout does, with nothing of tracing in it.
import { setTimeout } from "node:timers/promises";

export type Cart = { items: string[]; total: number };
export type Payment = { paid: number; card: string };

export async function validateCart(items: string[]): Promise<Cart> {
  await setTimeout(5); // a database answers
  return { items, total: 20 * items.length };
}

export async function processPayment(cart: Cart, card: string): Promise<Payment> {
  await setTimeout(20); // a bank answers
  if (card === "expired") {
    throw new Error("the card has expired");
  }
  return { paid: cart.total, card };
}

export async function createOrder(cart: Cart, payment: Payment): Promise<string> {
  await setTimeout(5); // a database answers
  return `order of ${cart.items.length} for ${payment.paid}`;
}

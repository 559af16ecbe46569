// What a checkout does, with nothing of tracing in it.
export type Cart = { items: string[]; total: number };
export type Payment = { paid: number; card: string };

export async function validateCart(items: string[]): Promise<Cart> {
  return { items, total: 20 * items.length };
}

export async function processPayment(cart: Cart, card: string): Promise<Payment> {
  if (card === "expired") {
    throw new Error("the card has expired");
  }
  return { paid: cart.total, card };
}

export async function createOrder(cart: Cart, payment: Payment): Promise<string> {
  return `order of ${cart.items.length} for ${payment.paid}`;
}

// The checkout with a cart in it, its steps inside one trace: node checkoutSteps.ts [USER_ID [CARD]]
// A CARD of "expired" fails at the payment.
import { Laminar, observe } from "threadline";
import { localThreadline } from "./localThreadline.ts";
import { createOrder, processPayment, validateCart } from "./shop.ts";

Laminar.initialize(localThreadline);
const [, , userId = "user-2", card = "4242"] = process.argv;

const order = observe(
  { name: "checkout", sessionId: `checkout-${userId}`, userId },
  async (items: string[]) => {
    const cart = await observe({ name: "validateCart" }, validateCart, items);
    const payment = await observe({ name: "processPayment" }, processPayment, cart, card);
    return await observe({ name: "createOrder" }, createOrder, cart, payment);
  },
  ["book", "lamp"],
);

try {
  console.log(await order);
} catch (error) {
  console.log(`no order: ${(error as Error).message}`);
}
await Laminar.shutdown();

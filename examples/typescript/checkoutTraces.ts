// The checkout with every step a trace of its own, joined by their session: node checkoutTraces.ts [USER_ID]
import { Laminar, observe } from "threadline";
import { localThreadline } from "./localThreadline.ts";
import { createOrder, processPayment, validateCart } from "./shop.ts";

Laminar.initialize(localThreadline);
const [, , userId = "user-3"] = process.argv;
const sessionId = `checkout-${userId}`;

const cart = await observe({ name: "validateCart", sessionId }, validateCart, ["book", "lamp"]);
const payment = await observe({ name: "processPayment", sessionId }, processPayment, cart, "4242");
console.log(await observe({ name: "createOrder", sessionId }, createOrder, cart, payment));

await Laminar.shutdown();

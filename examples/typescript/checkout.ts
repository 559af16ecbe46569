// A user's checkout in three steps, all inside one trace: node checkout.ts [USER_ID]
import { Laminar, observe } from "threadline";
import { localThreadline } from "./localThreadline.ts";

Laminar.initialize(localThreadline);
const userId = process.argv[2] ?? "user-1";

// Start a session for a user's checkout process
await observe(
  {
    name: "checkout",
    sessionId: `checkout-${userId}`,
  },
  async () => {
    // Each step in the process is a separate trace
    await observe({ name: "validateCart" }, async () => { /* ... */ });
    await observe({ name: "processPayment" }, async () => { /* ... */ });
    await observe({ name: "createOrder" }, async () => { /* ... */ });
  },
);

await Laminar.shutdown();

// Names the session where the function is observed: node observeSessionId.ts [SESSION_ID]
import { Laminar, observe } from "threadline";
import { localThreadline } from "./localThreadline.ts";

Laminar.initialize(localThreadline);

// Set session ID in the observe function
await observe(
  {
    name: "myFunction",
    sessionId: process.argv[2] ?? "session123",
  },
  async (question: string) => {
    // Function code here
    return `You asked: ${question}`;
  },
  "What is a session?",
);

await Laminar.shutdown();

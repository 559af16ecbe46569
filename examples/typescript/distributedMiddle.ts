// Answers a service in Python and asks another one, in the trace and session that it was asked in.
//
//   node distributedMiddle.ts PORT BACK_URL
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { Laminar, observe } from "threadline";
import { sessionMiddleware } from "threadline/middleware";

const [, , port, backUrl = ""] = process.argv;
Laminar.initialize({
  projectApiKey: "any-text",
  baseUrl: `http://localhost:${process.env.THREADLINE_PORT ?? 8000}`,
});

async function plan(message: unknown): Promise<unknown> {
  const headers = Laminar.inject({ "Content-Type": "application/json" });
  const reply = await fetch(backUrl, { method: "POST", headers, body: JSON.stringify(message) });
  return await reply.json();
}

const joined = sessionMiddleware();
createServer((request, response) =>
  joined(request, response, async () => {
    const answer = await observe({ name: "plan" }, plan, await json(request));
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
  }),
).listen(Number(port), "127.0.0.1", () => console.log("listening"));

/** Answers as the HTTP APIs of model providers do, with fixed words. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const CHAT_COMPLETION = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "gpt-test-2026",
  choices: [
    { index: 0, finish_reason: "stop", message: { role: "assistant", content: "It has shipped." } },
  ],
  usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
};

const CHUNKS = ["It has", " shipped."].map((content, index) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "gpt-test-2026",
  choices: [{ index: 0, delta: { content }, finish_reason: index === 1 ? "stop" : null }],
}));

const MESSAGE = {
  id: "msg-1",
  type: "message",
  role: "assistant",
  model: "claude-test-2026",
  content: [{ type: "text", text: "It has shipped." }],
  stop_reason: "end_turn",
  usage: { input_tokens: 11, output_tokens: 7 },
};

const MESSAGE_START = { type: "message_start", message: { ...MESSAGE, content: [] } };

/** Close the connection once what was written is on its way. */
function breakOff(response: ServerResponse): void {
  response.write(": and here it ends\n", () => response.destroy());
}

/** A running API: give its address to a client as the base URL, and close it in the end. */
export async function modelApi(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const asked = JSON.parse(Buffer.concat(chunks).toString());
      if (request.url?.endsWith("/messages") && asked.stream === true) {
        response.setHeader("Content-Type", "text/event-stream");
        response.write(`event: message_start\ndata: ${JSON.stringify(MESSAGE_START)}\n\n`);
        breakOff(response);
      } else if (request.url?.endsWith("/messages")) {
        response.setHeader("Content-Type", "application/json").end(JSON.stringify(MESSAGE));
      } else if (asked.model === "broken") {
        response.writeHead(400, { "Content-Type": "application/json" });
        response.end(JSON.stringify({ error: { message: "no such model" } }));
      } else if (asked.model === "breaks off") {
        response.setHeader("Content-Type", "text/event-stream");
        response.write(`data: ${JSON.stringify(CHUNKS[0])}\n\n`);
        breakOff(response);
      } else if (asked.stream === true) {
        response.setHeader("Content-Type", "text/event-stream");
        for (const chunk of CHUNKS) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
        response.end("data: [DONE]\n\n");
      } else {
        response.setHeader("Content-Type", "application/json").end(JSON.stringify(CHAT_COMPLETION));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

// One conversation through the OpenAI API, with a tool and a stream: OPENAI_API_KEY=... node openai.ts [SESSION_ID]
import { Laminar, observe } from "threadline";
import { OpenAI } from "openai";
import { localThreadline } from "./localThreadline.ts";

Laminar.initialize({
  ...localThreadline,
  instrumentModules: { OpenAI },
});

const openai = new OpenAI();
const model = "gpt-4o-mini";
const sessionId = process.argv[2] ?? "weather-chat";
type Message = OpenAI.Chat.ChatCompletionMessageParam;

const weatherTool: OpenAI.Chat.ChatCompletionTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city now",
    parameters: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
    },
  },
};

async function getWeather(city: string) {
  return `18 °C in ${city}`;
}

async function answer(question: string) {
  const messages: Message[] = [{ role: "user", content: question }];
  const completion = await openai.chat.completions.create({ model, messages });
  return completion.choices[0]?.message.content;
}

async function answerWithTool(question: string) {
  const messages: Message[] = [{ role: "user", content: question }];
  const tools = [weatherTool];
  const asked = await openai.chat.completions.create({ model, messages, tools });
  const calls = asked.choices[0]?.message.tool_calls ?? [];
  messages.push({ role: "assistant", tool_calls: calls });
  for (const call of calls.filter((call) => call.type === "function")) {
    const { city } = JSON.parse(call.function.arguments) as { city: string };
    const content = await observe({ name: "get_weather", spanType: "TOOL" }, getWeather, city);
    messages.push({ role: "tool", tool_call_id: call.id, content });
  }
  const completion = await openai.chat.completions.create({ model, messages, tools });
  return completion.choices[0]?.message.content;
}

async function answerInPieces(question: string) {
  const messages: Message[] = [{ role: "user", content: question }];
  const stream = await openai.chat.completions.create({ model, messages, stream: true });
  let text = "";
  for await (const piece of stream) {
    text += piece.choices[0]?.delta?.content ?? "";
  }
  return text;
}

async function answerFails(question: string) {
  const messages: Message[] = [{ role: "user", content: question }];
  await openai.chat.completions.create({ model: "no-such-model", messages });
}

await observe({ name: "answer", sessionId }, answer, "Hello");
await observe({ name: "answerWithTool", sessionId }, answerWithTool, "How is the weather?");
await observe({ name: "answerInPieces", sessionId }, answerInPieces, "Tell it in pieces");
try {
  await observe({ name: "answerFails", sessionId }, answerFails, "Can you fail?");
} catch (error) {
  console.log((error as Error).message);
}

await Laminar.shutdown();

// One conversation through the OpenAI API, with a tool and a stream: OPENAI_API_KEY=... node openai.ts [SESSION_ID]
import { Laminar, observe } from "@lmnr-ai/lmnr";
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

async function getWeather(city: string): Promise<string> {
  return `18 °C in ${city}`;
}

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

await observe({ name: "answer", sessionId }, async (question: string) => {
  const messages: Message[] = [{ role: "user", content: question }];
  const completion = await openai.chat.completions.create({ model, messages });
  return completion.choices[0]?.message.content;
}, "Hello");

await observe({ name: "answerWithTool", sessionId }, async (question: string) => {
  const messages: Message[] = [{ role: "user", content: question }];
  const asked = await openai.chat.completions.create({ model, messages, tools: [weatherTool] });
  const answer = asked.choices[0]!.message;
  messages.push(answer);
  for (const call of answer.tool_calls ?? []) {
    if (call.type === "function") {
      const { city } = JSON.parse(call.function.arguments) as { city: string };
      const content = await observe({ name: "get_weather", spanType: "TOOL" }, getWeather, city);
      messages.push({ role: "tool", tool_call_id: call.id, content });
    }
  }
  const completion = await openai.chat.completions.create({ model, messages, tools: [weatherTool] });
  return completion.choices[0]?.message.content;
}, "What is the weather in Paris?");

await observe({ name: "answerInPieces", sessionId }, async (question: string) => {
  const stream = await openai.chat.completions.create({
    model,
    messages: [{ role: "user", content: question }],
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = "";
  for await (const piece of stream) {
    text += piece.choices[0]?.delta?.content ?? "";
  }
  return text;
}, "Tell it in pieces");

try {
  await observe({ name: "answerFails", sessionId }, async (question: string) => {
    await openai.chat.completions.create({
      model: "no-such-model",
      messages: [{ role: "user", content: question }],
    });
  }, "Can you fail?");
} catch (error) {
  console.log((error as Error).message);
}

await Laminar.shutdown();

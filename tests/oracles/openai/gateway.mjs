// Standard input: { "endpoint": URL, "key": KEY, "model": NAME }. Standard output: what the official clients of the OpenAI API, `openai` and `ai`, make of what a gateway says.
import OpenAI from "openai";
import { generateText, jsonSchema, streamText, tool } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { endpoint, key, model } = JSON.parse(text);
const client = new OpenAI({ apiKey: key, baseURL: endpoint, maxRetries: 0 });
const messages = [{ role: "user", content: "one two" }];
const parameters = { type: "object", properties: { order: { type: "integer" } }, required: ["order"], additionalProperties: false };
const seen = {};

async function failure(action) {
  try {
    await action();
    return "nothing";
  } catch (error) {
    return `${error.status ?? error.statusCode} ${error.code ?? error.data?.error?.code}`;
  }
}

seen.chat = (await client.chat.completions.create({ model, messages })).choices[0].message.content;
const streaming = client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
const final = await streaming.finalChatCompletion();
seen.streamed = final.choices[0].message.content;
seen.tokens = final.usage?.completion_tokens;
const called = await client.chat.completions.create({ model, messages: [{ role: "user", content: "call" }], tools: [{ type: "function", function: { name: "refund", parameters } }] });
seen.calls = called.choices[0].message.tool_calls.map(call => `${call.function.name} ${call.function.arguments}`);
const callStream = await client.chat.completions.stream({ model, messages: [{ role: "user", content: "call" }], tools: [{ type: "function", function: { name: "refund", parameters } }] }).finalChatCompletion();
seen.streamedCalls = callStream.choices[0].message.tool_calls.map(call => `${call.function.name} ${call.function.arguments}`);
seen.response = (await client.responses.create({ model, input: "one two" })).output_text;
let deltas = "";
for await (const event of await client.responses.create({ model, input: "one two", stream: true }))
  if (event.type === "response.output_text.delta") deltas += event.delta;
seen.responseStreamed = deltas;
seen.models = [];
for await (const each of client.models.list()) seen.models.push(each.id);
seen.wrongKey = await failure(() => new OpenAI({ apiKey: "pl-nobody", baseURL: endpoint, maxRetries: 0 }).chat.completions.create({ model, messages }));
seen.brokenStream = await failure(async () => { for await (const _ of await client.chat.completions.create({ model, messages: [{ role: "user", content: "break" }], stream: true })); });

const compatible = createOpenAICompatible({ name: "plumbline", baseURL: endpoint, apiKey: key })(model);
seen.aiChat = (await generateText({ model: compatible, prompt: "one two" })).text;
seen.aiStreamed = "";
for await (const piece of streamText({ model: compatible, prompt: "one two" }).textStream) seen.aiStreamed += piece;
const refund = tool({ description: "Refunds", inputSchema: jsonSchema(parameters) });
seen.aiCalls = (await generateText({ model: compatible, prompt: "call", tools: { refund } })).toolCalls.map(call => `${call.toolName} ${JSON.stringify(call.input)}`);
const responses = createOpenAI({ baseURL: endpoint, apiKey: key }).responses(model);
seen.aiResponse = (await generateText({ model: responses, prompt: "one two" })).text;
seen.aiResponseStreamed = "";
for await (const piece of streamText({ model: responses, prompt: "one two" }).textStream) seen.aiResponseStreamed += piece;
process.stdout.write(JSON.stringify(seen), () => process.exit(0));

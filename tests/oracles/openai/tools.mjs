// Standard input: { "endpoint": URL, "model": NAME, "stream": whether }. Standard output: { "asked": [arguments of each call of the tool], "reasons": [finish reasons],
// "roles": [roles of the conversation], "answer": TEXT }: what the official client makes of a question whose first answer has to be a call.
import OpenAI from "openai";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { endpoint, model, stream } = JSON.parse(text);
const client = new OpenAI({ apiKey: "none", baseURL: endpoint });
const parameters = { type: "object", properties: { item: { type: "string", enum: ["lamp", "radio"] }, many: { type: "boolean" } }, required: ["item", "many"], additionalProperties: false };
const tools = [{ type: "function", function: { name: "stock", description: "How many there are", parameters } }];
const messages = [{ role: "user", content: "Is there a lamp?" }];
const asked = [], reasons = [];

async function ask(options) {
  const request = { model, messages, tools, temperature: 1, seed: 4, max_tokens: 200, ...options };
  const completion = stream ? await client.chat.completions.stream(request).finalChatCompletion() : await client.chat.completions.create(request);
  reasons.push(completion.choices[0].finish_reason);
  messages.push(completion.choices[0].message);
  return completion.choices[0].message;
}

const first = await ask({ tool_choice: "required" });
for (const call of first.tool_calls ?? []) {
  asked.push({ name: call.function.name, ...JSON.parse(call.function.arguments) });
  messages.push({ role: "tool", tool_call_id: call.id, content: "three" });
}
const last = await ask({ tool_choice: "none", max_tokens: 12 });
const answer = { asked, reasons, roles: messages.map(message => message.role), answer: last.content };
process.stdout.write(JSON.stringify(answer), () => process.exit(0));

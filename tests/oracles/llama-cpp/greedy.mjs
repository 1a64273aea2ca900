// Standard input: { "path": FILE.gguf, "tokens": most tokens to write, "prompts": [[ids]] }. Standard output: [[ids]], what llama.cpp writes after each
// prompt when it always takes the likeliest token, computing in float32.
import { getLlama } from "node-llama-cpp";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { path, tokens, prompts } = JSON.parse(text);
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
const model = await llama.loadModel({ modelPath: path });
const longest = Math.max(...prompts.map(prompt => prompt.length)) + tokens;
const context = await model.createContext({ contextSize: longest + 8, threads: 1, flashAttention: false, experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32" });
const sequence = context.getSequence();
const written = [];
for (const prompt of prompts) {
  await sequence.clearHistory();
  const answer = [];
  for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    answer.push(token);
    if (answer.length === tokens || model.isEogToken(token)) break;
  }
  written.push(answer);
}
process.stdout.write(JSON.stringify(written), () => process.exit(0));

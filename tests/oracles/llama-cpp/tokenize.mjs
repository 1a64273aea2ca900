// Standard input: { "path": FILE.gguf, "texts": [TEXT] }. Standard output: { "begins": whether a text begins with the token for that, "ids": [[ids]] }, what
// llama.cpp makes of each text, markers in it read as such and nothing put around it.
import { getLlama } from "node-llama-cpp";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { path, texts } = JSON.parse(text);
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
const model = await llama.loadModel({ modelPath: path, vocabOnly: true });
const answer = { begins: model.tokens.shouldPrependBosToken, ids: texts.map(each => [...model.tokenize(each, true)]) };
process.stdout.write(JSON.stringify(answer), () => process.exit(0));

// Writes with llama.cpp when asked. First line of standard input: { "path": FILE.gguf, "rows": most at a time, "room": tokens per row, "threads": n }. Every other line:
// { "prompts": [[ids]], "tokens": how many to write after each }; answered with { "seconds": of the writing, "tokens": how many were written }.
import { createInterface } from "node:readline";
import { getLlama } from "node-llama-cpp";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value ?? "null");
const { path, rows, room, threads } = await next();
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: threads });
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({ sequences: rows, contextSize: room, batchSize: 512, threads, flashAttention: false,
  experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32" });
const sequences = Array.from({ length: rows }, () => context.getSequence());
process.stdout.write("{}\n");

async function write(sequence, prompt, tokens) {
  let written = 0;
  for await (const _ of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    if (++written === tokens) break;
  }
  return written;
}

for (let job = await next(); job !== null; job = await next()) {
  for (const sequence of sequences) await sequence.clearHistory();
  const start = performance.now();
  const counts = await Promise.all(job.prompts.map((prompt, index) => write(sequences[index], prompt, job.tokens)));
  process.stdout.write(JSON.stringify({ seconds: (performance.now() - start) / 1000, tokens: counts.reduce((sum, count) => sum + count, 0) }) + "\n");
}
process.exit(0);

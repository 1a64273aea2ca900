// Standard input: { "file": tokenizer.json, "texts": [text] }. Standard output: for each text what the tokenizers library (the original in Rust) makes of it:
// { ids, framed, text, plain }: tokens without and with what the post-processor adds, the first decoded, the second decoded without special tokens.
import tokenizers from "tokenizers";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { file, texts } = JSON.parse(input);
const tokenizer = tokenizers.Tokenizer.fromFile(file);
const ids = (await tokenizer.encodeBatch(texts, { addSpecialTokens: false })).map(encoding => encoding.getIds());
const framed = (await tokenizer.encodeBatch(texts, { addSpecialTokens: true })).map(encoding => encoding.getIds());
const text = await tokenizer.decodeBatch(ids, false);
const plain = await tokenizer.decodeBatch(framed, true);
process.stdout.write(JSON.stringify(texts.map((_, i) => ({ ids: ids[i], framed: framed[i], text: text[i], plain: plain[i] }))), () => process.exit(0));

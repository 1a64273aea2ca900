// Standard input: [[template, variables]]. Standard output: what @huggingface/jinja makes of each, or null where it refuses.
import { Template } from "@huggingface/jinja";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const rendered = JSON.parse(text).map(([template, variables]) => {
  try {
    return new Template(template).render(variables);
  } catch {
    return null;
  }
});
process.stdout.write(JSON.stringify(rendered), () => process.exit(0));

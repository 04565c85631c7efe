// Runs a code generator that nobody has to trust: it reads the project, and its files land in one folder or nowhere.
import { fileURLToPath } from "node:url";
import { generate } from "./generator.ts";
import { parseGenerated, writeGenerated } from "./output-folder.ts";

const generator = new URL("generator.wasm", import.meta.url);
const project = fileURLToPath(new URL("../project", import.meta.url));
const generated = fileURLToPath(new URL("generated", import.meta.url));

const request = { models: ["author.model", "book.model"] };
const started = performance.now();
const files = parseGenerated(await generate(generator, project, request));
await writeGenerated(generated, files);
const took = (performance.now() - started).toFixed(2);
console.log(`${request.models.join(", ")} → ${[...files.keys()].join(", ")}, in ${took} ms`);
console.log(files.get("book.ts")?.trimEnd());

// What a project must not be able to do: name a model, and so a generated file, that lies elsewhere.
for (const models of [["../host.ts"], ["missing.model"]]) {
  const refusal = await generate(generator, project, { models }).then(parseGenerated).catch(String);
  console.log(`${models} → ${refusal}`);
}

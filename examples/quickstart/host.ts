// Counts the vowels of real text files with a plugin that was written in AssemblyScript.
import { readFile } from "node:fs/promises";
import { createPlugin } from "@mortise/host-sdk";

interface VowelCount {
  readonly count: number;
  /** Over all calls: the plugin keeps it in a var. */
  readonly total: number;
  /** As the manifest's config says. */
  readonly vowels: string;
}

const manifest = new URL("../../../manifests/quickstart.json", import.meta.url);
const files = process.argv.slice(2);

await using plugin = await createPlugin(manifest);
for (const file of files.length > 0 ? files : ["README.md", "ARCHITECTURE.md", "RATIONALE.md"]) {
  const text = await readFile(file);
  const started = performance.now();
  const output = await plugin.call("count_vowels", text);
  const took = (performance.now() - started).toFixed(2);
  const { count, total, vowels } = output.json<VowelCount>();
  console.log(`${file} (${text.length} bytes) → ${count} of "${vowels}", ${total} so far, in ${took} ms`);
}

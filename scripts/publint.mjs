// Checks every package that is published: its exports, its types, its files.
import { readdirSync, readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

let problems = 0;
for (const folder of readdirSync("packages")) {
  const pkgDir = `packages/${folder}`;
  const { messages, pkg } = await publint({ pkgDir, strict: true, pack: "npm" });
  const manifest = pkg ?? JSON.parse(readFileSync(`${pkgDir}/package.json`, "utf8"));
  console.log(`${manifest.name}: ${messages.length === 0 ? "good" : `${messages.length} problems`}`);
  for (const message of messages) console.log(`  ${message.type}: ${formatMessage(message, manifest)}`);
  problems += messages.length;
}
process.exitCode = problems === 0 ? 0 : 1;

// What each part of the guest library adds to a plugin. `node scripts/costs.mjs` writes the table into README.md.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const README = fileURLToPath(new URL("../README.md", import.meta.url));
const [BEGIN, END] = ["<!-- costs: written by scripts/costs.mjs -->\n", "<!-- end of costs -->"];

const SUBJECTS = [
  ["(an empty plugin)", ""],
  ["`input`, `output`, `Config`, `Var`, `Http`, `hostFunction`", "library"],
  ["`inputMsgpack`, `outputMsgpack`", "msgpack"],
  ["`console`", "console"],
  ["`TextEncoder`, `TextDecoder`", "TextEncoder"],
  ["`URL`, `URLSearchParams`", "URL"],
  ["`URLPattern` (with `URL`)", "URLPattern"],
  ["`fetch`, `Headers`, `Request`, `Response` (with `URL`)", "fetch"],
  ["`structuredClone`", "structuredClone"],
  ["`EventTarget`, `Event`, `CustomEvent`", "EventTarget"],
  ["`setTimeout`, `setInterval`", "setTimeout"],
  ["`AbortController`, `AbortSignal` (with events and timers)", "AbortController"],
  ["`crypto`", "crypto"],
  ["`ReadableStream`, `WritableStream`, `TransformStream`, …", "ReadableStream"],
  ["`TextEncoderStream`, `TextDecoderStream` (with streams)", "TextEncoderStream"],
  ["`self`, `navigator`, `reportError`", "self"],
];

const IMPORTED = {
  library: "input, output, Config, Var, Http, hostFunction",
  msgpack: "inputMsgpack, outputMsgpack",
};

function sourceThatUses(use) {
  const names = IMPORTED[use];
  const head = names === undefined ? "" : `import { ${names} } from "@mortise/pdk-js";\n`;
  return `${head}export function f() { return [${names ?? use}].length; }`;
}

/** The table as Markdown. Builds are reproducible, so it changes only when the package does. */
export async function costTable() {
  const { buildPlugin } = await import("@mortise/pdk-js/compiler");
  const sizes = [];
  for (const [name, use] of SUBJECTS) {
    const { wasm } = await buildPlugin({ code: sourceThatUses(use), sourcemap: false });
    sizes.push({ name, raw: wasm.length, zipped: gzipSync(wasm).length });
  }
  const [empty, ...parts] = sizes;
  const kilobytes = (bytes) => `${Math.round(bytes / 1000)} KB`;
  const rows = parts.map(({ name, raw, zipped }) => [
    name,
    `+${kilobytes(raw - empty.raw)}`,
    `+${kilobytes(zipped - empty.zipped)}`,
  ]);
  return markdownTable([
    ["a plugin that mentions", "wasm", "gzipped"],
    ["nothing of this", kilobytes(empty.raw), kilobytes(empty.zipped)],
    ...rows,
  ]);
}

/** As the formatter would have it: cells of a column are equally wide. */
function markdownTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |\n`;
  const [head, ...body] = rows;
  return [head, widths.map((width) => "-".repeat(width)), ...body].map(line).join("");
}

/** The table that stands in the README. */
export function documentedCosts() {
  const text = readFileSync(README, "utf8");
  return text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(README, "utf8");
  const table = await costTable();
  writeFileSync(
    README,
    text.slice(0, text.indexOf(BEGIN) + BEGIN.length) + table + text.slice(text.indexOf(END)),
  );
  process.stdout.write(table);
}

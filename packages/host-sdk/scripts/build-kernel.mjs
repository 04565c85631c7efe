// Compiles the kernel and writes it twice: as a file of its own, and as text inside the package, so that nothing is
// looked up at run time.
import { mkdir, writeFile } from "node:fs/promises";
import asc from "assemblyscript/asc";

const KERNEL_LIMIT = 8 * 1024;

async function compile(entry) {
  const out = new Map();
  const { error, stderr } = await asc.main(
    [
      entry,
      ...["--outFile", "out.wasm", "--runtime", "stub", "-O3s", "--noAssert"],
      ...["--importMemory", "--noExportMemory", "--initialMemory", "1", "--enable", "bulk-memory"],
    ],
    { writeFile: (name, contents) => void out.set(name, contents) },
  );
  if (error) throw new Error(`${entry} does not compile:\n${stderr}`, { cause: error });
  return out.get("out.wasm");
}

const kernel = await compile("kernel/index.ts");
if (kernel.length > KERNEL_LIMIT)
  throw new Error(`the kernel has ${kernel.length} bytes, over ${KERNEL_LIMIT}`);

await mkdir("dist", { recursive: true });
await writeFile("dist/kernel.wasm", kernel);
const base64 = (bytes) => JSON.stringify(Buffer.from(bytes).toString("base64"));
await writeFile(
  "src/abi/extism/kernel.generated.ts",
  `// Made by scripts/build-kernel.mjs from kernel/*.ts.\nexport const KERNEL_BASE64 = ${base64(kernel)};\n`,
);
console.log(`kernel ${kernel.length} bytes`);

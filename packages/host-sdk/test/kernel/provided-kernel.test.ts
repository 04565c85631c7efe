import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const GUEST = "(module (func (export \"ok\")))";

it("runs plugins on a platform that compiles no bytes at run time, given kernel.wasm as a module", () => {
  const script = `
    import { readFileSync } from "node:fs";
    import wabtModule from "wabt";
    const wabt = await wabtModule();
    const compile = (bytes) => new WebAssembly.Module(bytes);
    const kernel = compile(readFileSync(new URL(import.meta.resolve("@mortise/host-sdk/kernel.wasm"))));
    const guest = compile(wabt.parseWat("guest.wat", ${JSON.stringify(GUEST)}).toBinary({}).buffer);
    // As workerd does it:
    const refuse = () => { throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder"); };
    WebAssembly.compile = refuse;
    WebAssembly.Module = new Proxy(WebAssembly.Module, { construct: refuse });
    const { createPlugin, provideKernel } = await import("@mortise/host-sdk");
    provideKernel(kernel);
    const plugin = await createPlugin({ wasm: [{ module: guest }] });
    console.log((await plugin.call("ok")).length);
  `;
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd, encoding: "utf8" });
  expect(output).toBe("0\n");
});

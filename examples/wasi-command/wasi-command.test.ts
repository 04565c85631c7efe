import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { generate } from "./generator.ts";
import { isSafeName, parseGenerated, writeGenerated } from "./output-folder.ts";

const generator = fileURLToPath(new URL("build/generator.wasm", import.meta.url));

/** A project beside a folder for what is generated from it. */
function folders() {
  const parent = mkdtempSync(join(tmpdir(), "wasi-command-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const [project, output] = [join(parent, "project"), join(parent, "output")];
  mkdirSync(project);
  writeFileSync(join(parent, "secret.model"), "secret: text");
  return { parent, project, output };
}

describe("the generator", () => {
  it("turns models of the project into files of the folder", async () => {
    const { project, output } = folders();
    writeFileSync(join(project, "book.model"), "title: text\n\npages: number\n");
    await writeGenerated(
      output,
      parseGenerated(await generate(generator, project, { models: ["book.model"] })),
    );
    expect(readFileSync(join(output, "book.ts"), "utf8")).toBe(
      "export interface Book {\n  readonly title: string;\n  readonly pages: number;\n}\n",
    );
  });

  it("cannot read what lies outside of the project", async () => {
    const { project } = folders();
    symlinkSync("../secret.model", join(project, "link.model"));
    for (const name of ["../secret.model", "link.model", "/etc/passwd"]) {
      await expect(generate(generator, project, { models: [name] })).rejects.toThrow(`cannot open ${name}`);
    }
  });

  it("says what is wrong with a model or a request", async () => {
    const { project } = folders();
    writeFileSync(join(project, "bad.model"), "title: tex");
    const run = (request: object) => generate(generator, project, request as { models: string[] });
    await expect(run({ models: ["bad.model"] })).rejects.toThrow("bad: there is no type tex");
    await expect(run({})).rejects.toThrow("the request has no list of models");
  });

  it("has its output refused when a model of the project makes it name a file elsewhere", async () => {
    const { parent, project, output } = folders();
    mkdirSync(join(project, "d"));
    writeFileSync(join(project, "evil"), "a: text");
    const json = await generate(generator, project, { models: ["d/../evil"] });
    expect(() => parseGenerated(json)).toThrow('"d/../evil.ts" is no name');
    expect(readdirSync(parent)).not.toContain("output");
    expect(output).toBe(join(parent, "output"));
  });
});

describe("the guard of generated files", () => {
  it.each(["a.ts", "a/b.ts", "a-b_c.d.ts", "src/models/book.ts", "README"])("takes %s", (name) => {
    expect(isSafeName(name)).toBe(true);
  });

  it.each([
    "",
    ".",
    "..",
    "../a",
    "a/../../b",
    "/etc/passwd",
    "a//b",
    "a/",
    ".git/hooks/post-checkout",
    "a\\..\\b",
    "C:\\a",
    "c:a",
    "a\0b",
    "a\nb",
    "a:stream",
    "con",
    "NUL.txt",
    "a/aux.ts",
    "a.",
    "a ",
    "ａ/．．/b",
    "~",
    "x".repeat(256),
  ])("refuses %j", (name) => {
    expect(isSafeName(name)).toBe(false);
    expect(() => parseGenerated(JSON.stringify({ "fine.ts": "", [name]: "" }))).toThrow("is no name");
  });

  it.each(["", "[]", "null", '"a"', '{"a.ts": 1}', '{"a.ts": null}', "{"])(
    "refuses the output %j",
    (json) => {
      expect(() => parseGenerated(json)).toThrow(expect.objectContaining({ name: "UnsafeOutputError" }));
    },
  );

  it("follows no link that lies in the folder", async () => {
    const { parent, output } = folders();
    mkdirSync(join(parent, "outside"));
    writeFileSync(join(parent, "outside", "file.ts"), "as it was");
    mkdirSync(output);
    symlinkSync("../outside", join(output, "folder"));
    symlinkSync("../outside/file.ts", join(output, "file.ts"));
    for (const name of ["folder/file.ts", "file.ts"]) {
      await expect(writeGenerated(output, new Map([[name, "overwritten"]]))).rejects.toThrow("is in the way");
    }
    expect(readFileSync(join(parent, "outside", "file.ts"), "utf8")).toBe("as it was");
    await writeGenerated(output, new Map([["other/file.ts", "written"]]));
    await writeGenerated(output, new Map([["other/file.ts", "again"]]));
    expect(readFileSync(join(output, "other", "file.ts"), "utf8")).toBe("again");
  });
});

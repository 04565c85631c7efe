import { constants } from "node:fs";
import { lstat, mkdir, open } from "node:fs/promises";
import { join } from "node:path";

/** A generated file that is not what a generated file may be. */
class UnsafeOutputError extends Error {
  override readonly name = "UnsafeOutputError";
}

/** Letters, digits, `_`, `-` and `.`, and no dot at either end: neither `..` nor anything hidden, on any platform. */
const COMPONENT = /^[A-Za-z0-9_-](?:[\w.-]*[\w-])?$/;

/** Names that are devices on Windows, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

const MAX_FILES = 1000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Takes what a generator wrote apart, a JSON object of file names to texts.
 * @throws {UnsafeOutputError} for anything else, and for a name that could lead out of a folder
 */
export function parseGenerated(json: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [name, text] of Object.entries(parseObject(json))) {
    if (typeof text !== "string") throw new UnsafeOutputError(`${JSON.stringify(name)} has no text`);
    if (!isSafeName(name))
      throw new UnsafeOutputError(`${JSON.stringify(name)} is no name for a generated file`);
    files.set(name, text);
  }
  if (files.size > MAX_FILES) throw new UnsafeOutputError(`${files.size} files are more than ${MAX_FILES}`);
  return files;
}

/** Whether a name, with `/` between folders, stays in the folder that it is written to. */
export function isSafeName(name: string): boolean {
  return name.length < 256 && name.split("/").every((part) => COMPONENT.test(part) && !DEVICE.test(part));
}

function parseObject(json: string): object {
  if (json.length > MAX_BYTES)
    throw new UnsafeOutputError(`the output has more than ${MAX_BYTES} characters`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UnsafeOutputError("the output is no JSON", { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new UnsafeOutputError("the output is no JSON object");
}

/**
 * Writes generated files into a folder, which is made if it is missing. Links that lie in it are not followed.
 * @throws {UnsafeOutputError} when a link is in the way
 */
export async function writeGenerated(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) {
    const parts = name.split("/");
    const last = parts.pop() as string;
    await writeFile(join(await makeFolders(folder, parts), last), text);
  }
}

async function makeFolders(folder: string, parts: readonly string[]): Promise<string> {
  let path = folder;
  for (const part of parts) {
    path = join(path, part);
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    if (!(await lstat(path)).isDirectory()) throw new UnsafeOutputError(`${path} is in the way`);
  }
  return path;
}

async function writeFile(path: string, text: string): Promise<void> {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | (O_NOFOLLOW ?? 0)).catch((cause: unknown) => {
    throw new UnsafeOutputError(`${path} is in the way`, { cause });
  });
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

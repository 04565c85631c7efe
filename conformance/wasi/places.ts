import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Links that lie in the place that is granted: to a folder beside it, to the host's root, and inside. */
export const LINKS = { out: "../outside", abs: "/", in: "d/e" };

/** Files that lie there. */
export const FILES = { "hello.txt": "hello", "d/e/inner.txt": "inner" };

/** Makes a folder with {@link FILES} and {@link LINKS}, and beside it `outside/secret.txt`. */
export function createFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), "wasi-probes-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const inside = join(parent, "inside");
  mkdirSync(join(inside, "d", "e"), { recursive: true });
  mkdirSync(join(parent, "outside"));
  writeFileSync(join(parent, "outside", "secret.txt"), "secret");
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(inside, path), text);
  for (const [name, target] of Object.entries(LINKS)) symlinkSync(target, join(inside, name));
  return inside;
}

/** What each export of `guests/probes.wat` tries. */
export const ATTACKS = {
  dotdot: "climb above the root",
  absolute: "name a path of the host, or link to one",
  dotdot_after_own_link: "climb from behind a link of its own",
  intermediate_link: "walk through a link that was there before",
  standard_streams: "close or replace streams of the process",
  poll_flood: "make the host hold 2^28 subscriptions",
};

import { createPlugin, createPool, type PluginOptions } from "@mortise/host-sdk";
import { expect, onTestFinished } from "vitest";
import type { Callable } from "../engine/subject.ts";

type Source = Parameters<typeof createPlugin>[0];

/** A way of running plugins that use WASI. */
export interface Engine {
  readonly name: string;
  readonly isolation: "thread" | "worker";
  /** Starts a plugin, which is closed when the test ends. */
  open(source: Source, options?: PluginOptions): Promise<Callable>;
}

function alone(isolation: "thread" | "worker"): Engine {
  return {
    name: `a plugin in a ${isolation}`,
    isolation,
    async open(source, options) {
      const plugin = await createPlugin(source, { isolation, ...options });
      onTestFinished(() => plugin.close());
      return plugin;
    },
  };
}

function pooled(isolation: "thread" | "worker"): Engine {
  return {
    name: `a pool of two in a ${isolation} each`,
    isolation,
    async open(source, options) {
      const pool = await createPool(source, { isolation, size: 2, ...options });
      onTestFinished(() => pool.close());
      return pool;
    },
  };
}

/** Single plugins, which keep their instance from call to call. */
export const PLUGINS: readonly Engine[] = [alone("thread"), alone("worker")];

/** Single plugins and pools, whose members forget everything between two calls. */
export const ENGINES: readonly Engine[] = [...PLUGINS, pooled("thread"), pooled("worker")];

/** Collects what is written, as text. */
export function collector() {
  const chunks: Uint8Array[] = [];
  return {
    chunks,
    write: (chunk: Uint8Array): void => void chunks.push(chunk),
    get bytes(): Buffer {
      return Buffer.concat(chunks);
    },
    get text(): string {
      return Buffer.concat(chunks).toString();
    },
  };
}

/** Runs an export with an input of its own, and returns what it wrote. */
export async function outputOf(plugin: Callable, name: string, stdin = ""): Promise<string> {
  const { write, chunks } = collector();
  await plugin.call(name, "", { wasi: { stdin, stdout: write } });
  return Buffer.concat(chunks).toString();
}

/** Expects that an import failed in the guest, which exits with 100 and the error number. */
export function failedWith(errno: number): object {
  return expect.objectContaining({ code: "EXIT_NONZERO", exitCode: 100 + errno });
}

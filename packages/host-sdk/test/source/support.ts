import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type ErrorCode, isPluginError, type PluginError } from "../../src/errors.ts";
import type { ManifestLike } from "../../src/manifest.ts";
import { node } from "../../src/runtime/node.ts";
import { type LoadedManifest, loadSource, type SourceEnvironment } from "../../src/source/index.ts";

/** The smallest module there is. */
export const MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** Another one, with an empty custom section. */
export const OTHER_MODULE = Uint8Array.of(...MODULE, 0x00, 0x02, 0x01, 0x78);

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export const ENVIRONMENT: SourceEnvironment = {
  runtime: node,
  fetch: globalThis.fetch,
  maxModuleBytes: 1024,
  fetchTimeoutMs: 60_000,
  trustRemoteManifest: false,
};

/** Loads what may be of a type that the signature forbids. */
export function load(like: unknown, changes: Partial<SourceEnvironment> = {}): Promise<LoadedManifest> {
  return loadSource(like as ManifestLike, { ...ENVIRONMENT, ...changes });
}

/** The error that a load fails with, which must have the code. */
export async function failure(loading: Promise<unknown>, code: ErrorCode): Promise<PluginError> {
  const error = await loading.then(
    () => expect.fail("it loaded"),
    (reason: unknown) => reason,
  );
  if (!isPluginError(error)) throw error;
  expect(error.code, error.message).toBe(code);
  return error;
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mortise-source-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server on loopback that is gone after the test. Returns its origin. */
export async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server with fixed answers by path; what it does not have is 404. */
export function serveFiles(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  return serve((request, response) => {
    const body = files[request.url ?? ""];
    if (body === undefined) response.statusCode = 404;
    response.end(body ?? "<!DOCTYPE html><title>Not Found</title>");
  });
}

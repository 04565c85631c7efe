import type { Program } from "./abi/abi.ts";
import { checkHostFunctions } from "./functions.ts";
import type { Limits } from "./limits.ts";
import { listAllowedPaths } from "./manifest/allowed-paths.ts";
import type { InstantiateOptions } from "./options.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { createConfig } from "./sandbox/config.ts";
import { isSelfContained } from "./sandbox/fs/self-contained.ts";
import { createHttpClient } from "./sandbox/http/index.ts";
import { Log } from "./sandbox/log.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";
import { callbacksIn, type SystemSettings, WASI_NAMESPACES } from "./sandbox/system/settings.ts";
import { Vars } from "./sandbox/vars.ts";
import type { ManifestSettings } from "./source/index.ts";

/** What a plugin's sandbox is made from. */
export interface SandboxRequest {
  readonly runtime: Runtime;
  readonly program: Program;
  readonly limits: Limits;
  readonly settings: ManifestSettings;
  /** The application's own fetch; absent: the platform's. */
  readonly fetch: typeof globalThis.fetch | undefined;
}

/** Gives a plugin what manifest and options grant, and nothing else. Options win over the manifest. */
export async function createSandbox(request: SandboxRequest, options: InstantiateOptions): Promise<Sandbox> {
  const { runtime, program, limits, settings } = request;
  const functions = options.functions ?? {};
  checkHostFunctions(functions);
  const log = new Log(options.logger, options.logLevel, limits);
  return {
    plugin: program.main.name,
    limits,
    functions,
    config: createConfig(settings.config, options.config),
    vars: new Vars(limits.maxVarBytes),
    log,
    http: createHttpClient({
      allowedHosts: options.allowedHosts ?? settings.allowedHosts,
      fetch: request.fetch,
      createGuardedSend: runtime.createGuardedSend,
      allowPrivateNetwork: options.allowPrivateNetwork ?? false,
      maxResponseBytes: limits.maxHttpResponseBytes,
      exposeHeaders: options.allowHttpResponseHeaders ?? false,
    }),
    ...(importsSystem(program) && (await loadSystem(systemSettings(request, options, log)))),
  };
}

function importsSystem(program: Program): boolean {
  return program.modules.some((module) =>
    module.description.imports.some((wanted) => WASI_NAMESPACES.includes(wanted.module)),
  );
}

function systemSettings(
  { runtime, settings }: SandboxRequest,
  options: InstantiateOptions,
  log: Log,
): SystemSettings {
  const { allowedPaths, wasi = {} } = options;
  const resolve = runtime.resolvePath ?? ((path: string) => path);
  return {
    options: wasi,
    allowedPaths: allowedPaths ? listAllowedPaths(allowedPaths, resolve) : settings.allowedPaths,
    files: runtime.files,
    log,
  };
}

type SystemModules = [
  typeof import("./sandbox/system/in-thread.ts"),
  typeof import("./sandbox/system/caller.ts"),
];

/** Kept, because `import()` takes a while even when everything is there. */
let systemModules: SystemModules | undefined;

/** WASI is loaded only for plugins that import it. */
async function loadSystem(
  settings: SystemSettings,
): Promise<Pick<Sandbox, "createSystem" | "createSystemServer">> {
  systemModules ??= await Promise.all([
    import("./sandbox/system/in-thread.ts"),
    import("./sandbox/system/caller.ts"),
  ]);
  const [{ createSystemFactory }, { createSystemServer }] = systemModules;
  return {
    createSystem: createSystemFactory(settings),
    createSystemServer: () => createSystemServer(settings),
  };
}

/** The application's code that a plugin's calls may enter, apart from its host functions. */
export function callbacksOf({ fetch }: SandboxRequest, { logger, wasi = {} }: InstantiateOptions): string[] {
  return [
    ...(logger ? ["its logger"] : []),
    ...(fetch ? ["its fetch"] : []),
    ...callbacksIn(wasi),
    ...(Object.values(wasi.fs ?? {}).every(isSelfContained) ? [] : ["its file system"]),
    ...(typeof wasi.deterministic?.now === "function" ? ["its clock"] : []),
  ];
}

import type { AbiInstance, Program, ProgramModule, RemoteCaller, WasmValue } from "../../abi/abi.ts";
import { abiNamed } from "../../abi/abis.ts";
import { PluginError } from "../../errors.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { NO_HTTP } from "../../sandbox/http/index.ts";
import { Log } from "../../sandbox/log.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Exchange, GuestSystem } from "../../sandbox/system/settings.ts";
import { Vars } from "../../sandbox/vars.ts";
import { Channel, type Handover, REQUEST } from "./channel.ts";
import { toErrorRecord } from "./error-record.ts";
import type { StartMessage, WorkerMessage } from "./messages.ts";

type Post = (message: WorkerMessage, transfer?: readonly ArrayBuffer[]) => void;
type CreateSystem = NonNullable<Sandbox["createSystem"]>;

/** Runs a guest in this worker, for ever: the worker ends by being terminated. */
export async function startGuest(runtime: Runtime, start: StartMessage, post: Post): Promise<never> {
  const { system } = start;
  const createSystem = system && (await loadGuestSystem(system, runtime));
  return serveCaller(start, createSystem, post);
}

/** WASI is loaded only where a module imports it. */
async function loadGuestSystem(system: GuestSystem, { files }: Runtime): Promise<CreateSystem> {
  const { createGuestSystemFactory } = await import("../../sandbox/system/guest.ts");
  const create = createGuestSystemFactory(system, files);
  return (exchange) => create(exchange as Exchange);
}

function serveCaller(start: StartMessage, createSystem: CreateSystem | undefined, post: Post): never {
  const channel = new Channel(start.control);
  const postTurn = start.wake === "message" ? () => post({ type: "turn" }) : undefined;
  const guest = new Guest(start, createSystem, (index, args) => {
    channel.giveToCaller(REQUEST.serve, index, args, postTurn);
    return resultOf(channel.waitForCaller());
  });
  for (;;) {
    const order = channel.waitForCaller();
    try {
      const output = guest.obey(order);
      const sent = output.byteLength > 0;
      if (sent) post({ type: "output", bytes: output }, [output.buffer]);
      channel.giveToCaller(REQUEST.done, 0, [guest.heldBytes, sent ? 1 : 0], postTurn);
    } catch (thrown) {
      post({ type: "error", error: toErrorRecord(thrown) });
      channel.giveToCaller(REQUEST.error, 0, [guest.heldBytes], postTurn);
    }
  }
}

/** What an import returned at the caller. */
function resultOf({ request, values }: Handover): WasmValue | readonly WasmValue[] | undefined {
  // The error itself is kept at the caller, which puts it in the place of this one.
  if (request === REQUEST.failed)
    throw new PluginError("HOST_FUNCTION_FAILED", "an import failed at the caller");
  return values.length > 1 ? values : values[0];
}

const NOTHING = new Uint8Array(0);

class Guest {
  readonly #start: StartMessage;
  readonly #program: Program;
  readonly #sandbox: Sandbox;
  readonly #remote: RemoteCaller;
  #instance: AbiInstance | undefined;

  constructor(start: StartMessage, createSystem: CreateSystem | undefined, call: RemoteCaller["call"]) {
    this.#start = start;
    this.#program = { modules: start.modules, main: start.modules[start.mainIndex] as ProgramModule };
    this.#sandbox = createGuestSandbox(start, createSystem);
    this.#remote = { memory: start.memory, imports: start.imports, call };
  }

  get heldBytes(): number {
    return this.#instance?.heldBytes ?? 0;
  }

  /** Runs what the caller asks for. Returns an output only where it does not lie in kernel memory. */
  obey({ request, index, values }: Handover): Uint8Array<ArrayBuffer> {
    const [fresh, ownSystem] = values as readonly number[];
    if (fresh) this.#discard();
    const instance = this.#ready();
    if (request !== REQUEST.call) return NOTHING;
    const { name } = this.#program.main.description.exports[index] as { name: string };
    return instance.callSync({ name, input: "", hostContext: undefined, ownSystem });
  }

  #ready(): AbiInstance {
    if (this.#instance?.spoilt) this.#discard();
    if (this.#instance) return this.#instance;
    const abi = abiNamed(this.#start.abi);
    const instance = abi.instantiate(this.#program, this.#sandbox, { suspends: false, remote: this.#remote });
    void instance.start(); // synchronous: a worker blocks instead of being suspended
    this.#instance = instance;
    return instance;
  }

  #discard(): void {
    this.#instance?.close();
    this.#instance = undefined;
  }
}

/** The sandbox on this side: what is read only. Vars, logs, functions and HTTP are the caller's. */
function createGuestSandbox(
  { plugin, limits, config, logPriority }: StartMessage,
  createSystem: CreateSystem | undefined,
): Sandbox {
  return {
    plugin,
    limits,
    config,
    vars: new Vars(0),
    log: Log.atPriority(logPriority, limits),
    functions: {},
    createSystem,
    http: NO_HTTP,
  };
}

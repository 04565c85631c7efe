import { BUNDLE_NAME } from "../source-map.ts";
import { type GuestLibrary, mentionedPieces } from "./library.ts";
import { type Evaluation, Stage, type StageOptions } from "./stage.ts";

/** The name under which plugins import the guest library. */
export const GUEST_MODULE = "@mortise/pdk-js";

const GUEST_IMPORT = new RegExp(`\\b(?:from|import)\\s*["']${GUEST_MODULE}["']`);

export interface EvaluateOptions extends StageOptions {
  readonly code: string;
  readonly library: GuestLibrary;
}

interface Script {
  readonly name: string;
  readonly code: string;
  /** Whether stack frames tell where in the script they are. */
  readonly positions: boolean;
}

/** Runs a plugin's top-level code in a fresh engine, and leaves that engine ready to be written down. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const scripts = scriptsOf(options);
  const bytecodes = await compileAll(scripts, options);
  const stage = await Stage.create(options);
  for (const bytecode of bytecodes.slice(0, -1)) stage.run(bytecode);
  stage.watch();
  const module = stage.run(bytecodes.at(-1)!);
  return stage.finish(module);
}

/** What runs, in this order: the runtime, the mentioned web APIs, the guest library if imported, the plugin. */
function scriptsOf({ code, library }: EvaluateOptions): Script[] {
  const importsGuest = GUEST_IMPORT.test(code);
  const web = mentionedPieces(code, library.web);
  return [
    { name: "mortise:runtime", code: library.runtime, positions: true },
    ...web.map((piece) => ({ name: `mortise:${piece.name}`, code: piece.code, positions: false })),
    ...(importsGuest ? [{ name: GUEST_MODULE, code: library.guest, positions: true }] : []),
    { name: BUNDLE_NAME, code, positions: true },
  ];
}

/** Compiles in an engine of its own, so that no source text is left in the one that becomes the snapshot. */
async function compileAll(scripts: readonly Script[], options: EvaluateOptions): Promise<Uint8Array[]> {
  const stage = await Stage.create(options);
  return scripts.map(({ name, code, positions }) => {
    const bytecode = stage.engine.compile(code, name, positions);
    if (bytecode === undefined) throw stage.pendingError();
    return bytecode;
  });
}

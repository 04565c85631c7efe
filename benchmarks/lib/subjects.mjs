/**
 * The hosts that are compared, each behind the same three functions.
 *
 * @typedef {object} OpenPlugin
 * @property {(name: string, input?: Uint8Array) => Promise<{ bytes(): Uint8Array } | null>} call
 * @property {(name: string, input?: Uint8Array) => { bytes(): Uint8Array }} [callSync]
 * @property {() => Promise<void>} close
 * @property {OpenPlugin} [unaided] the plugin as it is, where we help it along
 *
 * @typedef {object} Subject
 * @property {string} name
 * @property {(wasm: Uint8Array, functions?: object) => Promise<OpenPlugin>} fromBytes
 * @property {(wasm: Uint8Array) => Promise<() => Promise<OpenPlugin>>} compile compiles once; the result instantiates
 */

/** Ours. */
export const OURS = "mortise";
/** The peer that the bounds are about. */
export const PEER = "@extism/extism 2.0.0-rc13";
/** The peer's last stable release. */
export const OLDER_PEER = "@extism/extism 1.0.3";

/** @returns {Promise<Subject>} */
export async function loadSubject(name) {
  if (name === OURS) return mortise(await import("@mortise/host-sdk"));
  const { createPlugin } = name === PEER ? await import("@extism/extism") : await import("extism-1");
  return extism(name, createPlugin);
}

/** @returns {Promise<Subject[]>} */
export function loadSubjects() {
  return Promise.all([OURS, PEER, OLDER_PEER].map(loadSubject));
}

function mortise({ createPlugin, compilePlugin }) {
  return {
    name: OURS,
    fromBytes: (wasm, functions = {}) => createPlugin(wasm, { functions }),
    async compile(wasm) {
      const compiled = await compilePlugin(wasm);
      return () => compiled.instantiate();
    },
  };
}

function extism(name, createPlugin) {
  const fromBytes = (wasm, functions = {}) => createPlugin({ wasm: [{ data: wasm }] }, { functions });
  return {
    name,
    fromBytes: name === OLDER_PEER ? async (...args) => withResets(await fromBytes(...args)) : fromBytes,
    async compile(wasm) {
      const module = await WebAssembly.compile(wasm);
      return () => createPlugin(module);
    },
  };
}

/**
 * Version 1.0.3 keeps every block of every call until someone resets it, and fails at the 32,768th: without this
 * it would not live to the end of a sample.
 */
function withResets(plugin) {
  let calls = 0;
  return {
    async call(name, input = new Uint8Array()) {
      if (calls++ % 1000 === 0 || input.length >= 65_536) await plugin.reset();
      return plugin.call(name, input);
    },
    reset: () => plugin.reset(),
    close: () => plugin.close(),
    unaided: plugin,
  };
}

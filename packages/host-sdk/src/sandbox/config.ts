/** A plugin's configuration: text by key, fixed at creation. Keys such as `constructor` are keys like any other. */
export type Config = ReadonlyMap<string, string>;

/** Freezes what manifest and options say into one map; later entries win. */
export function createConfig(...layers: readonly (Readonly<Record<string, string>> | undefined)[]): Config {
  return new Map(layers.flatMap((layer) => Object.entries(layer ?? {})));
}

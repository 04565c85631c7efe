import { takeText } from "./block.ts";
import { checkText } from "./bytes.ts";
import { natives } from "./natives.ts";
import { wellFormed } from "./text.ts";

/** Settings that the host gave to the plugin. Not available at top level, which runs when the plugin is built. */
export const Config = {
  /** The value of `key`, or null when the host set none. An empty value is the empty string. */
  get(key: string): string | null {
    checkText(key, "Config.get()'s key");
    const handle = natives.configGet(natives.storeText(wellFormed(key)));
    return handle === 0 ? null : takeText(handle);
  },

  /** The value of `key`, or `fallback` when the host set none. */
  getOr(key: string, fallback: string): string {
    return Config.get(key) ?? fallback;
  },
};

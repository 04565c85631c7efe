import { blockOfText, takeText } from "./blocks";
import * as env from "./env";

/** The plugin's configuration: text by key, set by the host or the manifest, fixed while the plugin lives. */
export class Config {
  /** The value of `key`, or `null` if it is not set. A value that is set and empty is `""`. */
  static get(key: string): string | null {
    return takeText(env.config_get(blockOfText(key)));
  }

  /** The value of `key`, or `fallback` if it is not set. */
  static getOr(key: string, fallback: string): string {
    const value = Config.get(key);
    return value === null ? fallback : value;
  }
}

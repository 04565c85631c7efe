import type { LogLevel as NativeLevel } from "../../sandbox/log.ts";
import type { LogLevel } from "./types.ts";

const LEVELS: Readonly<Record<LogLevel, NativeLevel>> = {
  trace: "trace",
  debug: "debug",
  info: "info",
  warn: "warn",
  error: "error",
  silent: "off",
};

/** @throws {TypeError} for what is not a log level */
export function toNativeLevel(level: LogLevel): NativeLevel {
  if (Object.hasOwn(LEVELS, level)) return LEVELS[level];
  throw new TypeError(`unrecognized log level "${level}"; expected one of ${Object.keys(LEVELS).join(", ")}`);
}

/** The name of a level as programs of the JavaScript SDK know it. */
export function fromNativeLevel(level: NativeLevel): LogLevel {
  return level === "off" ? "silent" : level;
}

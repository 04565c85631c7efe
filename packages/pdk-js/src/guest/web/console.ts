import { natives } from "../natives.ts";
import { defineGlobals } from "./define.ts";
import { formatArguments } from "./inspect.ts";

/** Levels as the ABI numbers them. */
const LEVEL = { trace: 0, debug: 1, info: 2, warn: 3, error: 4 } as const;

const SINKS = {
  trace: natives.logTrace,
  debug: natives.logDebug,
  info: natives.logInfo,
  warn: natives.logWarn,
  error: natives.logError,
} as const;

const counts = new Map<string, number>();
const timers = new Map<string, number>();
let indent = "";

function logger(level: keyof typeof LEVEL): (...args: unknown[]) => void {
  const sink = SINKS[level];
  return (...args) => {
    if (natives.getLogLevel() > LEVEL[level]) return;
    const text = indent + formatArguments(args).replaceAll("\n", `\n${indent}`);
    sink(natives.storeText(text.toWellFormed()));
  };
}

const info = logger("info");
const warn = logger("warn");
const error = logger("error");

/** The console standard's methods, onto the host's log levels: `log` is info, `trace` is trace with a stack. */
const console = {
  debug: logger("debug"),
  info,
  log: info,
  warn,
  error,
  dir: (value: unknown) => info(value),
  table: (value: unknown) => info(value),
  trace: (
    (log) =>
    (...args: unknown[]) =>
      log(...args, `\n${new Error().stack ?? ""}`.trimEnd())
  )(logger("trace")),
  assert(condition?: unknown, ...args: unknown[]): void {
    if (!condition) error("Assertion failed", ...args);
  },
  count(label = "default"): void {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    info(`${label}: ${counts.get(label)}`);
  },
  countReset: (label = "default") => void counts.delete(label),
  group(...args: unknown[]): void {
    if (args.length > 0) info(...args);
    indent += "  ";
  },
  groupEnd(): void {
    indent = indent.slice(2);
  },
  time: (label = "default") => void timers.set(label, natives.now()),
  timeLog(label = "default", ...args: unknown[]): void {
    const start = timers.get(label);
    if (start === undefined) warn(`Timer ${label} does not exist`);
    else info(`${label}: ${(natives.now() - start).toFixed(3)} ms`, ...args);
  },
  timeEnd(label = "default"): void {
    console.timeLog(label);
    timers.delete(label);
  },
};

defineGlobals({ console: Object.assign(console, { groupCollapsed: console.group }) });

import type { LogLevel, LogLine } from "./host.ts";

/** A console-like logger that remembers its lines, and the way to take them. */
export function recordLog(): { logger: Record<LogLevel, (text: string) => void>; takeLog: () => LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLevel) => (text: string) => {
    lines.push([level, text]);
  };
  return {
    logger: {
      trace: at("trace"),
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
    },
    takeLog: () => lines.splice(0),
  };
}

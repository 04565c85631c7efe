import { blockOfText } from "./blocks";
import * as env from "./env";

/** How much a log line matters, least first. */
export enum LogLevel {
  Trace,
  Debug,
  Info,
  Warn,
  Error,
}

/**
 * Log lines for the host. A line below the level that the host listens to costs one import call: its text is not
 * encoded. Where making the text is itself costly, ask `isEnabled` first.
 */
export class Log {
  /** Whether the host listens to lines of `level`. */
  static isEnabled(level: LogLevel): bool {
    // Unsigned: "off" is the largest number, which one host passes as -1.
    return <u32>level >= <u32>env.get_log_level();
  }

  static trace(text: string): void {
    if (Log.isEnabled(LogLevel.Trace)) env.log_trace(blockOfText(text));
  }

  static debug(text: string): void {
    if (Log.isEnabled(LogLevel.Debug)) env.log_debug(blockOfText(text));
  }

  static info(text: string): void {
    if (Log.isEnabled(LogLevel.Info)) env.log_info(blockOfText(text));
  }

  static warn(text: string): void {
    if (Log.isEnabled(LogLevel.Warn)) env.log_warn(blockOfText(text));
  }

  static error(text: string): void {
    if (Log.isEnabled(LogLevel.Error)) env.log_error(blockOfText(text));
  }
}

import { PluginError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** Log levels from the most to the least talkative; `off` drops everything. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "off";

/** Where log lines go; `console` fits. */
export interface Logger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The numbers that guests see for the levels (Extism ABI, `get_log_level`). */
const PRIORITY: Readonly<Record<LogLevel, number>> = {
  trace: 0,
  debug: 1,
  info: 2,
  warn: 3,
  error: 4,
  off: 0x7fff_ffff,
};

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function levelOf(priority: number): LogLevel {
  return (Object.keys(PRIORITY) as LogLevel[]).find((name) => PRIORITY[name] === priority) ?? "off";
}

/** Passes a plugin's log lines on, within the limits of a line and of a call. */
export class Log {
  readonly #logger: Logger | undefined;
  readonly #limits: Pick<Limits, "maxLogLineBytes" | "maxLogBytes">;
  #written = 0;
  #priority: number;

  /** Without a logger nothing is logged; with one, the default level is `info`. */
  constructor(
    logger: Logger | undefined,
    level: LogLevel | undefined,
    limits: Pick<Limits, "maxLogLineBytes" | "maxLogBytes">,
  ) {
    this.#logger = logger;
    this.#limits = limits;
    this.#priority = PRIORITY[logger ? (level ?? "info") : "off"];
  }

  /** The level as guests see it. */
  get priority(): number {
    return this.#priority;
  }

  /** The lowest level that is logged. Without a logger, nothing is, whatever the level. */
  get level(): LogLevel {
    return levelOf(this.#priority);
  }

  set level(level: LogLevel) {
    this.#priority = PRIORITY[level];
  }

  /** A log whose lines go nowhere, for guests that only ask for the level. */
  static atPriority(priority: number, limits: Pick<Limits, "maxLogLineBytes" | "maxLogBytes">): Log {
    return new Log({ trace() {}, debug() {}, info() {}, warn() {}, error() {} }, levelOf(priority), limits);
  }

  accepts(level: Exclude<LogLevel, "off">): boolean {
    return PRIORITY[level] >= this.#priority;
  }

  /** Starts the count of a new call. */
  beginCall(): void {
    this.#written = 0;
  }

  /**
   * Logs a line of UTF-8 bytes; what is longer than the line limit is cut.
   * @throws {PluginError} `OUTPUT_LIMIT` when the call has logged too much
   */
  write(level: Exclude<LogLevel, "off">, line: Uint8Array): void {
    if (!this.#logger || !this.accepts(level)) return;
    // An empty line is one as well: endlessly many would fill the application's log.
    this.#written += Math.max(line.byteLength, 1);
    if (this.#written > this.#limits.maxLogBytes) {
      throw new PluginError("OUTPUT_LIMIT", `the call logged more than ${this.#limits.maxLogBytes} bytes`);
    }
    this.#logger[level](this.#cut(line));
  }

  /** Logs a line of the host's own, outside the call's count. */
  note(level: Exclude<LogLevel, "off">, message: string): void {
    if (this.accepts(level)) this.#logger?.[level](message);
  }

  #cut(line: Uint8Array): string {
    const limit = this.#limits.maxLogLineBytes;
    if (line.byteLength <= limit) return decoder.decode(line);
    return `${decoder.decode(line.slice(0, limit))}… (${line.byteLength - limit} bytes cut)`;
  }
}

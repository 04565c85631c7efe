/** How errors become text: the name and message in the first line, the engine's stack frames below it. */

const MAX_CAUSES = 8;
/** Frames of the code that runs the exports: the same in every stack, and of no use to the author. */
const OWN_FRAMES = /\n? +at [^\n]*\(mortise:runtime:[^\n]*/g;

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly isPluginFailure?: unknown;
}

/** The text that the host gets. Never throws, whatever was thrown at it. */
export function describeThrown(thrown: unknown): string {
  try {
    return describe(thrown, MAX_CAUSES).toWellFormed();
  } catch {
    return "the plugin threw a value that cannot be described";
  }
}

function describe(thrown: unknown, causes: number): string {
  if (typeof thrown === "string") return thrown;
  if (typeof thrown !== "object" || thrown === null) return `thrown: ${String(thrown)}`;
  const { name, message, stack, cause, isPluginFailure } = thrown as ErrorLike;
  if (isPluginFailure === true) return String(message);
  if (message === undefined && stack === undefined) return `thrown: ${JSON.stringify(thrown)}`;
  const head = [name, message]
    .filter((part) => part !== undefined && part !== "")
    .map(String)
    .join(": ");
  const frames = typeof stack === "string" ? stack.trimEnd().replace(OWN_FRAMES, "") : "";
  const text = frames === "" ? head : `${head}\n${frames}`;
  return cause === undefined || causes === 0 ? text : `${text}\ncaused by: ${describe(cause, causes - 1)}`;
}

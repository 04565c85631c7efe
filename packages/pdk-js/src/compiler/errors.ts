/** One thing that is wrong with a plugin's source. */
export interface Problem {
  readonly message: string;
  /** The author's file, relative to the entry's folder; absent when no file is to blame. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** `file:line:column: message`, as editors and terminals make it clickable. */
export function formatProblem({ file, line, column, message }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return place === "" ? message : `${place}: ${message}`;
}

/** A plugin that could not be built. Its message lists every problem, one after the other. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join("\n"), options);
    this.problems = problems;
  }
}

/** Any function that wasm imports. */
// biome-ignore lint/suspicious/noExplicitAny: wasm passes numbers and bigints, as each import's signature says
export type ImportFunction = (...args: any[]) => unknown;

/** What stands around every import. */
export interface GuardHooks {
  /** Throws when a failure has been recorded before. */
  check(): void;
  /** Turns what the import returned into what wasm takes. */
  settle(value: unknown): unknown;
  /** Records a failure and returns what to throw. */
  fail(error: unknown): unknown;
}

/**
 * Wraps an import. Once per number of parameters and not with a rest parameter, whose array costs more than a short
 * host function. `run.length` decides: a function of rest parameters alone is called with all, while one that has
 * defaults, or a rest parameter after others, must not be given.
 */
export function guardImport(run: ImportFunction, { check, settle, fail }: GuardHooks): ImportFunction {
  switch (run.length) {
    case 1:
      return (a) => {
        check();
        try {
          return settle(run(a));
        } catch (error) {
          throw fail(error);
        }
      };
    case 2:
      return (a, b) => {
        check();
        try {
          return settle(run(a, b));
        } catch (error) {
          throw fail(error);
        }
      };
    case 3:
      return (a, b, c) => {
        check();
        try {
          return settle(run(a, b, c));
        } catch (error) {
          throw fail(error);
        }
      };
    default:
      return (...args) => {
        check();
        try {
          return settle(run(...args));
        } catch (error) {
          throw fail(error);
        }
      };
  }
}

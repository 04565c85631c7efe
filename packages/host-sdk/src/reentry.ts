/** Knows whether code runs inside a host function of one plugin, and so inside one of its calls. */
export interface ReentryScope {
  run<T>(run: () => T): T;
  isInside(): boolean;
}

/**
 * By the depth of the stack alone, where the platform tells no more: a call that a host function makes after it
 * waited for something is not recognised, and waits for itself until the timeout.
 */
export function createStackReentryScope(): ReentryScope {
  let depth = 0;
  return {
    run(run) {
      depth++;
      try {
        return run();
      } finally {
        depth--;
      }
    },
    isInside: () => depth > 0,
  };
}

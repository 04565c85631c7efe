import { natives } from "../natives.ts";

/** `performance` and `Math.random` of the engine would keep their origin and seed from the build. Ours do not. */
export function installClock(): void {
  Math.random = () => natives.random();
  const performance = {
    now: () => natives.now(),
    get timeOrigin() {
      return natives.timeOrigin();
    },
    toJSON: () => ({ timeOrigin: natives.timeOrigin() }),
    [Symbol.toStringTag]: "Performance",
  };
  Object.defineProperty(globalThis, "performance", {
    value: performance,
    writable: true,
    configurable: true,
  });
}

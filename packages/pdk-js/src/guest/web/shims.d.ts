/** Packages whose types are missing, or not reachable through their `exports`. */
declare module "core-js-pure/stable/url" {
  const URL: unknown;
  export default URL;
}
declare module "core-js-pure/stable/url-search-params" {
  const URLSearchParams: unknown;
  export default URLSearchParams;
}
declare module "core-js-pure/stable/structured-clone" {
  const structuredClone: unknown;
  export default structuredClone;
}
declare module "event-target-shim" {
  export const Event: typeof globalThis.Event;
  export const EventTarget: typeof globalThis.EventTarget;
}

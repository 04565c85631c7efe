/** What is wrong with `value` as an exported function, or undefined when it is one that the host can call. */
export function exportProblem(value: unknown): string | undefined {
  if (typeof value !== "function") return `is ${article(value)}, not a function`;
  const prototype = Object.getOwnPropertyDescriptor(value, "prototype");
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind === "GeneratorFunction" || kind === "AsyncGeneratorFunction")
    return "is a generator, which no host can drive";
  // Only a class has a `prototype` that cannot be replaced.
  if (prototype !== undefined && prototype.writable === false) return "is a class, which cannot be called";
  return undefined;
}

function article(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

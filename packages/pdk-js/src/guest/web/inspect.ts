/** A readable form of any value for log lines. Not a parser's input: it may be cut short. */

const MAX_DEPTH = 4;
const MAX_ITEMS = 100;

export function formatArguments(args: readonly unknown[]): string {
  return args.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ");
}

export function inspect(value: unknown, depth = 0, seen: readonly unknown[] = []): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name === "" ? "(anonymous)" : value.name}]`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (seen.includes(value)) return "[circular]";
  if (value instanceof Error) return `${value.name}: ${value.message}\n${value.stack ?? ""}`.trimEnd();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (depth === MAX_DEPTH) return Array.isArray(value) ? "[…]" : "{…}";
  return inspectObject(value, depth, [...seen, value]);
}

function inspectObject(value: object, depth: number, seen: readonly unknown[]): string {
  const one = (item: unknown): string => inspect(item, depth + 1, seen);
  if (Array.isArray(value)) return list("[", value.length, value, one, "]");
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const view = value as unknown as ArrayLike<number>;
    return list(
      `${value.constructor.name}(${view.length}) [`,
      view.length,
      Array.from(view).slice(0, MAX_ITEMS + 1),
      one,
      "]",
    );
  }
  if (value instanceof Map) {
    return list(
      `Map(${value.size}) {`,
      value.size,
      [...value],
      ([key, item]) => `${one(key)} => ${one(item)}`,
      "}",
    );
  }
  if (value instanceof Set) return list(`Set(${value.size}) {`, value.size, [...value], one, "}");
  const name = (value.constructor as { name?: string } | undefined)?.name;
  const entries = Object.entries(value);
  const head = name === undefined || name === "Object" ? "{" : `${name} {`;
  return list(head, entries.length, entries, ([key, item]) => `${key}: ${one(item)}`, "}");
}

function list<T>(
  open: string,
  size: number,
  items: readonly T[],
  format: (item: T) => string,
  close: string,
): string {
  if (size === 0) return `${open}${close}`;
  const shown = items.slice(0, MAX_ITEMS).map(format).join(", ");
  const rest = size > MAX_ITEMS ? `, … ${size - MAX_ITEMS} more` : "";
  return `${open} ${shown}${rest} ${close}`;
}

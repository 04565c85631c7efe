import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** A store of bytes by key that outlives the process. */
export interface Store {
  readonly kind: string;
  get(key: string): Uint8Array | undefined;
  set(key: string, value: Uint8Array): void;
  close(): void;
}

/** Opens the store: a database of `node:sqlite` where Node has it (22.13 and later), else a JSON file. */
export async function openStore(path: string): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true });
  try {
    return openDatabase(`${path}.sqlite`, await import("node:sqlite" as string));
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_UNKNOWN_BUILTIN_MODULE") throw error;
    return openFile(`${path}.json`);
  }
}

/** The part of `node:sqlite` that is used; Node 20 does not have the module, nor its types. */
interface Sqlite {
  readonly DatabaseSync: new (
    path: string,
  ) => {
    exec(sql: string): void;
    prepare(sql: string): { get(...values: unknown[]): unknown; run(...values: unknown[]): unknown };
    close(): void;
  };
}

function openDatabase(path: string, { DatabaseSync }: Sqlite): Store {
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB NOT NULL)");
  const read = database.prepare("SELECT value FROM entries WHERE key = ?");
  const write = database.prepare(
    "INSERT INTO entries VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  return {
    kind: "node:sqlite",
    get: (key) => (read.get(key) as { value: Uint8Array } | undefined)?.value,
    set: (key, value) => void write.run(key, value),
    close: () => database.close(),
  };
}

function openFile(path: string): Store {
  const entries = new Map<string, string>(
    existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as [string, string][]) : [],
  );
  return {
    kind: "a JSON file",
    get(key) {
      const value = entries.get(key);
      return value === undefined ? undefined : Buffer.from(value, "base64");
    },
    set(key, value) {
      entries.set(key, Buffer.from(value).toString("base64"));
      writeFileSync(path, JSON.stringify([...entries]));
    },
    close() {},
  };
}

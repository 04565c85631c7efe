import { error } from "./error";

/**
 * What `throw`, a failed `assert` and the runtime's own checks end in: reports message, file and line as the call's
 * error, then traps. `plugin.json` puts it in the place of AssemblyScript's `env.abort` import.
 */
export function abort(
  message: string | null = null,
  file: string | null = null,
  line: u32 = 0,
  column: u32 = 0,
): void {
  const what = message === null ? "abort" : message;
  const where = file === null ? "an unknown file" : file;
  error(what + " (" + where + ":" + line.toString() + ":" + column.toString() + ")");
  unreachable();
}

/** Stock plugins name an `abort` of their own; without one they would import `env.abort`. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  unreachable();
}

import { ignoringErrors, onEveryday, type Program, text } from "./program.ts";

/** How calls fail, and what comes after. */
export const FAILURES: readonly Program[] = [
  onEveryday("fails with the guest's error", (plugin) => plugin.call("fail", "it broke")),
  onEveryday("prefers the guest's error to its output", (plugin) => plugin.call("fail_with_output", "both")),
  onEveryday("refuses an unknown export", (plugin) => plugin.call("nowhere")),
  onEveryday("refuses an export that is no function", (plugin) => plugin.call("answer")),
  { ...onEveryday("fails when the guest traps", (plugin) => plugin.call("trap")), ownMessage: true },
  onEveryday("works on after an error", async (plugin) => [
    await ignoringErrors(plugin.call("fail", "no")),
    await text(plugin, "echo", "yes"),
  ]),
  onEveryday("works on after a trap", async (plugin) => [
    await ignoringErrors(plugin.call("trap")),
    await text(plugin, "echo", "yes"),
  ]),
  onEveryday("is idle after a call to an unknown export", async (plugin) => [
    await ignoringErrors(plugin.call("nowhere")),
    await text(plugin, "echo", "yes"),
  ]),
  onEveryday("cannot leave out a 64-bit parameter", (plugin) => plugin.call("with_wide_parameter")),
];

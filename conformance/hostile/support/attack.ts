import {
  createPlugin,
  type ErrorCode,
  type Plugin,
  type PluginError,
  type PluginInput,
  type PluginOptions,
} from "@mortise/host-sdk";
import { expect, test } from "vitest";
import { expectFailure } from "../../test/witness.ts";

/** The two places where a plugin can run. */
export const PLACES = ["thread", "worker"] as const;
export type Place = (typeof PLACES)[number];

/** Whether this platform can suspend a guest on the caller's thread while a promise is pending. */
export const SUSPENDS: boolean = "Suspending" in WebAssembly;

/** Declares an attack, once per place where a plugin can run. */
export function attack(what: string, run: (place: Place) => Promise<void>): void {
  test.each(PLACES)(`${what} (in a %s)`, run);
}

/** Declares an attack whose guest waits for a promise: on the thread only where the platform can suspend it. */
export function waitingAttack(what: string, run: (place: Place) => Promise<void>): void {
  test.each(PLACES.filter((place) => place === "worker" || SUSPENDS))(`${what} (in a %s)`, run);
}

type Source = Parameters<typeof createPlugin>[0];

/** Creates a plugin where the attack is to take place, and closes it. */
export async function withPlugin(
  place: Place,
  source: Source,
  options: PluginOptions,
  use: (plugin: Plugin) => Promise<void>,
): Promise<void> {
  await using plugin = await createPlugin(source, { ...options, isolation: place });
  expect(plugin.isolation).toBe(place);
  await use(plugin);
}

/** What a call must end with. */
export interface Ending {
  readonly code: ErrorCode;
  readonly says?: string;
  readonly input?: PluginInput;
}

/** Attacks twice, since the second attack meets what the first has left; a harmless call works after each. */
export async function survives(plugin: Plugin, name: string, ending: Ending): Promise<PluginError> {
  const { code, says = "", input } = ending;
  await expectFailure(plugin.call(name, input), code, says);
  await expectFine(plugin);
  const error = await expectFailure(plugin.call(name, input), code, says);
  await expectFine(plugin);
  return error;
}

/** Expects that the guest's export `fine`, which does nothing, can be called. */
export async function expectFine(plugin: Plugin): Promise<void> {
  expect((await plugin.call("fine")).length).toBe(0);
}

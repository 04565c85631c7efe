import * as peer from "@extism/extism";
import * as mortise from "@mortise/host-sdk/extism";

/** What a program imports. */
export type Sdk = Pick<typeof mortise, "createPlugin" | "newPlugin" | "CAPABILITIES" | "default">;

export const ours: Sdk = mortise;
// How far the types agree, types.ts checks.
export const theirs: Sdk = peer as unknown as Sdk;

export type Options = mortise.ExtismPluginOptions;
export type Plugin = mortise.Plugin;

/** How a program ended: with a value, or with an error. */
export type Ending = { readonly value: unknown } | { readonly error: unknown };

/** Runs a program to its end. */
export async function endingOf(program: () => Promise<unknown>): Promise<Ending> {
  try {
    return { value: await program() };
  } catch (error) {
    return { error };
  }
}

/** An ending as something to compare: of an error, the message. */
export function comparable(ending: Ending): unknown {
  if (!("error" in ending)) return ending;
  return { error: ending.error instanceof Error ? ending.error.message : ending.error };
}

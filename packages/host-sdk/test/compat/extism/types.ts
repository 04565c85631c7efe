// Compiled, never run: each line holds only while the two packages agree on a type.
import type * as Peer from "@extism/extism";
import type * as Mortise from "@mortise/host-sdk/extism";

/** Compiles only where every value of type `From` is one of type `To`. */
type Assignable<_From extends To, To> = true;

/**
 * The peer's `PluginOutput` without its `#private` member, for which TypeScript takes no other package's value for
 * one of that class; and with the members of `DataView`, which its declaration loses from TypeScript 5.9 on, where
 * `DataView` has a type parameter.
 */
type Output = { [Name in keyof Peer.PluginOutput]: Peer.PluginOutput[Name] } & DataView;

type WithOutput<T> =
  T extends Promise<infer Value> ? Promise<WithOutput<Value>> : T extends Peer.PluginOutput ? Output : T;

/** A class or interface of the peer, without `#private` members, whose methods return {@link Output}. */
type Public<T> = {
  [Name in keyof T]: T[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => WithOutput<Result>
    : T[Name];
};

/** What is public of the peer's context: its members with a symbol as their name are hidden. */
type PublicContext = Pick<Public<Peer.CallContext>, Exclude<keyof Peer.CallContext & string, "hostContext">> &
  Pick<Peer.CallContext, "hostContext">; // generic, which a mapped type does not keep

type Options<T> = Omit<T, "functions">;
type Context<T extends { functions?: unknown }> =
  NonNullable<T["functions"]> extends {
    [namespace: string]: { [name: string]: (context: infer C, ...args: infer _) => unknown };
  }
    ? C
    : never;

/** Ours where theirs is asked for. */
export type Forth = [
  Assignable<Mortise.ManifestLike, Peer.ManifestLike>,
  Assignable<Mortise.Manifest, Peer.Manifest>,
  Assignable<Mortise.ManifestWasm, Peer.ManifestWasm>,
  Assignable<Mortise.ManifestWasmData, Peer.ManifestWasmData>,
  Assignable<Mortise.ManifestWasmModule, Peer.ManifestWasmModule>,
  Assignable<Mortise.ManifestWasmPath, Peer.ManifestWasmPath>,
  Assignable<Mortise.ManifestWasmResponse, Peer.ManifestWasmResponse>,
  Assignable<Mortise.ManifestWasmUrl, Peer.ManifestWasmUrl>,
  Assignable<Mortise.MemoryOptions, Peer.MemoryOptions>,
  Assignable<Mortise.PluginConfig, Peer.PluginConfig>,
  Assignable<Mortise.PluginConfigLike, Peer.PluginConfigLike>,
  Assignable<Mortise.LogLevel, Peer.LogLevel>,
  Assignable<Mortise.Capabilities, Peer.Capabilities>,
  Assignable<Options<Mortise.ExtismPluginOptions>, Options<Peer.ExtismPluginOptions>>,
  Assignable<Mortise.PluginOutput, Output>,
  Assignable<Mortise.Plugin, Public<Peer.Plugin>>,
  Assignable<Mortise.CurrentPlugin, PublicContext>,
  Assignable<Mortise.CurrentPlugin, Context<Mortise.ExtismPluginOptions>>,
];

/** Theirs where ours is asked for. */
export type Back = [
  Assignable<Peer.ManifestLike, Mortise.ManifestLike>,
  Assignable<Peer.Manifest, Mortise.Manifest>,
  Assignable<Peer.ManifestWasm, Mortise.ManifestWasm>,
  Assignable<Peer.MemoryOptions, Mortise.MemoryOptions>,
  Assignable<Peer.LogLevel, Mortise.LogLevel>,
  Assignable<Peer.Capabilities, Mortise.Capabilities>,
  Assignable<Options<Peer.ExtismPluginOptions>, Mortise.ExtismPluginOptions>,
  Assignable<Output, Mortise.PluginOutput>,
  Assignable<PublicContext, Mortise.CurrentPlugin>,
  Assignable<PublicContext, Mortise.CallContext>,
  Assignable<Public<Peer.Plugin>, Mortise.Plugin>,
  Assignable<Parameters<typeof Peer.createPlugin>[0], Parameters<typeof Mortise.createPlugin>[0]>,
  Assignable<typeof Peer.CAPABILITIES, typeof Mortise.CAPABILITIES>,
];

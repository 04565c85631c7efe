import { Packr, Unpackr } from "msgpackr";
import { natives } from "./natives.ts";

// Plain MessagePack: no record extension, which other decoders would not know.
const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false });

/** The input decoded as MessagePack. The type parameter is a claim of yours. @throws Error when it is malformed. */
export function inputMsgpack<T = unknown>(): T {
  return unpackr.unpack(natives.inputBytes()) as T;
}

/** Sets the result of this call to `value` as MessagePack. */
export function outputMsgpack(value: unknown): void {
  natives.outputBytes(packr.pack(value));
}

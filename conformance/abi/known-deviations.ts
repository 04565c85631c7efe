import { error, i64, text } from "./case.ts";
import { deviations } from "./deviation.ts";

const BOUNDS = error("any", "Offset is outside the bounds of the DataView");
const UNDEFINED = error("any", "Cannot convert undefined to a BigInt");
const SIZE = error("any", "Invalid array buffer length");
const EXIT = error("any", "kExitCode");
const NO_MAIN = { refused: error("any", 'must designate one "main" module') };
const NO_IMPORT = {
  refused: error("any", '"extism:host/env" is a host module, but does not contain "input_set"'),
};

/** Where `@extism/extism` 2.0.0-rc13 does not follow the ABI, with what it does instead. */
export const knownDeviations = [
  ...deviations("alloc makes a block of no bytes, and throws where JavaScript cannot make a buffer", {
    "memory: alloc of 0 gives 0": [i64(1n << 48n)],
    "memory: alloc of 8 PiB bytes gives 0": [SIZE],
    "memory: alloc of -1 bytes gives 0": [SIZE],
    "memory: alloc of 2^63 - 1 bytes gives 0": [SIZE],
  }),
  ...deviations("the null handle names a block of one byte, which can be read, written, freed and output", {
    "memory: the null handle has no length": [i64(1, 1)],
    "memory: no block is at 0": [i64(1, 1)],
    "memory: store_u8 at 0 changes nothing": [i64(255, 42)],
    "memory: no block is at 4 GiB": [i64(1, 1)],
    "output: null and 0 is empty": [text("\0")],
    "output: null and 0 takes back what was set": [text("\0")],
    "output: a range outside memory fails the call, which is not the last (at_null)": [
      text("\0"),
      text("abcdefgh"),
    ],
    "output: a range outside memory fails the call, which is not the last (beyond_memory)": [
      text("\0"),
      text("abcdefgh"),
    ],
    "error: 0 clears it": [error("any", "Plugin-originated error: \0")],
    "error: error_get gives what was set": [error("any", "Plugin-originated error: \0")],
  }),
  ...deviations(
    "a handle is looked up by its upper 16 bits, so that every address in a block is its handle",
    {
      "memory: an address inside a block is no handle": [i64(16, 16)],
      "memory: free inside a block does nothing": [i64(0)],
    },
  ),
  ...deviations("16 bits number the blocks, and a number from 32,768 on turns negative", {
    "memory: free of null, of what is no handle and of what is freed does nothing": [
      error("any", "cannot assign to this block"),
    ],
    "memory: 40,000 blocks live at once": [UNDEFINED],
  }),
  ...deviations("an access outside a block throws the DataView's error", {
    "memory: load_u64 at 0 gives 0": [BOUNDS],
    "memory: store_u64 at 0 changes nothing": [BOUNDS],
    "memory: load_u8 at 4 GiB gives 0": [BOUNDS],
    "memory: load_u64 at 4 GiB gives 0": [BOUNDS],
    "memory: store_u8 at 4 GiB changes nothing": [BOUNDS],
    "memory: store_u64 at 4 GiB changes nothing": [BOUNDS],
    "input: u8 past the end is 0": [BOUNDS],
    "input: u64 past the end is 0, also where the index wraps": [BOUNDS],
  }),
  ...deviations("load_u64 without a block gives undefined, which is no i64", {
    "memory: load_u64 at -1 gives 0": [UNDEFINED],
    "memory: store_u64 at -1 changes nothing": [UNDEFINED],
    "memory: load_u64 at 2^63 - 1 gives 0": [UNDEFINED],
    "memory: store_u64 at 2^63 - 1 changes nothing": [UNDEFINED],
    "memory: load_u64 at -2^63 gives 0": [UNDEFINED],
    "memory: store_u64 at -2^63 changes nothing": [UNDEFINED],
  }),
  ...deviations("the kernel functions that only the runtime in Rust exposes are absent", {
    "kernel: input_set replaces the input": NO_IMPORT,
    "kernel: output_offset and output_length tell what output_set was given": NO_IMPORT,
    "kernel: reset frees every block": NO_IMPORT,
    "kernel: every block lies within memory_bytes": NO_IMPORT,
    "kernel: the end of memory is a bound": NO_IMPORT,
    "kernel: an output beyond the end of memory fails the call": NO_IMPORT,
  }),
  ...deviations("output_set takes the block and forgets the range", {
    "output: the beginning of a block": [text("abcdefgh")],
    "output: a range inside a block": [text("abcdefgh")],
    "output: a range outside memory fails the call, which is not the last (negative_length)": [
      text("abcdefgh"),
      text("abcdefgh"),
    ],
  }),
  ...deviations("a trap comes before the error text", {
    "error: a trap does not hide it": [error("any", "unreachable")],
    "pdk-assemblyscript: an exception reports its message, file and line": [
      error("any", "unreachable"),
      text("recovered"),
      error("any", "unreachable"),
      error("any", "unreachable"),
    ],
  }),
  ...deviations("return codes are ignored", {
    "result: another return code is a failure": [text("")],
    "result: return codes are signed": [text("")],
    "pdk-assemblyscript: a return code alone is a failure": [text("")],
    "result: a failure reported in the ordinary way leaves the guest its state": [
      i64(1),
      error("any", "out of cheese"),
      i64(3),
      text(""),
      i64(5),
    ],
  }),
  ...deviations("an instance is used again after its call was cut off", {
    "result: a trap costs the guest its state": [i64(1), error("any", "unreachable"), i64(3), i64(4)],
    "functions: what one throws costs the guest its state": [
      i64(1),
      error("any", "the store is closed"),
      i64(3),
    ],
  }),
  ...deviations("an export of any signature is called, without arguments", {
    "exports: what has a parameter cannot be called (takes_i32), and the next call works": [
      text(""),
      text("done"),
    ],
    "exports: what has a parameter and a result cannot be called (takes_i64_gives_i32), and the next call works":
      [UNDEFINED, text("done")],
    "exports: what returns an i64 cannot be called (gives_i64), and the next call works": [
      text(""),
      text("done"),
    ],
    "exports: what returns an f64 cannot be called (gives_f64), and the next call works": [
      text(""),
      text("done"),
    ],
    "exports: what returns two values cannot be called (gives_two), and the next call works": [
      text(""),
      text("done"),
    ],
  }),
  ...deviations("config keys are looked up along the prototype chain", {
    "config: constructor is no key": [error("any", "Cannot convert function Object()")],
    "config: toString is no key": [error("any", "Cannot convert function toString()")],
  }),
  ...deviations("what is no handle is no key and no value, and no line to log", {
    "config: what is no handle fails the call": [text("")],
    "config: a freed key fails the call": [text("")],
    "vars: what is no handle fails the call (get_wild)": [text(""), i64(-1)],
    "vars: what is no handle fails the call (set_wild_key)": [text(""), i64(-1)],
    "vars: what is no handle fails the call (set_wild_value)": [text(""), i64(-1)],
    "log: what is no handle fails the call": [text("")],
  }),
  ...deviations("var_set leaves key and value to the guest", {
    "vars: var_set consumes key and value": [i64(1, 1)],
  }),
  ...deviations("var_get gives the var's own buffer", {
    "vars: var_get gives a copy": [text(""), text("!alue")],
  }),
  ...deviations("max_var_bytes counts values only, has no default, and 0 means no limit", {
    "vars: the limit counts keys and values": [
      text(""),
      text(""),
      text("b".repeat(16)),
      error("any", "var memory limit"),
    ],
    "vars: a limit of 0 disables them": [text(""), i64(1)],
    "vars: the limit is 1 MiB by default": [text(""), text("")],
  }),
  ...deviations("__wasm_call_ctors is never called", {
    "startup: __wasm_call_ctors runs once": [i64(0), i64(0)],
    "startup: a trap in __wasm_call_ctors refuses the plugin": [],
    "startup: every linked module starts up": [i64(0), i64(0)],
  }),
  ...deviations("without WASI, hs_init replaces _initialize", {
    "startup: hs_init(0, 0) follows _initialize": [i64(3), i64(3)],
    "startup: hs_init needs _initialize": [i64(3), i64(3)],
  }),
  ...deviations("without WASI, _start runs at start-up", {
    "startup: _start does not run": [i64(4), i64(4)],
    "startup: _start can be called, and the instance is new after it": [text(""), i64(44)],
  }),
  ...deviations("a named module is no main module unless it is called main", {
    "linking: one module may have any name": NO_MAIN,
    "linking: the last module is main, also under another name": NO_MAIN,
  }),
  ...deviations("an exit of any code fails the call with a private symbol of node:wasi", {
    "wasi: proc_exit(0) is success, with the output that was set": [EXIT],
    "wasi: another exit code is a failure": [EXIT],
    "wasi: an exit does not hide an error text": [EXIT],
    "wasi: an exit costs the guest its state": [i64(1), EXIT, i64(2)],
  }),
  ...deviations("in a cycle, an import of a module forgets the import before it", {
    "linking: several functions may cross a cycle": {
      refused: error("any", "function import requires a callable"),
    },
  }),
  ...deviations("max_pages covers kernel blocks only", {
    "limits: a linear memory grows up to its cap, and no further": [i64(1), i64(4), i64(5)],
    "limits: a linear memory never takes a step beyond the cap": [i64(1)],
    "limits: a guest that traps for want of linear memory has reached the limit": [i64(1), text(""), i64(5)],
    "limits: a module that starts above the cap is refused, with both numbers": [],
    "limits: a library has the cap, too": [error("any", "unreachable")],
    "limits: an imported memory has the cap, too": [error("any", "unreachable")],
  }),
  ...deviations("alloc beyond max_pages keeps the block that it refuses", {
    "limits: the kernel's memory has the cap, too": [i64(1), BOUNDS, i64(1)],
  }),
  ...deviations("return codes are ignored, those of a guest out of memory too", {
    "limits: a guest that fails for want of a block has reached the limit": [text("")],
  }),
];

// Gives the host's copy functions the wasm signatures that a guest's table needs. An address is 64 bits wide in the
// ABI, while every block lies below 4 GiB: what does not fit becomes 0, which no block has.
// @ts-ignore: decorator
@external("host", "input")
declare function hostInput(target: u32, offset: u32, length: u32): void;
// @ts-ignore: decorator
@external("host", "output")
declare function hostOutput(source: u32, length: u32): void;
// @ts-ignore: decorator
@external("host", "load")
declare function hostLoad(target: u32, address: u32, length: u32): void;
// @ts-ignore: decorator
@external("host", "store")
declare function hostStore(address: u32, source: u32, length: u32): void;

// @ts-ignore: decorator
@inline
function narrow(address: u64): u32 {
  return address >> 32 ? 0 : <u32>address;
}

export function input(target: u32, offset: u32, length: u32): void {
  hostInput(target, offset, length);
}

export function output(source: u32, length: u32): void {
  hostOutput(source, length);
}

export function load(target: u32, address: u64, length: u32): void {
  hostLoad(target, narrow(address), length);
}

export function store(address: u64, source: u32, length: u32): void {
  hostStore(narrow(address), source, length);
}

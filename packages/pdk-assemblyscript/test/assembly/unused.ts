import "@mortise/pdk-assemblyscript";

export function answer(): i32 {
  return 42;
}

// asc looks for a package's index.ts at its root.
export * from "./assembly/index";

import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Whether there is a Go toolchain that can build libraries (1.24 and later). */
export const hasGo: boolean = /go1\.(2[4-9]|[3-9]\d)/.test(
  spawnSync("go", ["version"], { encoding: "utf8" }).stdout ?? "",
);

const SOURCE = `package main

import (
	"fmt"
	"os"
	"time"
)

//go:wasmexport greet
func greet() int32 {
	name, err := os.ReadFile("/data/name.txt")
	if err != nil {
		return 1
	}
	done := make(chan []byte)
	go func() { time.Sleep(time.Millisecond); done <- name }()
	fmt.Printf("%s, %s!\\n", os.Getenv("GREETING"), <-done)
	if os.MkdirAll("/data/out", 0o755) != nil || os.WriteFile("/data/out/greeted.txt", name, 0o644) != nil {
		return 2
	}
	return 0
}

//go:wasmexport quit
func quit() { os.Exit(7) }

func main() {}
`;

let built: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** A WASI reactor (`-buildmode=c-shared`), built once. */
export function buildGo(): Promise<Uint8Array<ArrayBuffer>> {
  built ??= build();
  return built;
}

async function build(): Promise<Uint8Array<ArrayBuffer>> {
  const folder = await mkdtemp(join(tmpdir(), "mortise-go-"));
  try {
    const [source, wasm] = [join(folder, "main.go"), join(folder, "main.wasm")];
    await writeFile(source, SOURCE);
    await promisify(execFile)(
      "go",
      ["build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o", wasm, source],
      {
        env: { ...process.env, GOOS: "wasip1", GOARCH: "wasm", GO111MODULE: "off" },
      },
    );
    return new Uint8Array(await readFile(wasm));
  } finally {
    await rm(folder, { recursive: true });
  }
}

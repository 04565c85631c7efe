/**
 * Runs the official WASI test suite (https://github.com/WebAssembly/wasi-testsuite) on our WASI layer.
 *
 *   node scripts/wasi-testsuite.mjs <folder>      a folder with one folder of .wasm files per language
 *
 * Beside `x.wasm` may lie `x.json`: `args`, `env`, `root` (a folder, a fresh copy of which is preopened as
 * `/`), `exit_code` (default 0), `stdout` and `stderr` (compared exactly, if present). Every test runs on a
 * host directory and in memory, in a process of its own, for at most 10 seconds.
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { nodeFiles } from "../packages/host-sdk/dist/runtime/node-files.js";
import { allowedPathPreopens, memoryFileSystem } from "../packages/host-sdk/dist/sandbox/fs/index.js";
import { createWasi, isWasiExit } from "../packages/host-sdk/dist/sandbox/wasi/index.js";

const TIMEOUT_MS = 10_000;
const TRAPPED = 134;
const BACKENDS = ["host directory", "memory"];

const [, script, first, ...rest] = process.argv;
if (first === "--run") await runOne(JSON.parse(rest[0]));
else if (first === undefined) {
  console.error("usage: npm run wasi-testsuite -- <folder of the suite, one folder of .wasm per language>");
  process.exitCode = 2;
} else process.exitCode = await runSuite(resolve(first));

/** Runs a single test in this process, with its streams as the guest's. */
async function runOne({ wasm, args, env, root, backend }) {
  const write = (fd) => (chunk) => {
    for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
  };
  const options = { args: [basename(wasm), ...args], env, stdout: write(1), stderr: write(2) };
  const onHost = backend === BACKENDS[0];
  const wasi = createWasi({
    options: root !== undefined && !onHost ? { ...options, fs: { "/": loadIntoMemory(root) } } : options,
    preopens:
      root !== undefined && onHost
        ? allowedPathPreopens([{ host: root, guest: "/", readOnly: false }], nodeFiles)
        : [],
  });
  let memory;
  const imports = wasi.bind(() => memory);
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), imports);
  memory = instance.exports.memory;
  try {
    wasi.beginCall();
    instance.exports._start();
    wasi.endCall();
  } catch (error) {
    if (!isWasiExit(error)) console.error(error);
    process.exitCode = isWasiExit(error) ? error.code & 0xff : TRAPPED;
  } finally {
    wasi.close();
  }
}

function loadIntoMemory(root) {
  const fileSystem = memoryFileSystem();
  copyInto(fileSystem.open(), root);
  return fileSystem;
}

function copyInto(directory, folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) directory.createLink(name, readlinkSync(path));
    else if (stat.isDirectory()) {
      directory.createDirectory(name);
      copyInto(directory.openDirectory(name), path);
    } else {
      const file = directory.openFile(name, { write: true, create: true, exclusive: true, truncate: false });
      file.write(readFileSync(path), 0);
      file.close();
    }
  }
}

/** Runs all tests below a folder and prints the counts; returns the exit code. */
async function runSuite(folder) {
  const tests = findTests(folder);
  if (tests.length === 0) {
    console.error(`no .wasm files below ${folder}`);
    return 2;
  }
  let failed = 0;
  for (const backend of BACKENDS) {
    const results = await runAll(tests, backend);
    failed += report(backend, results);
  }
  return failed === 0 ? 0 : 1;
}

function findTests(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((entry) => entry.isFile() && entry.name.endsWith(".wasm"))
    .map((entry) => {
      const wasm = join(entry.parentPath ?? entry.path, entry.name);
      const config = wasm.replace(/\.wasm$/, ".json");
      const expected = existsSync(config) ? JSON.parse(readFileSync(config, "utf8")) : {};
      return { wasm, language: languageOf(folder, wasm), name: basename(wasm, ".wasm"), expected };
    })
    .sort((a, b) => a.wasm.localeCompare(b.wasm));
}

/** The first folder below the suite's, or that folder's own name. */
function languageOf(folder, wasm) {
  const [language] = wasm.slice(folder.length + 1).split("/");
  return language.endsWith(".wasm") ? basename(folder) : language;
}

async function runAll(tests, backend) {
  const results = [];
  for (const test of tests) results.push({ ...test, failure: await failureOf(test, backend) });
  return results;
}

/** Why a test failed, or `undefined`. */
async function failureOf({ wasm, expected }, backend) {
  const { args = [], env = {}, root, exit_code: exitCode = 0 } = expected;
  const scratch = mkdtempSync(join(tmpdir(), "wasi-testsuite-"));
  try {
    const copy = root === undefined ? undefined : join(scratch, "root");
    if (copy !== undefined) copyRoot(join(dirname(wasm), root), copy);
    const got = await spawnTest({ wasm, args, env, root: copy, backend });
    if (got.timedOut) return `no end within ${TIMEOUT_MS / 1000} s`;
    if (got.exitCode !== exitCode)
      return `exit code ${got.exitCode}, expected ${exitCode}\n${got.stderr.trim()}`;
    for (const stream of ["stdout", "stderr"]) {
      if (expected[stream] !== undefined && expected[stream] !== got[stream]) {
        return `${stream} ${JSON.stringify(got[stream])}, expected ${JSON.stringify(expected[stream])}`;
      }
    }
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function copyRoot(from, to) {
  if (existsSync(from)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  else mkdirSync(to);
}

function spawnTest(test) {
  return new Promise((resolvePromise, reject) => {
    const child = spawn(process.execPath, [script, "--run", JSON.stringify(test)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, TIMEOUT_MS);
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8").on("data", (text) => {
        output[stream] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      resolvePromise({ exitCode, timedOut, ...output });
    });
  });
}

/** Prints the counts of a backend and each failure; returns how many there were. */
function report(backend, results) {
  const failures = results.filter(({ failure }) => failure !== undefined);
  console.log(`${backend}: ${results.length - failures.length} of ${results.length}`);
  for (const language of new Set(results.map((result) => result.language))) {
    const own = results.filter((result) => result.language === language);
    console.log(
      `  ${language}: ${own.filter(({ failure }) => failure === undefined).length} of ${own.length}`,
    );
  }
  for (const { language, name, failure } of failures) console.log(`  ✗ ${language}/${name}: ${failure}`);
  return failures.length;
}

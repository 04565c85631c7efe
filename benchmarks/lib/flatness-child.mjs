/**
 * Makes 1,000,000 calls on one plugin and prints the resident memory on the way, as JSON. A process of its own, so
 * that nobody else's garbage is counted; needs `--expose-gc`.
 */
import { readGuest } from "./guests.mjs";
import { loadSubject } from "./subjects.mjs";

const [subjectName] = process.argv.slice(2);
const MARKS = [0, 100_000, 1_000_000];

async function residentMiB() {
  // Twice with a turn of the event loop in between: what finalisers release is gone only then.
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage.rss() / 2 ** 20;
}

const subject = await loadSubject(subjectName);
const opened = await subject.fromBytes(readGuest("stock-echo"));
const plugin = opened.unaided ?? opened;
const input = new Uint8Array(64).fill(7);
const resident = [];
let calls = 0;
let failure;
let failedAt;
try {
  for (const mark of MARKS) {
    for (; calls < mark; calls++) await plugin.call("echo", input);
    resident.push(await residentMiB());
  }
} catch (error) {
  failedAt = calls + 1;
  failure = error.message;
}
await plugin.close();
process.stdout.write(JSON.stringify({ resident, failedAt, failure }));

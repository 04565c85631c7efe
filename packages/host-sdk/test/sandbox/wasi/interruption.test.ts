import { readdirSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { expect, it } from "vitest";
import { describeBackends, guestWith } from "./backends.ts";
import { type Guest, READ_WRITE, ROOT } from "./guest.ts";

function dive(depth: number, act: () => void): void {
  if (depth === 0) act();
  else dive(depth - 1, act);
}

function overflows(depth: number, act: () => void): boolean {
  try {
    dive(depth, act);
    return false;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return true;
  }
}

/** Runs `act` with less and less of the stack left, so that it fails in ever other places. */
function untilStackIsFull(act: () => void): void {
  let depth = 1000;
  while (!overflows(depth, () => {})) depth += 100;
  let cut = 0;
  for (let above = 0; above < 400; above += 4) cut += Number(overflows(depth - above, act));
  expect(cut).toBeGreaterThan(0);
}

/** Runs `act` for ever under the watchdog that ends calls on Node. */
function untilTimeout(act: () => void): void {
  const context = createContext({ act });
  expect(() => runInContext("for (;;) act()", context, { timeout: 30 })).toThrow(/timed out/);
}

const WAYS = [
  { way: "by a full stack", cut: untilStackIsFull, leaks: 0 },
  // The descriptor that `openSync` was about to return when the watchdog struck is known to nobody.
  { way: "by a timeout", cut: untilTimeout, leaks: 1 },
];

const ACTS: Readonly<Record<string, (guest: Guest) => unknown>> = {
  "open and close": (guest) => guest.close(guest.open("d/e/../e/f")),
  "write a file": (guest) => guest.writePath("d/new", "x".repeat(100)),
  "rename back and forth": (guest) => [guest.rename("d/e/f", "d/g"), guest.rename("d/g", "d/e/f")],
  "make and remove": (guest) => [
    guest.mkdir("d/m"),
    guest.symlink("m", "d/l"),
    guest.unlink("d/l"),
    guest.rmdir("d/m"),
  ],
  list: (guest) => guest.readdir(ROOT),
  "write to stdout": (guest) => guest.write(1, "text"),
};

describeBackends("a call that is cut short", (backend) => {
  for (const { way, cut, leaks } of WAYS) {
    for (const [name, act] of Object.entries(ACTS)) {
      it(`${way} while it would ${name} leaves files that can be used, and nothing open after close`, () => {
        const tree = backend.create({ "d/e/f": "text" });
        const descriptors = () => (process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0);
        const before = descriptors();
        const cutShort = guestWith(tree, { options: { stdout: () => {} } });
        cut(() => void act(cutShort));
        cutShort.wasi.close();
        expect(descriptors() - before).toBeLessThanOrEqual(leaks);
        const next = guestWith(tree);
        expect([next.readPath("d/e/f"), next.readPath("d/g")]).toContain("text");
        expect(next.writePath("after", "works", { rights: READ_WRITE })).toBe("SUCCESS");
        expect(next.readPath("after")).toBe("works");
      });
    }
  }
});

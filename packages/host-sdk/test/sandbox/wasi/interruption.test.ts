import { readdirSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { expect, it } from "vitest";
import { describeBackends, guestWith } from "./backends.ts";
import { type Guest, READ_WRITE, ROOT } from "./guest.ts";

/** Calls `act` again and again, each time with less of the stack left, until none is. */
function untilStackIsFull(act: () => void): void {
  act();
  untilStackIsFull(act);
}

/** Runs `act` for ever under the watchdog that ends calls on Node. */
function untilTimeout(act: () => void): void {
  const context = createContext({ act });
  expect(() => runInContext("for (;;) act()", context, { timeout: 30 })).toThrow(/timed out/);
}

const WAYS = [
  {
    way: "by a full stack",
    cut: (act: () => void) => expect(() => untilStackIsFull(act)).toThrow(RangeError),
  },
  { way: "by a timeout", cut: untilTimeout },
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
  for (const { way, cut } of WAYS) {
    for (const [name, act] of Object.entries(ACTS)) {
      it(`${way} while it would ${name} leaves files that can be used, and nothing open after close`, () => {
        const tree = backend.create({ "d/e/f": "text" });
        const descriptors = () => (process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0);
        const before = descriptors();
        const cutShort = guestWith(tree, { options: { stdout: () => {} } });
        cut(() => void act(cutShort));
        cutShort.wasi.close();
        expect(descriptors()).toBe(before);
        const next = guestWith(tree);
        expect([next.readPath("d/e/f"), next.readPath("d/g")]).toContain("text");
        expect(next.writePath("after", "works", { rights: READ_WRITE })).toBe("SUCCESS");
        expect(next.readPath("after")).toBe("works");
      });
    }
  }
});

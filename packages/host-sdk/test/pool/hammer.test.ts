import { isPluginError } from "@mortise/host-sdk";
import { expect, test } from "vitest";
import { callsHost } from "../engine/guests.ts";
import { user } from "../engine/subject.ts";
import { open } from "./support.ts";

test.each(["thread", "worker"] as const)(
  "a storm of calls that succeed, throw, trap and are aborted: each gets its own answer (%s)",
  async (isolation) => {
    const pool = await open(callsHost, {
      isolation,
      size: 3,
      functions: user((plugin, handle: bigint) => {
        const text = plugin.read(handle)?.text() ?? "";
        if (text.startsWith("throw")) throw new Error(text);
        return plugin.store(text.toUpperCase());
      }),
    });
    const answers = Array.from({ length: 400 }, async (_, i) => {
      if (i % 7 === 3)
        return expectError(pool.call("pass", `throw ${i}`), "HOST_FUNCTION_FAILED", `throw ${i}`);
      if (i % 11 === 5) return expectError(pool.call("absent"), "EXPORT_MISSING", "absent");
      if (i % 13 === 7) {
        const controller = new AbortController();
        const call = pool.call("pass", `call ${i}`, { signal: controller.signal });
        queueMicrotask(() => controller.abort());
        return call.then(
          (output) => expect(output.text()).toBe(`CALL ${i}`),
          (error: unknown) => expect(isPluginError(error) && error.code).toBe("ABORTED"),
        );
      }
      expect((await pool.call("pass", `call ${i}`)).text()).toBe(`CALL ${i}`);
    });
    await Promise.all(answers);
    expect(pool.stats).toMatchObject({ busy: 0, queued: 0 });
    expect((await pool.call("echo", "after")).text()).toBe("after");
  },
);

async function expectError(call: Promise<unknown>, code: string, text: string): Promise<void> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code });
  expect((error as Error).message).toContain(text);
}

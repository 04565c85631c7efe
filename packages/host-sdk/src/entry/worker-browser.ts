import { startGuest } from "../engine/worker/guest.ts";
import type { StartMessage, WorkerMessage } from "../engine/worker/messages.ts";
import { browser } from "../runtime/browser.ts";

const post = (message: WorkerMessage, transfer: readonly ArrayBuffer[] = []) =>
  self.postMessage(message, { transfer: [...transfer] });

self.addEventListener(
  "message",
  (event: MessageEvent<StartMessage>) => void startGuest(browser, event.data, post),
  { once: true },
);
post({ type: "loaded" });

import { parentPort } from "node:worker_threads";
import { startGuest } from "../engine/worker/guest.ts";
import type { StartMessage } from "../engine/worker/messages.ts";
import { node } from "../runtime/node.ts";

if (parentPort) {
  const port = parentPort;
  port.once(
    "message",
    (start: StartMessage) =>
      void startGuest(node, start, (message, transfer) => port.postMessage(message, transfer)),
  );
  port.postMessage({ type: "loaded" });
}

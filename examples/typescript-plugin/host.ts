// An application that shows previews of pages, made by a plugin in TypeScript.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createPlugin, I32, json, typedFunction } from "@mortise/host-sdk";

const PAGES: Readonly<Record<string, string>> = {
  "/joints":
    "<title>Mortise and tenon: a joint that has held for seven thousand years</title><p>Wood on wood.</p>",
  "/plugins": "<title>Plugins</title><p>A plugin is a file; loading it grants it nothing.</p>",
};

const server = createServer((request, response) => {
  const page = PAGES[request.url ?? ""];
  response.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" });
  response.end(page ?? "");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const visits = new Map<string, number>();
const plugin = await createPlugin(fileURLToPath(new URL("preview.wasm", import.meta.url)), {
  config: { title_length: "24" },
  allowedHosts: ["127.0.0.1"],
  logger: console,
  functions: {
    "extism:host/user": {
      record: typedFunction({ params: [json], result: I32 }, (visit) => {
        const { url } = visit as { url: string };
        visits.set(url, (visits.get(url) ?? 0) + 1);
        return visits.get(url) ?? 0;
      }),
    },
  },
});

for (const path of ["/joints", "/plugins", "/joints", "/nowhere"]) {
  try {
    console.log(`${path} → ${(await plugin.call("preview", base + path)).text()}`);
  } catch (error) {
    console.log(`${path} → ${error instanceof Error ? error.message.replaceAll(base, "") : error}`);
  }
}
await plugin.close();
server.close();

import { Config, hostFunction, inputString, outputJson, Var } from "@mortise/pdk-js";
import { blake3 } from "@noble/hashes/blake3.js";

/** What the application gives to the plugin beside the web: a place to note which pages were looked at. */
const record = hostFunction("extism:host/user", "record", { params: ["json"], result: "i32" });

interface Preview {
  readonly title: string;
  readonly words: number;
  readonly visits: number;
  readonly cached: boolean;
}

/** Makes a preview of the page whose URL is the input. Pages are kept in variables, so each is fetched once. */
export async function preview(): Promise<void> {
  const url = new URL(inputString());
  const key = `page:${keyOf(url.href)}`;
  const kept = Var.getString(key);
  const text = kept ?? (await load(url));
  if (kept === null) Var.set(key, text);
  const result: Preview = {
    title: shorten(titleOf(text)),
    words: text.replaceAll(/<[^>]*>/g, " ").match(/\S+/g)?.length ?? 0,
    visits: record({ url: url.href }),
    cached: kept !== null,
  };
  console.info("previewed", url.pathname, result);
  outputJson(result);
}

async function load(url: URL): Promise<string> {
  const response = await fetch(url, { headers: { accept: "text/html" } });
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}`);
  return await response.text();
}

function titleOf(page: string): string {
  return /<title>([^<]*)<\/title>/i.exec(page)?.[1]?.trim() ?? "(no title)";
}

/** Keys of variables count towards the host's limit, so long URLs are hashed. */
function keyOf(text: string): string {
  return Array.from(blake3(new TextEncoder().encode(text), { dkLen: 8 }), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function shorten(title: string): string {
  const limit = Number(Config.get("title_length") ?? "40");
  return title.length > limit ? `${title.slice(0, limit - 1)}…` : title;
}

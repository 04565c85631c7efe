/** The first address of a range, and how many leading bits its addresses share. */
type Range = readonly [first: string, bits: number];

/** What the public internet does not route, or routes to nobody in particular (IANA IPv4 Special-Purpose Registry). */
const SPECIAL_IPV4: readonly Range[] = [
  ["0.0.0.0", 8], // this host; Linux takes it for loopback
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // behind a carrier's NAT
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local; clouds answer with credentials there
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, and broadcast
];

/** Outside this range nothing is public: loopback, unspecified, unique local, link-local, multicast, … */
const GLOBAL_UNICAST: Range = ["2000::", 3];

/** The parts of it that are special (IANA IPv6 Special-Purpose Registry). */
const SPECIAL_IPV6: readonly Range[] = [
  ["2001::", 23], // protocol assignments; Teredo tunnels to any IPv4 address
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4: tunnels to any IPv4 address
  ["3fff::", 20], // documentation
];

/** Addresses that end in the IPv4 address they lead to: IPv4-mapped (RFC 4291), NAT64 (RFC 6052). */
const EMBEDS_IPV4: readonly Range[] = [
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
];

/**
 * Whether an IP address is one of the public internet. Loopback, link-local, private, shared, multicast and reserved
 * addresses are not, and neither is text that is no address, or one with a zone.
 */
export function isPublicAddress(address: string): boolean {
  const ipv4 = parseIpv4(address);
  if (ipv4) return !SPECIAL_IPV4.some((range) => contains(range, ipv4));
  const ipv6 = parseIpv6(address);
  if (!ipv6) return false;
  if (EMBEDS_IPV4.some((range) => contains(range, ipv6))) return isPublicAddress(ipv6.slice(12).join("."));
  return contains(GLOBAL_UNICAST, ipv6) && !SPECIAL_IPV6.some((range) => contains(range, ipv6));
}

/** The IP address that a URL's host is, if it is one. `URL` writes every notation of an address in one way. */
export function addressOfHost(hostname: string): string | undefined {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return parseIpv4(hostname) && hostname;
}

function contains([first, bits]: Range, bytes: readonly number[]): boolean {
  const range = parseIpv4(first) ?? parseIpv6(first);
  return (
    range?.length === bytes.length &&
    range.every((byte, i) => ((byte ^ bytes[i]!) & maskOf(bits - 8 * i)) === 0)
  );
}

/** The mask of a byte whose first `bits` bits count. */
function maskOf(bits: number): number {
  return bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff00 >> bits) & 0xff;
}

/** Four bytes. A leading zero is refused: some readers take it for octal. */
function parseIpv4(text: string): readonly number[] | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(text)) return undefined;
  const bytes = text.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** Sixteen bytes. */
function parseIpv6(text: string): readonly number[] | undefined {
  // `URL` reads every notation, and writes it as hexadecimal groups with at most one `::`.
  if (!/^[\da-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]`)) return undefined;
  const [head = "", tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split("::");
  const [before, after] = [groupsOf(head), groupsOf(tail ?? "")];
  const zeros: number[] = new Array(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

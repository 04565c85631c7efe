import { BlockList, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressOfHost, isPublicAddress } from "../../../src/sandbox/http/public-address.ts";

describe("an address of the public internet", () => {
  test.each([
    "1.1.1.1",
    "9.255.255.255",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00::1",
    "2001:200::1",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
  ])("is %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    ["unspecified", "0.0.0.0"],
    ["unspecified", "::"],
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.255"],
    ["loopback", "::1"],
    ["mapped loopback", "::ffff:127.0.0.1"],
    ["mapped private", "::ffff:a00:1"],
    ["NAT64 to loopback", "64:ff9b::7f00:1"],
    ["locally used NAT64", "64:ff9b:1::1"],
    ["IPv4-compatible", "::127.0.0.1"],
    ["private", "10.0.0.1"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["private", "192.168.1.1"],
    ["unique local", "fd12:3456::1"],
    ["a cloud's metadata service", "169.254.169.254"],
    ["a cloud's metadata service", "fd00:ec2::254"],
    ["link-local", "fe80::1"],
    ["link-local with a zone", "fe80::1%eth0"],
    ["with a zone", "2606:4700::1%eth0"],
    ["site-local", "fec0::1"],
    ["shared", "100.64.0.1"],
    ["benchmarking", "198.19.255.255"],
    ["documentation", "203.0.113.7"],
    ["documentation", "2001:db8::1"],
    ["6to4", "2002:7f00:1::"],
    ["Teredo", "2001::1"],
    ["multicast", "224.0.0.1"],
    ["multicast", "ff02::1"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["no address", "localhost"],
    ["no address", ""],
    ["no address", "1.2.3"],
    ["no address", "1.2.3.4.5"],
    ["no address", "1.2.3.256"],
    ["ambiguous", "010.8.8.8"],
    ["no address", "8.8.8.8."],
    ["no address", "::1]@[2606::1"],
    ["no address", "1:2:3"],
  ])("is not one that is %s: %s", (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

test("a host that is an address is found in whatever notation", () => {
  const found = ["127.1", "0x7f000001", "[::FFFF:127.0.0.1]", "example.com", "1.2.3.4."].map((host) =>
    addressOfHost(new URL(`http://${host}/`).hostname),
  );
  expect(found).toEqual(["127.0.0.1", "127.0.0.1", "::ffff:7f00:1", undefined, "1.2.3.4"]);
});

/** Node's own reading of the ranges that no request may reach. */
function forbidden(): BlockList {
  const list = new BlockList();
  for (const range of [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
  ]) {
    list.addSubnet(range.split("/")[0] as string, Number(range.split("/")[1]), "ipv4");
  }
  list.addSubnet("192.168.0.0", 16, "ipv4");
  list.addSubnet("224.0.0.0", 3, "ipv4");
  list.addSubnet("::", 127, "ipv6");
  list.addSubnet("fc00::", 6, "ipv6");
  list.addSubnet("ff00::", 8, "ipv6");
  return list;
}

test("no private address is taken for public, however it is written", () => {
  const list = forbidden();
  const ipv4 = fc.ipV4();
  let refused = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        ipv4,
        fc.ipV6(),
        ipv4.map((text) => `::ffff:${text}`),
      ),
      (address) => {
        const inner = address.replace("::ffff:", "");
        const isForbidden = list.check(inner, isIPv6(inner) ? "ipv6" : "ipv4");
        if (isForbidden) refused++;
        if (isForbidden) expect(isPublicAddress(address), address).toBe(false);
      },
    ),
    { numRuns: 5000 },
  );
  expect(refused).toBeGreaterThan(100);
});

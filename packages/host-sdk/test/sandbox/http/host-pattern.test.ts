import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AllowedHosts } from "../../../src/sandbox/http/allowed-hosts.ts";
import { parseHostPattern } from "../../../src/sandbox/http/host-pattern.ts";
import { failure } from "./support.ts";

function grant(patterns: readonly string[], url: string) {
  return new AllowedHosts(patterns).grantFor(new URL(url));
}

describe("a host pattern", () => {
  test.each([
    ["example.com", "http://example.com/"],
    ["example.com", "https://EXAMPLE.com:8443/path?query#fragment"],
    ["Example.COM", "https://example.com/"],
    ["example.com", "https://example.com./"],
    ["example.com.", "https://example.com/"],
    ["bücher.example", "https://xn--bcher-kva.example/"],
    ["xn--bcher-kva.example", "https://BÜCHER.example/"],
    ["127.0.0.1", "http://0x7f.1/"],
    ["127.0.0.1", "http://2130706433/"],
    ["::1", "http://[0:0:0:0:0:0:0:1]:80/"],
    ["[::1]", "http://[::1]/"],
    ["::ffff:127.0.0.1", "http://[::ffff:7f00:1]/"],
    ["example.com", "http://evil.test@example.com/"],
  ])("%s allows %s by name", (pattern, url) => {
    expect(grant([pattern], url)).toBe("exact");
  });

  test.each([
    ["*", "http://anything.example/"],
    ["*", "http://[2606:4700::1111]/"],
    ["*.example.com", "http://a.example.com/"],
    ["*.example.com", "http://a.b.example.com/"],
    ["*.EXAMPLE.com", "http://a.example.com./"],
    ["api-?.example.com", "http://api-1.example.com/"],
    ["*.bücher.example", "http://a.xn--bcher-kva.example/"],
    ["192.0.2.*", "http://192.0.2.7/"],
  ])("%s allows %s by its wildcard", (pattern, url) => {
    expect(grant([pattern], url)).toBe("wildcard");
  });

  test.each([
    ["example.com", "http://example.com.evil.test/"],
    ["example.com", "http://evil-example.com/"],
    ["example.com", "http://a.example.com/"],
    ["example.com", "http://example.com@evil.test/"],
    ["example.com", "http://evil.test\\@example.com/"],
    ["example.com", "http://evil.test/@example.com/"],
    ["example.com", "http://evil.test#@example.com/"],
    ["example.com", "http:/\\evil.test/example.com"],
    ["*.example.com", "http://example.com/"],
    ["*.example.com", "http://evilexample.com/"],
    ["*.example.com", "http://a.example.com.evil.test/"],
    ["api-?.example.com", "http://api-10.example.com/"],
    ["a.example", "http://\u0430.example/"],
    ["127.0.0.1", "http://[::1]/"],
  ])("%s does not allow %s", (pattern, url) => {
    expect(grant([pattern], url)).toBeUndefined();
  });

  test.each([
    ["https://example.com", "it is a URL"],
    ["example.com:8080", "it has a port"],
    ["!evil.test", "there is no negation"],
    ["!*.evil.test", "there is no negation"],
    ["", "neither a host name"],
    [".", "neither a host name"],
    ["example.com/path", "neither a host name"],
    ["a b", "neither a host name"],
    ["user@example.com", "neither a host name"],
    ["{a,b}.example.com", "neither a host name"],
    ["[ab]*.example.com", "neither a host name"],
    ["bü*.example", "neither a host name"],
    ["exam%70le.com", "neither a host name"],
    ["1.2.3.256", "neither a host name"],
  ])("%j is refused, since it can never match", async (pattern, reason) => {
    const { message } = await failure(() => parseHostPattern(pattern), "MANIFEST_INVALID");
    expect(message).toContain(reason);
  });

  test.each(["example.com", [1], [null], { 0: "example.com" }])("does not come from %j", (given) => {
    expect(() => new AllowedHosts(given as unknown as string[])).toThrow(TypeError);
  });

  test("counts by name before any wildcard", () => {
    expect(grant(["*", "example.com"], "http://example.com/")).toBe("exact");
  });

  test("takes no more than the product of the lengths in steps", () => {
    const glob = parseHostPattern(`${"*a".repeat(200)}b`);
    expect(glob.matches("a".repeat(20_000))).toBe(false);
  });
});

/** The textbook definition, over all ways to split the text. */
function model(glob: string, text: string): boolean {
  let reachable = new Set([0]);
  for (const symbol of glob) {
    const next = new Set<number>();
    for (const at of reachable) {
      if (symbol === "*") {
        for (let end = at; end <= text.length; end++) next.add(end);
      } else if (at < text.length && (symbol === "?" || symbol === text.charAt(at))) {
        next.add(at + 1);
      }
    }
    reachable = next;
  }
  return reachable.has(text.length);
}

test("a glob matches exactly what its definition says", () => {
  const globs = fc.string({
    unit: fc.constantFrom("a", "b", ".", "-", "*", "?"),
    minLength: 1,
    maxLength: 12,
  });
  const hosts = fc.string({ unit: fc.constantFrom("a", "b", ".", "-"), maxLength: 16 });
  let [matches, total] = [0, 0];
  fc.assert(
    fc.property(globs, hosts, (glob, host) => {
      fc.pre(/[*?]/.test(glob) && !glob.endsWith("."));
      const expected = model(glob, host);
      total++;
      if (expected) matches++;
      expect(parseHostPattern(glob).matches(host)).toBe(expected);
    }),
    { numRuns: 5000 },
  );
  expect(matches / total).toBeGreaterThan(0.05);
});

import { describe, expect, test } from "vitest";
import { abiCases } from "../abi/cases.ts";
import type { Deviation } from "../abi/deviation.ts";
import { expectedResult, runCase } from "../abi/run.ts";
import type { Host } from "../hosts/host.ts";

/**
 * The ABI suite on one host.
 * @param known where the host is known to depart from the ABI; an entry that no longer holds fails
 */
export function describeAbi(host: Host, known: readonly Deviation[] = []): void {
  const deviations = new Map(known.map((deviation) => [deviation.id, deviation]));
  const themes = new Set(abiCases.map(({ theme }) => theme));

  describe.each([...themes])(`${host.name}: %s`, (theme) => {
    for (const abiCase of abiCases.filter((each) => each.theme === theme)) {
      const deviation = deviations.get(abiCase.id);
      const expected = deviation?.actual ?? expectedResult(abiCase);
      const suffix = deviation ? ` [known deviation: ${deviation.reason}]` : "";
      test(`${abiCase.says}${suffix}`, async () => {
        expect(await runCase(host, abiCase, expected)).toEqual(expected);
      });
    }
  });

  describe(`the known deviations of ${host.name}`, () => {
    test("each name a case, once", () => {
      const ids = known.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].filter((id) => abiCases.some((abiCase) => abiCase.id === id)));
    });

    test("each depart from what the case expects", () => {
      const conforming = abiCases.filter((abiCase) => {
        const actual = deviations.get(abiCase.id)?.actual;
        return actual && JSON.stringify(actual, bigints) === JSON.stringify(expectedResult(abiCase), bigints);
      });
      expect(conforming).toEqual([]);
    });
  });
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

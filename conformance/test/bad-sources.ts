import { createPlugin, type ErrorCode, type PluginOptions } from "@mortise/host-sdk";
import { describe, test } from "vitest";
import { expectFailure } from "./witness.ts";

export type Source = Parameters<typeof createPlugin>[0];

/** Something that must not load. */
export interface BadSource {
  readonly what: string;
  readonly source: () => Source;
  readonly options?: PluginOptions;
  readonly code: ErrorCode;
  readonly says?: readonly string[];
}

/** A test for each, by group. */
export function describeBadSources(groups: Readonly<Record<string, readonly BadSource[]>>): void {
  describe.each(Object.entries(groups))("%s", (_, cases) => {
    test.each(cases.map((each) => [each.what, each.code, each] as const))(
      "%s: %s",
      async (_what, code, bad) => {
        await expectFailure(createPlugin(bad.source(), bad.options), code, ...(bad.says ?? []));
      },
    );
  });
}

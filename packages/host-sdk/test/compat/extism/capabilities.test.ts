import { expect, test } from "vitest";
import { ours, theirs } from "./sdks.ts";

test("CAPABILITIES says on Node what that of @extism/extism says", () => {
  expect({ ...ours.CAPABILITIES }).toEqual({ ...theirs.CAPABILITIES });
});

import { type Failure, type Host, isFailure, type LogLine, type Outcome } from "../hosts/host.ts";
import { type AbiCase, type Expectation, modulesOf } from "./case.ts";

/** What a host made of a case, in the form that the case expects it in. */
export interface CaseResult {
  readonly refused?: Expectation;
  readonly steps: readonly { readonly gives: Expectation; readonly logs?: readonly LogLine[] }[];
}

/** What the case says must happen. */
export function expectedResult({ refused, steps = [] }: AbiCase): CaseResult {
  return {
    ...(refused ? { refused } : {}),
    steps: steps.map(({ gives, logs }) => ({ gives, ...(logs ? { logs } : {}) })),
  };
}

/**
 * Runs a case and describes what happened.
 * @param like what to describe it as: a text or values, a full message or only the expected part of it
 */
export async function runCase(
  host: Host,
  abiCase: AbiCase,
  like = expectedResult(abiCase),
): Promise<CaseResult> {
  const opened = await host.open(modulesOf(abiCase), abiCase.settings ?? {});
  if (isFailure(opened)) return { refused: describeFailure(host, opened, like.refused), steps: [] };
  opened.takeLog(); // what the host itself has to say about loading
  try {
    const steps = [];
    for (const [index, step] of (abiCase.steps ?? []).entries()) {
      const outcome = await opened.call(step.call, step.input);
      const log = opened.takeLog();
      steps.push({
        gives: describe(host, outcome, like.steps[index]?.gives ?? step.gives),
        ...(step.logs ? { logs: log } : {}),
      });
    }
    return { steps };
  } finally {
    await opened.close();
  }
}

function describe(host: Host, outcome: Outcome, like: Expectation): Expectation {
  if ("failure" in outcome) return describeFailure(host, outcome.failure, like);
  const { output } = outcome;
  if ("i64" in like && output.length % 8 === 0) return { i64: valuesIn(output) };
  if ("hex" in like)
    return { hex: Array.from(output, (byte) => byte.toString(16).padStart(2, "0")).join("") };
  return { text: new TextDecoder().decode(output) };
}

function valuesIn(output: Uint8Array): bigint[] {
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
  return Array.from({ length: output.length / 8 }, (_, index) => view.getBigInt64(index * 8, true));
}

function describeFailure(host: Host, { code, message, exitCode }: Failure, like?: Expectation): Expectation {
  const expected = like && "error" in like ? like : undefined;
  const isChecked = host.hasCodes && expected?.error !== "any";
  const part = expected?.says;
  return {
    error: isChecked ? (code ?? "no code") : (expected?.error ?? "any"),
    ...(expected && part === undefined ? {} : { says: part && message.includes(part) ? part : message }),
    ...(host.hasCodes && expected?.exitCode !== undefined && exitCode !== undefined ? { exitCode } : {}),
    ...(!host.hasCodes && expected?.exitCode !== undefined ? { exitCode: expected.exitCode } : {}),
  };
}

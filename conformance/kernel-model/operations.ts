import fc from "fast-check";

/** The operations that the interpreter knows, in the order of its table. */
export const operationNames = [
  "alloc",
  "free",
  "length",
  "length_unsafe",
  "load_u8",
  "load_u64",
  "store_u8",
  "store_u64",
  "input_length",
  "input_offset",
  "input_load_u8",
  "input_load_u64",
  "input_set",
  "output_set",
  "output_offset",
  "output_length",
  "error_set",
  "error_get",
  "reset",
  "config_get",
  "var_get",
  "var_set",
  "log_info",
] as const;

export type OperationName = (typeof operationNames)[number];

/** A number that is known only at run time: an earlier result (0: the input's handle), plus something. */
export interface Argument {
  /** Index of the result; -1: none, so that `plus` is the argument itself. */
  readonly result: number;
  readonly plus: bigint;
}

export interface Operation {
  readonly name: OperationName;
  readonly a: Argument;
  readonly b: Argument;
}

const BYTES = 40;

/** The interpreter's input. */
export function encodeOperations(operations: readonly Operation[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(operations.length * BYTES));
  operations.forEach(({ name, a, b }, index) => {
    const words = [BigInt(operationNames.indexOf(name)), BigInt(a.result), a.plus, BigInt(b.result), b.plus];
    words.forEach((word, i) => {
      view.setBigInt64(index * BYTES + i * 8, BigInt.asIntN(64, word), true);
    });
  });
  return new Uint8Array(view.buffer);
}

/** What the arguments of an operation are chosen from, before it is known what they can refer to. */
interface Draft {
  readonly name: OperationName;
  readonly size: bigint;
  readonly pick: number;
  readonly otherPick: number;
  readonly plus: bigint;
  readonly literal: bigint;
  readonly usesLiteral: boolean;
  readonly start: number;
  readonly span: number;
}

const size = fc.oneof(
  { weight: 12, arbitrary: fc.bigInt(1n, 200n) },
  { weight: 3, arbitrary: fc.bigInt(1n, 9_000n) },
  { weight: 1, arbitrary: fc.constantFrom(65_535n, 65_536n, 150_000n) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0n, 1n << 31n, 1n << 32n, (1n << 32n) + 8n, 1n << 53n, -1n, -8n, 1n << 63n),
  },
);

const wild = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    16n,
    20n,
    1016n,
    1017n,
    1020n,
    1023n,
    65_535n,
    1n << 32n,
    (1n << 32n) + 1024n,
    -1n,
    -7n,
    -8n,
  ),
  fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
  fc.bigInt(0n, 300_000n),
);

const draft: fc.Arbitrary<Draft> = fc.record({
  name: fc.oneof(
    { weight: 15, arbitrary: fc.constant<OperationName>("alloc") },
    { weight: 40, arbitrary: fc.constantFrom(...operationNames.filter((name) => name !== "reset")) },
    {
      weight: 10,
      arbitrary: fc.constantFrom<OperationName>("free", "store_u64", "load_u64", "var_set", "var_get"),
    },
    { weight: 1, arbitrary: fc.constant<OperationName>("reset") },
  ),
  size,
  pick: fc.nat(1000),
  otherPick: fc.nat(1000),
  plus: fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, fc.bigInt(-16n, 300n)),
  literal: wild,
  usesLiteral: fc.nat(9).map((n) => n === 0),
  start: fc.double({ min: 0, max: 1, noNaN: true }),
  span: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Lists of operations that a correct kernel runs to the end. */
export const operations: fc.Arbitrary<Operation[]> = fc
  .array(draft, { minLength: 1, maxLength: 80, size: "max" })
  .map(resolve);

const literally = (plus: bigint): Argument => ({ result: -1, plus });

function resolve(drafts: readonly Draft[]): Operation[] {
  const handles = [0];
  let grants: { result: number; size: bigint }[] = [];
  return drafts.map((each, index) => {
    const operation = { name: each.name, ...argumentsOf(each, handles, grants) };
    if (["alloc", "config_get", "var_get", "input_offset"].includes(each.name)) handles.push(index + 1);
    if (each.name === "alloc" && isSmall(each.size)) grants.push({ result: index + 1, size: each.size });
    if (each.name === "reset") grants = [];
    return operation;
  });
}

const isSmall = (bytes: bigint) => bytes > 0n && bytes <= 150_000n;

function argumentsOf(
  each: Draft,
  handles: readonly number[],
  grants: readonly { result: number; size: bigint }[],
) {
  const handle = (pick: number, plus = 0n): Argument => ({
    result: handles[pick % handles.length] ?? 0,
    plus,
  });
  const value = each.usesLiteral ? literally(each.literal) : handle(each.pick, each.plus);
  switch (each.name) {
    case "alloc":
      return { a: literally(each.size), b: literally(0n) };
    case "store_u8":
    case "store_u64":
      // Never a word of 0, which after a store across the end of memory looks the same stored and lost.
      return { a: value, b: literally(each.literal | 1n) };
    case "input_load_u8":
    case "input_load_u64":
      return { a: literally(each.usesLiteral ? each.literal : each.plus), b: literally(0n) };
    case "var_set":
      return { a: value, b: each.usesLiteral ? literally(0n) : handle(each.otherPick) };
    case "input_set":
    case "output_set":
      return rangeOf(each, grants);
    default:
      return { a: value, b: literally(0n) };
  }
}

/** A range of a block that was granted since the last reset, wherever it lies; it need not be alive any more. */
function rangeOf({ pick, start, span }: Draft, grants: readonly { result: number; size: bigint }[]) {
  const grant = grants[pick % Math.max(grants.length, 1)];
  if (!grant) return { a: literally(0n), b: literally(0n) };
  const from = Math.min(Math.floor(start * Number(grant.size)), Number(grant.size) - 1);
  const length = Math.floor(span * (Number(grant.size) - from));
  return { a: { result: grant.result, plus: BigInt(from) }, b: literally(BigInt(length)) };
}

/** An operation that names a range outside kernel memory, and so must fail its call. */
export const badRange: fc.Arbitrary<Operation> = fc
  .tuple(
    fc.constantFrom<OperationName>("output_set", "input_set"),
    fc.oneof(
      fc.constantFrom(
        [literally(1n << 40n), literally(1n)],
        [literally(-1n), literally(1n)],
        [literally(-8n), literally(16n)],
        [literally(0n), literally(1n)],
        [literally(16n), literally(8n)],
        [literally(1020n), literally(8n)],
        [literally(1n << 32n), literally(0x400n)],
        [literally(1024n), literally(-1n)],
        [literally(1024n), literally(1n << 62n)],
        [literally(1024n), literally(0xffff_0000n)],
      ),
    ),
  )
  .map(([name, [a, b]]) => ({ name, a: a ?? literally(0n), b: b ?? literally(0n) }));

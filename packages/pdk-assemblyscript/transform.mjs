/**
 * A compiler transform for AssemblyScript's incremental runtime: gives its allocator a switch, `__mortise_skip_fill`,
 * that leaves out the zero fill of a buffer which the PDK overwrites at once (`assembly/buffer.ts`).
 *
 * Without this transform, or where the runtime does not look as expected, the PDK works the same and fills.
 */
const RUNTIME = "~lib/rt/itcms";

const REPLACEMENT = `
// @ts-ignore: decorator
@global export let __mortise_skip_fill: bool = false;
if (!__mortise_skip_fill) memory.fill(ptr, 0, size);
`;

export default class SkipFillTransform {
  /** @param {import("assemblyscript/transform").Parser} parser */
  afterParse(parser) {
    const runtime = parser.sources?.find((source) => source.internalPath === RUNTIME);
    const body = runtime?.statements.find((statement) => statement.name?.text === "__new")?.body;
    const fill = body?.statements.findIndex((statement) =>
      statement.range.toString().startsWith("memory.fill(ptr, 0, size)"),
    );
    if (fill === undefined || fill < 0) return;

    const snippet = new parser.constructor([]);
    snippet.parseFile(REPLACEMENT, `${RUNTIME}.ts`, false);
    const [declaration, conditionalFill] = snippet.sources[0].statements;
    runtime.statements.unshift(declaration);
    body.statements[fill] = conditionalFill;
  }
}

#!/usr/bin/env node
/** Runs a suite of benchmarks over the built packages: `node benchmarks/bench.mjs host --json host.json`. */
import { existsSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { describeMachine } from "./lib/machine.mjs";
import { printRows } from "./lib/print.mjs";

const suites = {
  host: "calls, hand-over of bytes and start of plugins, against @extism/extism",
  engines: "in-thread, worker and pool against each other",
  wasi: "WASI preview 1 against other implementations",
  "pdk-js": "plugins written in JavaScript",
  cli: "start of the command line",
};

const help = `npm run bench -- <suite> [--json FILE] [--rounds N] [--cpu]

${Object.entries(suites)
  .map(([name, what]) => `  ${name.padEnd(8)} ${what}`)
  .join("\n")}

  --json FILE   also write the rows, with machine and versions, as JSON
  --rounds N    rounds per row, at least 5; the median counts (default 7)
  --cpu         count processor time instead of wall time, on a machine that others use, too
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "7" },
    cpu: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const [suite] = positionals;
const rounds = Number(values.rounds);
const clock = values.cpu ? "cpu" : "wall";
const isKnown = suite !== undefined && Object.hasOwn(suites, suite);
if (values.help || !isKnown || !Number.isInteger(rounds) || rounds < 5) {
  process.stdout.write(help);
  process.exit(values.help ? 0 : 2);
}

const file = new URL(`./${suite}.mjs`, import.meta.url);
if (!existsSync(file)) {
  process.stderr.write(`There is no suite ${suite} yet.\n`);
  process.exit(2);
}

/** Suites report what they are about to do; standard output is for the results. */
const progress = (text) => process.stderr.write(`  ${text}\n`);

const { run } = await import(file.href);
const started = Date.now();
const rows = await run({ rounds, clock, progress });
const report = { suite, date: new Date().toISOString(), rounds, clock, ...describeMachine(), rows };
process.stdout.write(printRows(report));
progress(`took ${Math.round((Date.now() - started) / 1000)} s`);
if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
if (rows.some((row) => row.ok === false)) process.exitCode = 1;

/**
 * @typedef {object} Row One line of a table; times are nanoseconds per call.
 * @property {string} case
 * @property {number | string} ours
 * @property {number | string} [peer] the peer that the ratio is about
 * @property {number | string} [older] an older version of the peer
 * @property {number} [ratio] how many times as fast, or as large, as `compares` says
 * @property {string} [compares] what the ratio compares; default: peer's time over ours
 * @property {number} [floor] what the ratio must reach
 * @property {number} [ceiling] what the ratio must not exceed
 * @property {boolean} [ok]
 */

const columns = [
  ["case", (row) => row.case],
  ["ours", (row) => show(row.ours)],
  ["peer", (row) => show(row.peer)],
  ["older peer", (row) => show(row.older)],
  ["ratio", (row) => (typeof row.ratio === "number" ? showRatio(row.ratio) : "")],
  ["must be", (row) => bound(row)],
  ["", (row) => (row.ok === undefined ? "" : row.ok ? "ok" : "MISS")],
];

/** A report as a table for people. */
export function printRows({ suite, rounds, clock, machine, versions, rows }) {
  const used = columns.filter(([, cell]) => rows.some((row) => cell(row) !== ""));
  const cells = [used.map(([title]) => title), ...rows.map((row) => used.map(([, cell]) => cell(row)))];
  const widths = used.map((_, index) => Math.max(...cells.map((line) => line[index].length)));
  const pad = (text, index) => (index === 0 ? text.padEnd(widths[index]) : text.padStart(widths[index]));
  const lines = cells.map((line) => line.map(pad).join("  ").trimEnd());
  lines.splice(1, 0, widths.map((width) => "─".repeat(width)).join("  "));
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const judged = rows.filter((row) => row.ok !== undefined);
  const missed = judged.filter((row) => !row.ok).length;
  return `
${suite}: median of ${rounds} interleaved rounds, ${clock === "cpu" ? "processor time" : "wall time"} per call
${machine.cpu}, ${machine.cores} cores, ${machine.system}
${software.join(", ")}

${lines.join("\n")}

${judged.length - missed} of ${judged.length} bounds met${missed ? `, ${missed} missed` : ""}
`;
}

function bound({ ratio, floor, ceiling }) {
  if (typeof ratio !== "number") return "";
  if (floor !== undefined) return `≥ ${floor} ×`;
  return ceiling === undefined ? "" : `≤ ${ceiling} ×`;
}

function show(value) {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : showTime(value);
}

function showRatio(ratio) {
  return `${ratio.toFixed(ratio < 10 ? 2 : ratio < 100 ? 1 : 0)} ×`;
}

/** Nanoseconds, in the unit that suits them. */
export function showTime(ns) {
  const [value, unit] =
    ns < 1e3 ? [ns, "ns"] : ns < 1e6 ? [ns / 1e3, "µs"] : ns < 1e9 ? [ns / 1e6, "ms"] : [ns / 1e9, "s"];
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}

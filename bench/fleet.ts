/**
 * What `debug_device` says of systems that nobody tuned it to: each case is played to the pure engine in
 * simulated time. `deno task bench fleet [--cases=FOLDER …] [--only=REGEX] [--families] [--all]`
 */
import { readCases } from "../tests/cases/case.ts";
import { diagnosisFacts } from "../src/tools/debug_device.ts";
import { type CaseVerdict, judge, type Ratio, scoreOf } from "../tests/cases/runner.ts";

function values(name: string): string[] {
  const start = `--${name}=`;
  return Deno.args.filter((arg) => arg.startsWith(start)).map((arg) => arg.slice(start.length));
}

function percent({ part, whole }: Ratio): string {
  return whole === 0 ? "–" : `${(100 * part / whole).toFixed(1)} % (${part}/${whole})`;
}

/** What a result says beside the diagnosis: how it was listened, the collection, the notice on strangers' data. */
const ENVELOPE_CHARS = 360;

/** How long `debug_device` answers, in characters of its text. */
function meanChars(judged: readonly CaseVerdict[]): string {
  const lengths = judged.flatMap(({ verdicts }) =>
    verdicts.map(({ diagnosis }) =>
      JSON.stringify(diagnosisFacts(diagnosis, { collection_id: crypto.randomUUID() })).length
    )
  );
  const sum = lengths.reduce((total, length) => total + length, 0);
  return lengths.length === 0
    ? "–"
    : `${Math.round(sum / lengths.length) + ENVELOPE_CHARS} (of ${lengths.length} results)`;
}

function printTotals(judged: readonly CaseVerdict[]): void {
  const score = scoreOf(judged);
  console.log(`precision of findings  ${percent(score.precision)}`);
  console.log(`recall of faults       ${percent(score.recall)}`);
  console.log(`healthy blamed         ${percent(score.healthyBlamed)}`);
  console.log(`found by name          ${percent(score.names)}`);
  console.log(`found by filter        ${percent(score.filters)}`);
  console.log(`connection state right ${percent(score.states)}`);
  console.log(`cases wholly right     ${percent(score.cases)}`);
  console.log(`mean chars of a result ${meanChars(judged)}`);
  const skipped = new Map<string, number>();
  for (const tool of judged.flatMap((one) => one.skipped)) {
    skipped.set(tool, (skipped.get(tool) ?? 0) + 1);
  }
  if (skipped.size > 0) {
    const calls = [...skipped].map(([tool, count]) => `${tool} ${count}`).join(", ");
    console.log(`calls of other tools, not played here: ${calls}`);
  }
}

function printFamilies(judged: readonly CaseVerdict[]): void {
  const families = Map.groupBy(judged, (one) => one.case.family);
  for (const [family, cases] of [...families].sort(([a], [b]) => a < b ? -1 : 1)) {
    const score = scoreOf(cases);
    const falseOnes = score.precision.whole - score.precision.part;
    const missed = score.recall.whole - score.recall.part;
    const lost = score.names.whole - score.names.part;
    console.log(
      `${family.padEnd(20)} ${score.cases.part}/${score.cases.whole} right, ` +
        `false findings ${falseOnes}, missed ${missed}, not found by name ${lost}`,
    );
  }
}

const only = new RegExp(values("only")[0] ?? "", "i");
const judged: CaseVerdict[] = [];
for (const folder of [new URL("../tests/cases/", import.meta.url), ...values("cases")]) {
  const cases = (await readCases(folder)).filter(({ name }) => only.test(name)).map(judge);
  if (cases.length === 0) continue;
  judged.push(...cases);
  const label = folder instanceof URL ? "tests/cases" : folder;
  console.log(`## ${label}\n`);
  for (const { case: { name }, verdicts, wrong } of cases) {
    if (wrong.length > 0) console.log(`wrong ${name}\n      ${wrong.join("\n      ")}`);
    else if (Deno.args.includes("--all")) console.log(`right ${name}`);
    if (!Deno.args.includes("--all")) continue;
    for (const { deviceId, state, health } of verdicts) {
      console.log(`      "${deviceId}" is ${state}, health ${health ?? "unknown"}`);
    }
  }
  console.log();
  printTotals(cases);
  console.log();
}
if (Deno.args.includes("--families")) printFamilies(judged);
if (values("cases").length > 0) {
  console.log("\n## all together\n");
  printTotals(judged);
}

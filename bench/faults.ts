/**
 * How many faults of a kind are found, whose messages they are put into: each healthy case that can have it is played again with
 * one thing gone wrong. `deno task bench faults [--fault=REGEX] [--cases=FOLDER …] [--only=REGEX] [--each=N] [--all]`; `--each=5` plays
 * each fifth case, `--all` prints those in which nothing was found.
 */
import { type Case, readCases } from "../tests/cases/case.ts";
import { FAULTS } from "../tests/cases/faults.ts";
import { judge, type Verdict } from "../tests/cases/runner.ts";

function values(name: string): string[] {
  const start = `--${name}=`;
  return Deno.args.filter((arg) => arg.startsWith(start)).map((arg) => arg.slice(start.length));
}

const only = new RegExp(values("only")[0] ?? "", "i");
const faults = new RegExp(values("fault")[0] ?? "", "i");
const each = Number(values("each")[0] ?? 1);

/** What is said above `info`, with all that a reader of it learns. */
function toldBy({ diagnosis }: Verdict): string[] {
  return diagnosis.findings.filter(({ severity }) => severity !== "info")
    .map(({ code, title, evidence }) =>
      [code, title, evidence.summary, ...evidence.messages.map(({ preview }) => preview)].join(" ")
    );
}

const healthy: { one: Case; topics: ReadonlySet<string> }[] = [];
for (const folder of [new URL("../tests/cases/", import.meta.url), ...values("cases")]) {
  for (const [i, one] of (await readCases(folder)).entries()) {
    const isPlayed = one.expect.blamed === false && i % each === 0 && only.test(one.name);
    if (!isPlayed || one.calls.some(({ at = 0 }) => at !== 0)) continue;
    const [call] = one.calls.filter(({ tool }) => tool === "debug_device");
    const [verdict] = call === undefined ? [] : judge({ ...one, calls: [call] }).verdicts;
    if (call === undefined || verdict === undefined || !verdict.found || verdict.blamed) continue;
    const topics = new Set(verdict.diagnosis.topics.map(({ topic }) => topic));
    healthy.push({ one: { ...one, calls: [call] }, topics });
  }
}

const total = { put: 0, found: 0 };
for (const [name, fault] of Object.entries(FAULTS)) {
  if (!faults.test(name)) continue;
  let [put, found] = [0, 0];
  for (const { one, topics } of healthy) {
    const changed = fault.put(one, topics);
    const [verdict] = changed === null ? [] : judge(changed).verdicts;
    if (verdict === undefined) continue;
    put++;
    const told = toldBy(verdict);
    if (told.some((text) => fault.wants.test(text))) found++;
    else if (Deno.args.includes("--all")) {
      console.log(`  ${one.name}: ${told.join("; ").slice(0, 160) || "nothing"}`);
    }
  }
  total.put += put;
  total.found += found;
  console.log(`${name.padEnd(36)} found ${percent(found, put)}`);
}
console.log(`${"all".padEnd(36)} found ${percent(total.found, total.put)}`);

function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${(100 * part / whole).toFixed(1)} % (${part}/${whole})`;
}

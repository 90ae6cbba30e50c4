/**
 * Precision and recall of each finding of `debug_device`, and false alarms on healthy devices, on
 * generated traffic with ground truth. `deno run -A bench/diagnosis.ts [rounds] [seed] [--failures]`
 */
import { readImplications, scenarios, scoreOf } from "./diagnosis/score.ts";

const numbers = Deno.args.filter((arg) => /^\d+$/.test(arg)).map(Number);
const rounds = numbers[0] ?? 10;
const seed = numbers[1] ?? 1;
const implied = readImplications(
  await Deno.readTextFile(new URL("../docs/findings.md", import.meta.url)),
);
const began = performance.now();
let count = 0;
let messages = 0;
function* counted() {
  for (const scenario of scenarios({ seed, rounds })) {
    count++;
    messages += scenario.messages.length;
    yield scenario;
  }
}
const score = scoreOf(counted(), implied);
const seconds = (performance.now() - began) / 1000;

const percent = (part: number, whole: number) => whole === 0 ? "    –" : (part / whole).toFixed(3);
console.log(`${count} devices, ${messages} messages, seed ${seed}, ${seconds.toFixed(1)} s\n`);
console.log(`${"code".padEnd(24)} precision  recall   cases  wrong`);
for (const [code, { hits, missed, wrong }] of [...score.codes].sort()) {
  console.log(
    `${code.padEnd(24)} ${percent(hits, hits + wrong).padStart(9)} ${
      percent(hits, hits + missed).padStart(7)
    } ${String(hits + missed).padStart(7)} ${String(wrong).padStart(6)}`,
  );
}
console.log(`\n${"family".padEnd(24)} false alarms   recall   wrong`);
for (const [family, { healthy, alarmed, expected, missed, wrong }] of score.byFamily) {
  console.log(
    `${family.padEnd(24)} ${`${alarmed}/${healthy}`.padStart(12)} ${
      percent(expected - missed, expected).padStart(8)
    } ${String(wrong).padStart(7)}`,
  );
}
console.log(
  `\nfalse alarms on healthy devices: ${score.alarmed} of ${score.healthy} (${
    (100 * score.alarmed / Math.max(score.healthy, 1)).toFixed(2)
  } %)`,
);
if (Deno.args.includes("--failures")) console.log(`\n${score.failures.slice(0, 200).join("\n")}`);

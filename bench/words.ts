/**
 * How many words of trouble that real systems send are understood, and how many of their ordinary words are blamed: each
 * line of `tests/cases/words.jsonl` is one message, labelled by who does not know the engine. Those of the half "seen" have
 * been mended for; lines "aside" are measured and not shown. `deno task bench words [--system] [--missed] [--blamed]`
 */
import { CONNECTED_MS, diagnosisOf } from "../tests/cases/runner.ts";

interface Line {
  readonly area: string;
  readonly half: "seen" | "aside";
  readonly topic: string;
  readonly payload: unknown;
  readonly want: "trouble" | "fine";
  readonly why: string;
  readonly system: string;
}

function isBlamed({ topic, payload }: Line): boolean {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const played = {
    name: "words",
    family: "words",
    source: "",
    messages: [{ topic, payload: text, at: 1, retain: false }],
    expect: {},
    calls: [],
  };
  const call = { tool: "debug_device", args: {} };
  const deviceId = topic.includes("/") ? topic : `${topic}/#`;
  const told = diagnosisOf(played, { deviceId, seconds: 10, startedAtMs: CONNECTED_MS, call });
  return told.findings.some(({ severity }) => severity !== "info");
}

const percent = (part: number, whole: number) =>
  whole === 0 ? "–" : `${(100 * part / whole).toFixed(1)} % (${part}/${whole})`;

const has = (option: string) => Deno.args.includes(option);

const totals = new Map<string, { said: number; sick: number; blamed: number; fine: number }>();
const file = new URL("../tests/cases/words.jsonl", import.meta.url);
for (const text of Deno.readTextFileSync(file).trim().split("\n")) {
  const line: Line = JSON.parse(text);
  const told = isBlamed(line);
  const isSick = line.want === "trouble";
  const row = has("--system") ? line.system : `${line.area} ${line.half}`;
  for (const name of [row, `all ${line.half}`]) {
    const total = totals.get(name) ?? { said: 0, sick: 0, blamed: 0, fine: 0 };
    totals.set(name, total);
    if (isSick) {
      total.sick++;
      if (told) total.said++;
    } else {
      total.fine++;
      if (told) total.blamed++;
    }
  }
  // The half kept aside is measured, and not looked at.
  if (line.half === "seen" && isSick !== told && has(isSick ? "--missed" : "--blamed")) {
    console.log(`${line.topic} ${JSON.stringify(line.payload).slice(0, 200)} | ${line.why}`);
  }
}
for (const [name, { said, sick, blamed, fine }] of totals) {
  console.log(
    `${name.padEnd(16)} said ${percent(said, sick).padEnd(18)} blamed ${percent(blamed, fine)}`,
  );
}

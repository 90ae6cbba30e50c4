import { DeviceObserver } from "../../src/analysis/device/observers.ts";
import type { DeviceDiagnosis } from "../../src/analysis/device/mod.ts";
import { Random } from "./random.ts";
import { canPair, faultsOf, play, type Scenario } from "./scenario.ts";
import type { FamilyName } from "./shapes.ts";

/** Hits and misses of one code. */
export interface CodeScore {
  hits: number;
  missed: number;
  wrong: number;
}

/** The outcome of a run. */
export interface Score {
  readonly codes: Map<string, CodeScore>;
  /** Scenarios without a fault, and how many of them got a finding all the same. */
  healthy: number;
  alarmed: number;
  readonly byFamily: Map<
    string,
    { healthy: number; alarmed: number; expected: number; missed: number; wrong: number }
  >;
  /** One line for each miss and each wrong finding. */
  readonly failures: string[];
}

export const FAMILIES: readonly FamilyName[] = [
  "generic",
  "zigbee2mqtt",
  "tasmota",
  "home_assistant",
  "shelly_gen1",
  "shelly_gen2",
  "esphome",
  "homie",
  "aws_shadow",
  "sparkplug_b",
];

/** Reads which code explains which from the table in docs/findings.md, so that neither side can bend it. */
export function readImplications(markdown: string): Map<string, Set<string>> {
  const table = markdown.slice(markdown.indexOf("| told"));
  const implied = new Map<string, Set<string>>();
  for (const line of table.split("\n")) {
    const cells = line.split("|").map((cell) => cell.trim());
    const told = /^`(\w+)`$/.exec(cells[1] ?? "")?.[1];
    if (told === undefined) continue;
    implied.set(
      told,
      new Set([...(cells[2] ?? "").matchAll(/`(\w+)`/g)].map((match) => match[1] ?? "")),
    );
  }
  return implied;
}

/** Lets the detector judge a scenario. */
export function diagnoseScenario(scenario: Scenario): DeviceDiagnosis {
  const observer = new DeviceObserver({
    deviceId: scenario.deviceId,
    startedAtMs: scenario.startedAtMs,
  });
  for (const message of scenario.messages) observer.offer(message);
  return observer.result({
    nowMs: scenario.endedAtMs,
    listened: { seconds: (scenario.endedAtMs - scenario.startedAtMs) / 1000, gaps: [] },
  });
}

/**
 * All scenarios of a run: every family, each fault alone, so many pairs, and so many without any (a third of them sleepy);
 * 15 of each of both unless told otherwise.
 */
export function* scenarios(
  o: {
    seed: number;
    rounds: number;
    families?: readonly FamilyName[];
    pairs?: number;
    healthy?: number;
  },
): Generator<Scenario> {
  const { pairs = 15, healthy = 15 } = o;
  const random = new Random(o.seed);
  let seed = o.seed * 100_003;
  for (let round = 0; round < o.rounds; round++) {
    for (const family of o.families ?? FAMILIES) {
      const faults = faultsOf(family);
      for (const fault of faults) yield play({ family, faults: [fault], seed: seed++ });
      for (let pair = 0; pair < pairs; pair++) {
        const [a, b] = [random.pick(faults), random.pick(faults)];
        if (canPair(a, b)) yield play({ family, faults: [a, b], seed: seed++ });
      }
      for (let i = 0; i < healthy; i++) {
        yield play({ family, faults: [], seed: seed++, sleepy: i % 3 === 0 });
      }
    }
  }
}

/** Scores the detector over scenarios. */
export function scoreOf(
  list: Iterable<Scenario>,
  implied: ReadonlyMap<string, ReadonlySet<string>>,
): Score {
  const score: Score = {
    codes: new Map(),
    healthy: 0,
    alarmed: 0,
    byFamily: new Map(),
    failures: [],
  };
  const codeOf = (code: string) => {
    const known = score.codes.get(code) ?? { hits: 0, missed: 0, wrong: 0 };
    score.codes.set(code, known);
    return known;
  };
  for (const scenario of list) {
    const diagnosis = diagnoseScenario(scenario);
    const told = new Set<string>(diagnosis.findings.map((finding) => finding.code));
    const allowed = new Set(scenario.faults.flatMap((fault) => [...(implied.get(fault) ?? [])]));
    const expected = scenario.faults.filter((fault) => !allowed.has(fault));
    const family = score.byFamily.get(scenario.family) ??
      { healthy: 0, alarmed: 0, expected: 0, missed: 0, wrong: 0 };
    score.byFamily.set(scenario.family, family);
    const label = `${scenario.family} [${scenario.faults.join("+")}] (${scenario.note})`;
    if (scenario.faults.length === 0) {
      score.healthy++;
      family.healthy++;
      if (told.size > 0) {
        score.alarmed++;
        family.alarmed++;
      }
    }
    for (const code of expected) {
      family.expected++;
      if (told.has(code)) codeOf(code).hits++;
      else {
        codeOf(code).missed++;
        family.missed++;
        score.failures.push(`missed ${code}: ${label}, told ${[...told].join(", ") || "nothing"}`);
      }
    }
    for (const code of told) {
      if (scenario.faults.includes(code) || allowed.has(code)) continue;
      codeOf(code).wrong++;
      family.wrong++;
      const finding = diagnosis.findings.find((one) => one.code === code);
      score.failures.push(
        `wrong ${code}: ${label}, "${finding?.title}": ${finding?.evidence.summary}`,
      );
    }
  }
  return score;
}

/** All devices of a fleet as a wall of tiles shows them: the sick ones first, and none left out but for a bound. */
import type { Finding } from "../finding_shape.ts";
import type { Vitals } from "../vitals.ts";

import type { JudgedDevice, SickDevice } from "./judged.ts";

/** Why a device stands where it stands. */
type Condition =
  | "sick"
  /** Its only trouble is one that it shares. */
  | "affected"
  /** Nothing live and no statement was heard of it. */
  | "unknown"
  | "healthy";

/** One device of all. */
export interface FleetDevice extends Omit<SickDevice, "more_findings">, Omit<Vitals, "values"> {
  readonly condition: Condition;
  /** Of its worst finding. */
  readonly severity: Finding["severity"] | null;
  /** `zigbee2mqtt/+`: what it shares with its neighbours. */
  readonly place: string;
  readonly model: string | null;
  /** What a person should know of it first. */
  readonly sentence: string;
  readonly more_findings: number;
}

/** Devices that are told one by one. */
export const MOST_TOLD = 2_000;
const SENTENCE_CHARS = 200;

/** One device as it is told. Pure. */
export function fleetDevice(
  judged: JudgedDevice,
  o: { row: SickDevice; condition: Condition; place: string },
): FleetDevice {
  const { row, condition, place } = o;
  const { vitals, model } = judged.diagnosis;
  const { battery, signal } = vitals;
  return {
    ...row,
    condition,
    severity: row.findings[0]?.severity ?? null,
    place,
    model: model ?? null,
    battery,
    signal,
    sentence: sentenceOf(row, { condition, values: vitals.values }),
    more_findings: row.more_findings ?? 0,
  };
}

function sentenceOf(
  { state, findings }: SickDevice,
  o: { condition: Condition; values: string },
): string {
  if (findings.length === 0) {
    if (o.condition === "unknown") return "Nothing was heard of it live";
    return o.values === "" ? "Nothing is wrong with it" : o.values;
  }
  const titles = findings.map(({ title }) => title);
  // Its state stands beside it: what says more than that comes first.
  const telling = titles.filter((title) => title !== `The device is ${state}`);
  const told = (telling.length > 0 ? telling : titles).map(withoutSubject).join("; ");
  return told.length > SENTENCE_CHARS ? `${told.slice(0, SENTENCE_CHARS - 1)}…` : told;
}

/** `The device was last heard 40 min ago` → `Last heard 40 min ago`; `… reports an error: E42` → `E42`. */
function withoutSubject(title: string): string {
  const rest = title.replace(/^The device (reports an error: |was |is |has )?/, "")
    .replace(/^The device's /, "").replace(/^The /, "");
  return rest === "" ? title : rest[0].toUpperCase() + rest.slice(1);
}

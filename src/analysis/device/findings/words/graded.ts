import { flagOf } from "../../../../payload/flag.ts";
import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, iso } from "../../evidence.ts";
import { leafOf, objectOf, type Scalar } from "../../reading/fields.ts";
import type { Sample } from "../../reading/trace.ts";
import { isSet, isUnset } from "../flags/flag.ts";
import { besideOf, type DeviceView, type Reading } from "../../reading/view.ts";

/** What a grade comes to in a format that defines its numbers or letters. */
interface Grade {
  readonly severity: "error" | "warning";
  /** In the message's own words, with where the grade is from. */
  readonly said: string;
}

type Format = (
  field: { path: string; name: string; value: Scalar; reading: Reading },
) => Grade | null;

/** `reported_error` of severities in the numbers of a known format: syslog, OPC UA, NAMUR, log libraries. */
export function gradedMessages(view: DeviceView): Finding[] {
  const kinds = new Map<string, Grade & { readonly samples: Sample[]; readonly topic: string }>();
  for (const topic of view.topics) {
    if (!/^(?:state|event|info|log|reply)$/.test(topic.role)) continue;
    for (const reading of topic.readings.slice(-200)) {
      for (const [path, value] of reading.fields) {
        const grade = gradeOf({ path, name: leafOf(path), value, reading });
        if (grade === null) continue;
        const key = `${grade.severity} ${grade.said.replace(/\d+/g, "#")}`;
        const known = kinds.get(key);
        if (known !== undefined) known.samples.push(reading.sample);
        else if (kinds.size < 50) {
          kinds.set(key, { ...grade, samples: [reading.sample], topic: topic.topic });
        }
      }
    }
  }
  return [...kinds.values()]
    .sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"))
    .slice(0, 3)
    .map(({ severity, said, samples, topic }) =>
      findingFrom({
        severity,
        code: "reported_error",
        title: `The device reports ${severity === "error" ? "an error" : "a warning"}: ${said}`,
        summary: `${
          samples.length === 1 ? "Once" : `${samples.length} times`
        } on "${topic}", last at ${iso(samples.at(-1)?.at ?? 0)}`,
        ...everyTime(samples),
        suggestion:
          "Read the messages before it in the history: what led to it is told there with a lower severity.",
      })
    );
}

const FORMATS: readonly Format[] = [
  // RFC 5424, GELF and journald: 0 emergency, 1 alert, 2 critical, 3 error.
  ({ path, name, value, reading }) => {
    const level = Number(value);
    if (!/^(?:severity|level|priority)$/.test(name) || !/^[0-3]$/.test(String(value))) return null;
    const isSyslog = name === "severity" && has(reading, "facility", path) ||
      name === "level" && has(reading, "shortmessage", path) && has(reading, "host", path) ||
      name === "priority" && has(reading, "syslogidentifier", path);
    const said = spoken(reading, path);
    return isSyslog && said !== ""
      ? { severity: "error", said: `${said} (syslog ${level})` }
      : null;
  },
  // Bunyan and Pino: 40 warning, 50 error, 60 fatal.
  ({ path, name, value, reading }) => {
    if (name !== "level" || typeof value !== "number" || value < 40 || value % 10 !== 0) {
      return null;
    }
    const isOne = value <= 60 &&
      ["pid", "hostname", "message"].every((leaf) => has(reading, leaf, path));
    const said = spoken(reading, path);
    return !isOne || said === "" || value === 40 ? null : { severity: "error", said };
  },
  // OPC UA Part 5, §6.4.2: 1 to 1000, from 667 on high; Part 9: a condition that is not active is over.
  ({ path, name, value, reading }) => {
    if (name !== "severity" || typeof value !== "number" || value < 100 || value > 1_000) {
      return null;
    }
    const isOne =
      ["sourcename", "sourcenode", "eventtype", "conditionname"].some((leaf) =>
        has(reading, leaf, path)
      ) && (has(reading, "message", path) || [...reading.fields.keys()].some((k) =>
        /(^|\.)message\.text$/.test(k)
      ));
    if (!isOne) return null;
    const active = activeState(reading);
    const said = `${spoken(reading, path)} (severity ${value})`;
    if (active === false) return null;
    if (active === true) return { severity: value >= 667 ? "error" : "warning", said };
    return value >= 667 ? { severity: "warning", said } : null;
  },
  // MindSphere: 20 error, 30 warning, 40 information.
  ({ path, name, value, reading }) => {
    if (name !== "severity" || value !== 20 && value !== 30) return null;
    const isOne = has(reading, "sourceid", path) && has(reading, "sourcetype", path);
    return isOne
      ? { severity: value === 20 ? "error" : "warning", said: spoken(reading, path) }
      : null;
  },
  namur,
];

function gradeOf(field: Parameters<Format>[0]): Grade | null {
  for (const format of FORMATS) {
    const grade = format(field);
    if (grade !== null) return grade;
  }
  return null;
}

/** Names of what tells a state of NAMUR NE 107. */
const NE107 =
  /^(?:namur|ne107)|(?:namur|ne107)(?:status|state|category)?$|^devicehealth(?:status)?$/;
const NE107_WORDS: Readonly<Record<string, Grade["severity"]>> = {
  f: "error",
  failure: "error",
  c: "warning",
  functioncheck: "warning",
  checkfunction: "warning",
  s: "warning",
  outofspecification: "warning",
  outofspec: "warning",
  offspec: "warning",
  m: "warning",
  maintenancerequired: "warning",
  maintenancerequest: "warning",
};
/** OPC 10000-100, DeviceHealthEnumeration. */
const DEVICE_HEALTH = ["normal", "failure", "checkfunction", "offspec", "maintenancerequired"];

/** NAMUR NE 107 by its words and letters, by the numbers of OPC UA for devices, or as four flags side by side. */
function namur({ path, name, value, reading }: Parameters<Format>[0]): Grade | null {
  if (NE107.test(name)) {
    const word = String(value).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
    const said = name.startsWith("devicehealth") && typeof value === "number"
      ? DEVICE_HEALTH[value] ?? ""
      : word;
    const severity = Object.hasOwn(NE107_WORDS, said) ? NE107_WORDS[said] : undefined;
    return severity === undefined ? null : { severity, said: `${path}: ${said} (NAMUR NE 107)` };
  }
  if (flagOf(value) !== true || name.length < 2 || !Object.hasOwn(NE107_WORDS, name)) return null;
  const beside = besideOf(path, reading).filter(([other]) =>
    leafOf(other).length > 1 && Object.hasOwn(NE107_WORDS, leafOf(other))
  );
  const severity = NE107_WORDS[name];
  return beside.length < 2 || severity === undefined
    ? null
    : { severity, said: `${path} (NAMUR NE 107)` };
}

/** Whether a condition of OPC UA is active; undefined where nothing says so. */
function activeState({ fields }: Reading): boolean | undefined {
  for (const [path, value] of fields) {
    const leaf = leafOf(path);
    if (/(?:^|\.)active_state(?:\.id)?$/.test(path) || leaf === "activestateid") {
      if (isSet(value)) return true;
      if (isUnset(value)) return false;
    }
  }
  return undefined;
}

function has(reading: Reading, leaf: string, path: string): boolean {
  return besideOf(path, reading).some(([other]) => leafOf(other) === leaf);
}

/** What a message says in words, beside its grade. */
function spoken({ fields }: Reading, path: string): string {
  const parent = objectOf(path);
  for (const leaf of ["message", "shortmessage", "text", "description"]) {
    for (const [other, value] of fields) {
      const isIt = objectOf(other) === parent && leafOf(other) === leaf ||
        other === `${parent}message.text`;
      if (isIt && typeof value === "string" && value.trim() !== "") {
        return value.trim().slice(0, 100);
      }
    }
  }
  return "";
}

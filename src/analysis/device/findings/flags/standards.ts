/** What published standards and widespread formats say by codes, enums and numbers beside their limits. */
import { leafOf, objectOf, type Scalar } from "../../fields.ts";
import type { Reading } from "../../view.ts";
import { type Field, type Flag, has, isSet, reported, type Rule, wordOf } from "./flag.ts";

/** The value beside a field in the same object; in lower case without separators, as {@linkcode leafOf} writes it. */
function beside({ path, reading }: Pick<Field, "path" | "reading">, leaf: string): Scalar {
  const parent = objectOf(path);
  for (const [other, value] of reading.fields) {
    if (leafOf(other) === leaf && objectOf(other) === parent) return value;
  }
  return null;
}

const NETWORK: readonly Rule[] = [
  // IF-MIB (RFC 2863): enabled, and the layer below or the module is gone; of a port that is down, what is called an uplink.
  (field) => {
    if (
      field.name !== "ifoperstatus" || !/^(?:up|1)$/.test(String(beside(field, "ifadminstatus")))
    ) {
      return null;
    }
    const called = `${beside(field, "ifalias")} ${beside(field, "ifdescr")}`;
    const said = wordOf(field.value);
    return /^(?:lowerlayerdown|notpresent)$/.test(said) || field.value === 7 || field.value === 6 ||
        (said === "down" || field.value === 2) &&
          /uplink|trunk|backbone|\bwan\b|\bcore\b/i.test(called)
      ? reported("warning", "a port that is enabled has no link")
      : null;
  },
  // BGP4-MIB (RFC 4273): all states but established (6), of a peer that is started.
  (field) =>
    field.name === "bgppeerstate" &&
      /^(?:idle|connect|active|opensent|openconfirm|[1-5])$/.test(String(field.value)) &&
      !/^(?:stop|1)$/.test(String(beside(field, "bgppeeradminstatus")))
      ? reported("warning", "a neighbour is not connected")
      : null,
  // OSPF (RFC 4750) on its way to a neighbour, for minutes.
  (field) =>
    field.name === "ospfnbrstate" &&
      /^(?:down|attempt|init|exstart|exchange|loading)$/.test(wordOf(field.value)) &&
      [...field.reading.fields].some(([path, seconds]) =>
        /^dwells?$/.test(leafOf(path)) && Number(seconds) >= 300
      )
      ? reported("warning", "a neighbour is not connected")
      : null,
  // Etherlike-MIB: half of a connection that the other end takes for whole.
  (field) =>
    field.name === "dot3statsduplexstatus" && /^half/i.test(String(field.value)) &&
      Number(beside(field, "ifinerrors")) > 1_000
      ? reported("warning", "both ends of a link do not agree")
      : null,
  (field) =>
    /^(?:state|status)$/.test(field.name) && wordOf(field.value) === "searching" &&
      [...field.reading.fields].some(([path, seconds]) =>
        /^sinces$/.test(leafOf(path)) && Number(seconds) >= 900
      ) &&
      has(field.reading, "rssi")
      ? reported("warning", "no network takes it")
      : null,
  // What is received, and what shall be.
  (field) => {
    if (!/^(?:rsl|rssi|rxlevel)(?:dbm)?$/.test(field.name) || typeof field.value !== "number") {
      return null;
    }
    const wanted = beside(field, `${field.name.replace(/dbm$/, "")}expected`);
    return typeof wanted === "number" && field.value < wanted - 20
      ? reported("warning", "far less is received than shall be")
      : null;
  },
  // ITU-T G.984.3: O1 hears no light, O6 lost it, O7 is switched off by the other end.
  ({ name, value }) =>
    /^(?:g|x)?(?:pon|onu|ont)(?:state|status)$/.test(name) && /^O[167](?![\d.])/.test(String(value))
      ? reported("error", "no light comes from the other end")
      : null,
  // The receivers of G.984.2 hear down to -28 dBm.
  ({ name, value, topic, reading }) =>
    /^rxpower(?:dbm)?$/.test(name) && typeof value === "number" && value < -29 && value > -40 &&
      /pon|onu|ont|ftth|fiber|optic/i.test(`${topic.topic} ${[...reading.fields.keys()].join(" ")}`)
      ? reported("warning", "too little light comes from the other end")
      : null,
  // 3GPP TS 27.007: 3 is denied.
  ({ value }) =>
    typeof value === "string" && /^\+C[EG]?REG: ?(?:\d,)?3\b/.test(value)
      ? reported("warning", "no network takes it")
      : null,
];

const HOST: readonly Rule[] = [
  // Prometheus: a target that is not reached.
  ({ name, value, reading }) =>
    name === "up" && value === 0 && has(reading, "job") && has(reading, "instance")
      ? reported("error", "it is down")
      : null,
  ({ name, value }) =>
    name === "nodetimexsyncstatus" && value === 0
      ? reported("warning", "its clock is not set by a time server")
      : null,
  ({ name, value, reading }) =>
    name === "ready" && /^(?:unknown|false)$/.test(wordOf(value) || String(value)) &&
      has(reading, "memorypressure")
      ? reported("error", "a node is not ready")
      : null,
  // systemd's results but for success.
  ({ name, value, reading }) =>
    name === "result" && has(reading, "activestate") &&
      /^(?:exit-code|signal|core-dump|timeout|watchdog|start-limit-hit|oom-kill|resources|protocol)$/
        .test(String(value))
      ? reported("error", "a service failed")
      : null,
  // Docker counts how often it started a container again.
  ({ name, value, reading }) =>
    /^(?:state|status)$/.test(name) && wordOf(value) === "restarting" &&
      [...reading.fields].some(([path, count]) =>
        leafOf(path) === "restartcount" && Number(count) >= 10
      )
      ? reported("warning", "it starts again and again")
      : null,
  ({ name, value, reading }) =>
    /^(?:state|statetext)$/.test(name) && /^(?:crit|unkn)$/.test(wordOf(value)) &&
      has(reading, "summary")
      ? reported("error", "a check failed")
      : null,
  // IPMI's thresholds: critical and not to be recovered.
  ({ name, value, reading }) =>
    /^(?:state|status)$/.test(name) && /^(?:[lu]?cr|[lu]?nr)$/.test(wordOf(value)) &&
      (has(reading, "reading") || has(reading, "units"))
      ? reported("error", "a reading is beyond its limit")
      : null,
  // ATA's attributes 197 and 198; what stands beside a threshold is a grade, of which 100 is a good one.
  (field) =>
    /^(?:currentpendingsector|offlineuncorrectable)(?:s|ct|count)?$/.test(field.name) &&
      typeof field.value === "number" && field.value > 0 && beside(field, "thresh") === null &&
      beside(field, "worst") === null
      ? reported("warning", "sectors of the disk cannot be read")
      : null,
  // NVMe's health log: bits of its critical warning.
  (field) =>
    field.name === "criticalwarning" && typeof field.value === "number" && field.value > 0 &&
      beside(field, "availablespare") !== null
      ? reported("error", "the disk itself warns")
      : null,
];

const MACHINE: readonly Rule[] = [
  // OPC UA's status codes.
  ({ name, value }) =>
    /status|quality/.test(name) && typeof value === "string" &&
      /^(?:Bad(?!ge)|Uncertain(?!InitialValue))[A-Z][A-Za-z]{2,40}$/.test(value)
      ? reported(
        value.startsWith("Bad") ? "error" : "warning",
        "a value or a connection that is not good",
      )
      : null,
  // `AlarmMonitor: HighHigh`.
  ({ name, value }) =>
    /alarm/.test(name) && /^(?:hihi|highhigh|lolo|lowlow)$/.test(wordOf(value))
      ? reported("error", "an alarm")
      : null,
  ({ name, value }) =>
    name === "wcstate" && value === 1
      ? reported("error", "a slave of the bus does not answer")
      : null,
  // rtl_433's word for water meters: for how long it leaks in the last day, in steps.
  ({ name, value }) =>
    name === "leaknow" && typeof value === "number" && value > 0
      ? reported("error", "a leak")
      : null,
  // SEMI E5: the eighth bit says that an alarm is set.
  ({ name, value, reading }) =>
    name === "alcd" && typeof value === "number" && value >= 128 && value < 256 &&
      has(reading, "alid")
      ? reported("error", "an alarm")
      : null,
  // Homie: what stands there is of now, and empty when it is over.
  ({ path, value, topic }) =>
    path === "" && topic.segments.at(-2) === "$alert" && typeof value === "string" &&
      value.trim() !== ""
      ? reported("warning", "an alert")
      : null,
  // MAVLink's sensors, each healthy or not.
  ({ path, value }) =>
    value === false && /sensors?_?health\.$/i.test(objectOf(path))
      ? reported("error", "one of its sensors")
      : null,
  // wmbusmeters' words for what a meter tells of itself.
  ({ name, value, reading }) =>
    /^(?:current)?status$/.test(name) && has(reading, "media") && has(reading, "meter") &&
      /^(?:DRY|REVERSED?|BURST|LEAK)(?:\s|$)/.test(String(value))
      ? reported("warning", "its meter warns")
      : null,
  ({ name, topic, path, value }) =>
    /telltale/i.test(`${topic.topic} ${path}`) && /^(?:red|yellow|amber)$/.test(wordOf(value)) &&
      !/parkingbrake|belt|beam|hazard|turn|indicator|fog|^light/.test(name)
      ? reported("warning", "a light of warning is on")
      : null,
  // `AL008 = 1` on a level of alarms.
  ({ path, value, topic }) => {
    if (!isSet(value) || value === "alarm") return null;
    const [above = "", own = ""] = [...topic.segments, ...path.split(".")].filter((level) =>
      level !== ""
    ).slice(-2);
    return /^(?:alarms?|faults?)$/i.test(above) &&
        /^(?:AL|ALM|E|F|ER|ERR|ALARM|FAULT)[-_]?\d{1,4}$/i.test(own)
      ? reported("error", "an alarm")
      : null;
  },
  ({ name, value }) =>
    /^(?:ups)?selftest(?:result|status|state)?$/.test(name) &&
      /^(?:ng|bad|fail|failed|failure|checkfailure|error|warning)$/.test(wordOf(value))
      ? reported("error", "its own test failed")
      : null,
  // Below that a heating loses air and water.
  ({ name, value, topic }) =>
    (/^(?:system|sys|water|heating)press(?:ure)?(?:bar)?$/.test(name) ||
        /^pressure(?:bar)?$/.test(name) && /boiler/i.test(topic.topic)) &&
      typeof value === "number" && value > 0 && value < 0.5 &&
      /boiler|heat|kessel|heiz/i.test(topic.topic)
      ? reported("warning", "the heating has too little water")
      : null,
  tyreOfFour,
];

/** One tyre that has far less than the others. */
function tyreOfFour({ path, name, value, reading, topic }: Field): Flag | null {
  if (
    !/^(?:front|rear)[a-z_]{0,12}press/.test(name) ||
    !/tyre|tire|tpms|wheel/i.test(`${topic.topic} ${path}`)
  ) return null;
  const others = pressuresOf(reading);
  const middle = [...others].sort((a, b) => a - b)[Math.floor(others.length / 2)] ?? 0;
  return typeof value === "number" && value > 0 && others.length === 4 && value < middle * 0.7
    ? reported("warning", "a tyre has too little pressure")
    : null;
}

function pressuresOf({ fields }: Reading): number[] {
  return [...fields].flatMap(([path, value]) =>
    /^(?:front|rear)[a-z_]{0,12}press/.test(leafOf(path)) && typeof value === "number"
      ? [value]
      : []
  );
}

/** Codes and enums of standards, and numbers beside their limits. */
export const STANDARD_RULES: readonly Rule[] = [...NETWORK, ...HOST, ...MACHINE];

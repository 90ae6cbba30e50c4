import { matchesFilter } from "../../../mqtt/topic.ts";
import { generic } from "../families/generic.ts";
import { splitByDevice } from "../reading/split.ts";
import type { DeviceDiagnosis, ExpiringVerdict } from "../diagnosis.ts";
import type { Finding } from "../finding_shape.ts";
import { NO_VITALS } from "../vitals.ts";

/** From how many devices of no known family on a filter means many: rooms and parts look like devices too. */
const MANY_GENERIC = 8;
const SHOWN_DEVICES = 10;
/** Levels that divide what one device tells of itself. */
const SECTIONS =
  /^(status|state|stats|statistics|monitor|monitoring|maintenance|diagnosis|diagnostics?|settings?|config|configuration|info|system|general|main|outage|alarms?|errors?|battery|bms|grid|mains|pv\d?|solar|load|energy|power|ac|dc|inputs?|outputs?|totals?|day|month|year)$/i;

/** Devices that a wide filter means, when it means more than one. */
export interface ManyDevices {
  readonly count: number;
  readonly names: readonly string[];
}

/**
 * The devices below a filter with wildcards, or null where it can stand for one: a gateway with its children, or parts
 * of one tree. Pure.
 */
export function manyDevices(filter: string, topics: Iterable<string>): ManyDevices | null {
  if (!/[+#]/.test(filter)) return null;
  // What announces the parts of one device elsewhere is no device of its own.
  const below = Iterator.from(topics).filter((topic) =>
    !ANNOUNCES.test(topic) || matchesFilter(filter, topic)
  ).toArray();
  const devices = splitByDevice(below).filter(({ name }) => name !== "bridge");
  const keys = devices.map(({ key }) =>
    key.replace(/^(?:cmn?d|stat|tele)\//, "").replace(/\/{1,9}$/, "")
  );
  const hasParent = keys.some((key) =>
    keys.every((other) => other === key || other.startsWith(`${key}/`))
  );
  // `home/gateway/#` asks for the gateway, whatever it passes on.
  if (hasParent || keys.includes(filter.replace(/\/#$/, ""))) return null;
  // `/devices/roller_1/meta/name` names all that stands below.
  const base = filter.replace(/#$/, "");
  if (NAMES_OF_ALL.some((name) => below.includes(base + name))) return null;
  if (isBelowNumber(filter, keys) || KINDS_OF_ONE.test(filter) || areQuantities(below)) return null;
  const known = new Set(devices.filter(({ family }) => family !== generic).map(({ key }) => key));
  // What stands below another is a part of it.
  const apart = new Set(keys).difference(
    new Set(keys.filter((key) => keys.some((other) => key.startsWith(`${other}/`)))),
  );
  if (known.size < 2 && (apart.size < MANY_GENERIC || areSections(filter, keys))) {
    return null;
  }
  return {
    count: new Set(keys).size,
    names: devices.slice(0, SHOWN_DEVICES).map(({ name }) => name.slice(0, 120)),
  };
}

const ANNOUNCES = /^homeassistant\/.+\/config$/;

/** Where the one device that stands below a tree tells what it is called. */
const NAMES_OF_ALL = ["meta/name", "name", "$name", "friendly_name", "device_name"];

/** `homeassistant/+/boiler/#`: all kinds of entities of one node. */
const KINDS_OF_ONE = /^homeassistant\/\+\/[^+#\/]+\/#$/;

/** Levels that hold the value of what is named by the one above. */
const HOLDS_VALUE = /^(?:state|get|set|value|data|json|attributes|config)$/i;
/** What one device tells of itself; the rooms of a house tell of few of these. */
const QUANTITIES =
  /temp|humid|press|volt|current|power|energy|batt|soc|cpu|processor|mem|disk|storage|wifi|ssid|rssi|signal|uptime|mode|fault|error|alarm|warn|version|level|speed|flow|limit|filter|bypass|fan|pump|valve|kiosk|display|volume|screen|camera|network|lock|ram(?![a-z])|ssd|address/i;
const LEAST_KINDS = 4;
const MOST_OF_KIND = 0.5;

/** Whether what is named right above each value are quantities of many kinds: `mac/battery/state` beside `mac/cpu/state`. */
function areQuantities(topics: readonly string[]): boolean {
  const own = topics.filter((topic) => !ANNOUNCES.test(topic)).map((topic) => topic.split("/"));
  const named = new Set(own.map((levels) => levels.at(-2) ?? ""));
  if (named.size < LEAST_KINDS || !own.every((levels) => HOLDS_VALUE.test(levels.at(-1) ?? ""))) {
    return false;
  }
  const depths = new Set(own.map(({ length }) => length));
  const told = [...named].flatMap((name) => QUANTITIES.exec(name)?.[0].toLowerCase() ?? []);
  const counts = [...Map.groupBy(told, (kind) => kind).values()].map(({ length }) => length);
  return depths.size === 1 && 2 * told.length >= named.size && counts.length >= LEAST_KINDS &&
    Math.max(...counts) <= MOST_OF_KIND * told.length;
}

/** A level that is a serial number, as plants, meters and boilers bear one. */
const NUMBER = /^(?=.*\d)[0-9A-Z]{4,24}$/;
/** Levels that only say that values stand below. */
const HOLDS = /^(?:metrics?|data|values?|status|state|telemetry|sensors?)$/i;
/** A battery or a supply, and no number of a thing: `12v`. */
const VOLTS = /^\d{1,3}v\d?$/i;
/** More things below one are things of their own. */
const MOST_BELOW = 60;

/** Whether a filter is `nbe/3629/#`: all below the number of one device, where nothing bears a number of its own. */
function isBelowNumber(filter: string, keys: readonly string[]): boolean {
  if (!/^[^+#]+\/#$/.test(filter) || keys.length > MOST_BELOW) return false;
  const asked = filter.slice(0, -2).split("/");
  const first = keys[0]?.split("/") ?? [];
  const apart = first.findIndex((level, i) => keys.some((key) => key.split("/")[i] !== level));
  // `XEO/VIARIS/0F415C/#`, where all stands below one more number.
  const levels = apart > asked.length ? first.slice(0, apart) : asked;
  const isNumber = (path: readonly string[]) =>
    NUMBER.test(path.findLast((level) => !HOLDS.test(level)) ?? "");
  if (levels.length < 2 || !isNumber(levels) && !isNumber(asked)) return false;
  return !keys.some((key) =>
    key.split("/").slice(levels.length).some((level) =>
      !VOLTS.test(level) && (NUMBER.test(level) || /^\d/.test(level))
    )
  );
}

/** Whether most levels right below `generator/#` are sections of one device, such as `Status` and `Maintenance`. */
function areSections(filter: string, keys: readonly string[]): boolean {
  if (!/^[^+#]+\/#$/.test(filter)) return false;
  const depth = filter.split("/").length - 1;
  const below = new Set(keys.map((key) => key.split("/")[depth] ?? ""));
  return 2 * [...below].filter((level) => SECTIONS.test(level)).length >= below.size;
}

/** What is said of many as one: nothing. */
export const VERDICT_ON_MANY: ExpiringVerdict["verdict"] = {
  convention: "unknown",
  connection: { state: "unknown" },
  health: null,
  findings: [],
  vitals: NO_VITALS,
};

/** What is wrong with what connects all of them. */
export function ofAll<F extends Pick<Finding, "code" | "title">>(findings: readonly F[]): F[] {
  return findings.filter(({ code, title }) =>
    code === "offline_last_will" && title.startsWith("The bridge ")
  );
}

/** Many devices are not judged as one: what is wrong with one would stand for all. */
export function ofMany(diagnosis: DeviceDiagnosis, many: ManyDevices): DeviceDiagnosis {
  const { device_id, messages, messages_per_minute, topic_count } = diagnosis;
  const some = many.names.slice(0, 3).join(", ");
  const evidence = `"${device_id}" means ${many.count} devices (${some}, …), not one`;
  return {
    device_id,
    topics: [],
    topic_count,
    convention: VERDICT_ON_MANY.convention,
    also: [],
    connection: { state: "unknown", evidence, messages: [], last_will: null, heartbeat_s: null },
    health: VERDICT_ON_MANY.health,
    health_why: ["Many devices are not judged as one"],
    findings: ofAll(diagnosis.findings),
    changes: [],
    vitals: VERDICT_ON_MANY.vitals,
    recent_messages: [],
    messages_per_minute,
    messages,
    nearest: many.names.map((name) => ({ name, topic: device_id })),
    advice: [
      `Ask check_devices with pattern "${device_id}": it judges each of the ${many.count} and names the sick ones.`,
      "Or ask debug_device for one of them by its name.",
    ],
  };
}

/** Why nothing need come of what is asked for, or says that it is on. */
import { rememberingEach } from "../../../../payload/remembered.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import type { Scalar } from "../../reading/fields.ts";
import type { DeviceView, FieldPlace, Reading } from "../../reading/view.ts";
import { isOn } from "./drivers.ts";

const AT_REST =
  /^(?:(?:power_?|switched_?)?off|idle|stand_?by|sleep\w*|asleep|stop(?:p?ed)?|offline|disconnected|unavailable|inactive|disabled|paused?|ready|night|away|waiting|manual|hand|maintenance|service|locked|blocked|stow\w*|park(?:ed)?|e-?stop|emergency)$/i;

/** Whether a value says that who tells it rests, is off, or is not to do anything. */
export function saysRest(value: Scalar | undefined): boolean {
  return typeof value === "string" && value.length < 40 &&
    AT_REST.test(inEnglish(value.trim().toLowerCase()));
}

/** Whether any field of a message says so. */
export function restsIn(reading: Pick<Reading, "fields"> | undefined): boolean {
  return [...reading?.fields.values() ?? []].some(saysRest);
}

/** Who is by hand, is locked, waits or is away, does nothing by command. */
const HELD =
  /^(?:hand|manual|local|lock(?:ed)?[_ ]?out|lockout|maintenance|wartung|isolated|disabled|waiting|sleep\w{0,8}|delay\w{0,8}|interlock\w{0,8}|blocked|not[_ ]?ready|cool(?:ing)?[_ -]?down|abk(?:ü|ue)hl\w{0,6}|holiday|vacation|urlaub|vacances)$/i;
const HOLDS =
  /interlock|(?<![cb]|un)lock|local|manual|hand(?!l)|maint|isolat|bypass|delay|inhibit|disable|holiday|vacation/;
/** What is opened by hand, in small letters. */
export const DOOR =
  /(?<!out|in)door|window|(?<![a-z])(?:lid|t(?:ü|ue)r|porte|fen[eê]tre|puerta)(?![a-z])|fenster|finestra|ventana/;
const LETS = /auto|remote|enable|permissi|ready|freigabe/;
const STANCE = /mode|state|status|reason/;
const THAWS = /defrost|abtau|thaw|d[ée]givr/i;

/** What is told last of everything, by the two levels and the field that name it. */
const toldLast = rememberingEach(({ topics }: DeviceView): readonly [string, Scalar, string][] =>
  topics.filter(({ role }) => role !== "discovery").flatMap((topic) =>
    [...topic.readings.at(-1)?.fields ?? []].map(([path, value]): [string, Scalar, string] => [
      [...topic.segments.slice(-2), path].join("/").toLowerCase(),
      value,
      path,
    ])
  )
);

/** Whether it says that it thaws its ice. */
export function isDefrosting(view: DeviceView): boolean {
  return toldLast(view).some(([name, value, path]) =>
    // What a value is called is none: `{"key": "defrost", "value": 0}`.
    (typeof value !== "string" || !path.includes(`[${value}]`)) &&
    (THAWS.test(name) && value !== false && value !== 0 &&
        !/^(?:off|false|no|idle|0)$/i.test(String(value)) ||
      typeof value === "string" && /^(?:defrost|abtau|thaw|d[ée]givr)/i.test(value))
  );
}

/** Whether anything that is told says that nothing runs by command now. */
export function isHeldBack(view: DeviceView): boolean {
  return isDefrosting(view) ||
    toldLast(view).some(([name, value]) =>
      typeof value === "string" && HELD.test(value.trim()) && STANCE.test(name) ||
      /mode/.test(name) && isOn(value) === false ||
      isOn(value) === true &&
        (HOLDS.test(name) || DOOR.test(name) && (typeof value === "string" || /open/.test(name))) ||
      isOn(value) === false && LETS.test(name)
    );
}

/** What holds much warm water, of which some is drawn: no kettle and no machine, which are done when they are hot. */
const TANK =
  /boiler|water_?heater|hot_?water|(?:water|dhw|buffer|puffer)_?tank|cylinder|immersion|geyser|warmwasser|speicher|heizstab|ballon|cumulus|chauffe_?eau|scaldabagno|calentador|termo(?:s|siphon)?(?![a-z])|bojler|boyler|zásobník|varmvatten|varmtvann|водонагрев/iu;
const NO_TANK = /kettle|wasserkocher|coffee|kaffee|espresso|steam|iron/i;

/** Whether a place is called, by itself or with its device, as what holds much warm water. */
export function isOfTank({ topic, path }: FieldPlace, { identity }: DeviceView): boolean {
  const names = `${topic.topic} ${path} ${identity.name ?? ""} ${identity.deviceId}`
    .replace(/[\s-]+/g, "_");
  return TANK.test(names) && !NO_TANK.test(names);
}

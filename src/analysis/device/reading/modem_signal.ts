import { leafOf } from "./fields.ts";
import { median } from "../../statistics.ts";
import type { SignalJudgement } from "./radio.ts";
import { type DeviceView, siblingTopics, type TopicView } from "./view.ts";

/** Words that only a device with a mobile network modem says. */
const MODEM =
  /gsm|gprs|(?:^|[^a-z])(?:lte|wwan|[2345]g)(?:[^a-z]|$)|nb-?iot|imei|iccid|modem|cellular|csq|rsrp|mobilfunk|sim[78]\d{2,3}|at\+/i;
/** Radios of other things, which a device with a modem may pass on. */
const PASSED_ON = /lora|\bble\b|bluetooth|zigbee|rtl_?433|m-?bus|433|868|915|wi-?fi|wlan|ssid/i;
const NAMED =
  /^(?:csq|rsrp(?:dbm)?|(?:gsm|gprs|lte|modem|cell|cellular|mobile|wwan|nbiot|mobilfunk)(?:csq|rssi|rsrp|signal)(?:quality|strength|dbm)?|csq(?:value|rssi)|signal(?:quality|csq)|mobilfunksignal(?:stärke|staerke)?)$/;
/** Names by which a number of 0 to 31 is told, and bars of 0 to 5 seldom are. */
const COUNTS = /csq/;
const MAY_BE_BARS = /^(?:rssi|signal|signalquality|signalstrength)$|rssi$|signalquality$/;

/** 3GPP TS 27.007, 8.5: 0 to 31 in steps of 2 dB from -113 dBm, 99 where it is not known. */
const MOST = 31;
const UNKNOWN = 99;
/** -103 dBm: calls and data break off. */
const WEAK_COUNT = 5;
const WEAK_RSSI_DBM = -107;
/** What stands for "this or less, or not known". */
const LEAST_RSSI_DBM = -113;
const WEAK_RSRP_DBM = -120;
const LEAST_RSRP_DBM = -140;
/** NB-IoT repeats what it says until it is understood. */
const WEAK_NB_RSRP_DBM = -130;

/** Whether a field of that name tells how well a modem hears its mobile network. */
export function isModemSignal(name: string): boolean {
  return NAMED.test(name);
}

/** What stands beside a bare value: the names of the other topics and their words. */
export function besideOf(topic: TopicView, view: DeviceView): string {
  return siblingTopics(view, topic).filter((other) => other !== topic).slice(0, 40).map((other) => {
    const value = other.readings.at(-1)?.fields.get("");
    return `${other.segments.at(-1)} ${typeof value === "string" ? value.slice(0, 40) : ""}`;
  }).join(" ");
}

/** Judges the signal of a mobile network; null where it is none, or nothing can be said of it. */
export function judgeModemSignal(
  path: string,
  o: { name: string; values: readonly number[]; topic: TopicView; view: DeviceView },
): SignalJudgement | null {
  const { name, topic, view } = o;
  const beside = topic.readings.slice(-1).flatMap(({ fields }) => [...fields].slice(0, 100))
    .map(([key, value]) => `${key} ${typeof value === "string" ? value.slice(0, 30) : ""}`)
    .join(" ");
  const levels = path === "" ? besideOf(topic, view) : "";
  const around = `${name} ${topic.topic} ${beside} ${levels}`;
  if (!MODEM.test(around) || PASSED_ON.test(around)) return null;
  const values = o.values.filter((value) => value !== UNKNOWN && value !== 0);
  if (values.length === 0) return null;
  const middle = median(values);
  if (values.every((value) => value > 0)) {
    if (!values.every((value) => Number.isInteger(value) && value <= MOST)) return null;
    const isSure = COUNTS.test(name) || values.some((value) => value > 5) || comesAndGoes(view);
    if (!COUNTS.test(name) && !(MAY_BE_BARS.test(name) && isSure)) return null;
    return { isWeak: middle <= WEAK_COUNT, unit: " of 31", isGuess: false };
  }
  if (!values.every((value) => value < 0)) return null;
  const isPower = /rsrp/.test(name);
  const weakAt = !isPower
    ? WEAK_RSSI_DBM
    : /nb-?iot/i.test(around)
    ? WEAK_NB_RSRP_DBM
    : WEAK_RSRP_DBM;
  const isWeak = middle <= weakAt && middle !== (isPower ? LEAST_RSRP_DBM : LEAST_RSSI_DBM);
  return { isWeak, unit: " dBm", isGuess: false };
}

/** Whether the device's address or its own word that it is there changes again and again. */
function comesAndGoes(view: DeviceView): boolean {
  return view.topics.some((topic) => {
    const last = leafOf(topic.segments.at(-1) ?? "");
    if (!/^(?:ip|ipaddr(?:ess)?|localip|status|online|connected|lwt|availability)$/.test(last)) {
      return false;
    }
    const told = topic.live.map(({ fields }) => fields.get(""));
    return told.filter((value, i) => i > 0 && value !== told[i - 1]).length >= 3;
  });
}

import { leafOf, objectOf, type Scalar, withoutPlaces } from "./fields.ts";
import { besideOf, judgeModemSignal } from "./modem_signal.ts";
import { median } from "../../statistics.ts";
import type { DeviceView, TopicView } from "./view.ts";

/** How strong a signal is, judged by what its radio needs. */
export interface SignalJudgement {
  readonly isWeak: boolean;
  /** With a leading space: ` dBm`, ` of 255`. */
  readonly unit: string;
  /** Nothing tells which radio it is: what is said of it is uncertain. */
  readonly isGuess: boolean;
}

const WIFI_WEAK_DBM = -85;
const LINK_QUALITY_WEAK = 30;

/** Least signal-to-noise ratio at which LoRa is understood, by spreading factor (Semtech SX1276, table 13). */
const LORA_SNR_DB: Readonly<Record<string, number>> = {
  "7": -7.5,
  "8": -10,
  "9": -12.5,
  "10": -15,
  "11": -17.5,
  "12": -20,
};
/** Spreading factors by the presets that Meshtastic calls its channels after (Radio settings, modem presets). */
const PRESETS: Readonly<Record<string, string>> = {
  shortturbo: "7",
  shortfast: "7",
  shortslow: "8",
  mediumfast: "9",
  mediumslow: "10",
  longfast: "11",
  longmoderate: "11",
  longturbo: "11",
  longslow: "12",
};
/** With the spreading factor unknown only this little is sure to be weak. */
const LORA_WEAK_SNR_DB = -15;
/** Closer to the limit than this, fades lose messages. */
const LORA_MARGIN_DB = 2;

const LORA = /lora|spreading|(^|\W)sf\d|fcnt|dev_?eui|meshtastic|(^|\/)msh\/|lrr|f_?port|uplink/i;
/** Radios whose messages are understood far below what Wi-Fi needs, or that are heard by chance. */
const OTHER_RADIO =
  /\bble\b|bd_?addr|bluetooth|beacon|bt(to)?mqtt|ruuvi|aranet|tag\b|telegram|w?m-?bus|rtl_?433|(^|[._/])freq(uency)?($|[._/\s])|gw_?mac|gateway|distance|receiver|scanner|433|868|915|gsm|lte|nb-?iot|imei|iccid|modem|operator|cellular|csq|rsrp/i;
const WIFI = /wi-?fi|wlan|b?ssid|access_?point|wireless_?(?:network|lan)/i;
/** These boards have no other radio. */
const WIFI_BOARD = /esp-?8266|nodemcu|wemos/i;
/** Who tells its address, its memory or how long it runs is the sender itself, on the network. */
const SENDER =
  /^(ip|ipaddr(ess)?|localip|uptime(s|sec|seconds|ms)?|heap|freeheap|freemem(kb)?|mac)$/;

/** How much memory a chip has left. */
const MEMORY = /^(?:free)?(?:mem|memory|heap)(?:free|kb|bytes)?$/;

/** Networks and strangers that a device hears around it. */
const HEARD_AROUND =
  /(?:^|[._/[])(?:networks?|(?:wifi|wlan)?_?(?:scan(?:s|ned|ner|results?)?|sniff(?:er|ed)?|probes?)|neighbou?rs?|access_?points|aps|nearby|bss|visible|stations?_?list)(?:$|[._/[])/i;
/** Whom an entry of a list is of, unless it is one of the device's own radios. */
const WHOSE =
  /^(?:src|source|sender|client|device|dev|sta|station|peer|remote|transmitter|bd|ble)?(?:mac|addr|address|macaddr|macaddress)$|^b?ssid$/;
const OWN_RADIO = /(?:interface|iface|adapter|nic|radio|link|uplink|wifi|wlan|modem|wan|port)s?\[/i;
const SHARE = /(?:percent|percentage|pct)$/;
const WIFI_SHARE = /^(?:wifi|wlan)(?:signal|link)?quality$/;

/** Judges a signal, or null where nothing can be said of it. */
export function judgeSignal(
  path: string,
  o: { name: string; values: readonly number[]; topic: TopicView; view: DeviceView },
): SignalJudgement | null {
  const { name, topic, view } = o;
  const scale = topic.family.signalScale?.(path, topic, view) ?? null;
  const middle = median(o.values);
  if (scale !== null) return { isWeak: middle <= scale.weakAt, unit: scale.unit, isGuess: false };
  if (/linkquality|lqi/.test(name) && middle >= 0) {
    return { isWeak: middle <= LINK_QUALITY_WEAK, unit: " of 255", isGuess: false };
  }
  if (HEARD_AROUND.test(`${topic.segments.at(-1)}/${path}`) || isOfStranger(path, topic)) {
    return null;
  }
  if ((SHARE.test(name) || WIFI_SHARE.test(name) && middle > 5) && middle > 0 && middle <= 100) {
    return { isWeak: middle <= WEAK_PERCENT, unit: " %", isGuess: false };
  }
  const ofModem = judgeModemSignal(path, o);
  if (ofModem !== null) return ofModem;
  // Bars, percent, or the 0 to 31 of a modem: nobody knows. 0 is what many send for no value.
  if (middle >= 0) return null;
  const said = [...new Set(topic.readings.slice(-5).flatMap((r) => [...r.fields.keys()]))];
  const share = shareBeside(path, topic);
  if (share !== null && share <= WEAK_PERCENT) return inDbm(true);
  const around = `${topic.topic} ${said.join(" ")} ${path === "" ? besideOf(topic, view) : ""}`;
  const isWeak = middle <= WIFI_WEAK_DBM;
  if (WIFI.test(path) || WIFI.test(topic.topic)) return inDbm(isWeak);
  const last = topic.readings.at(-1)?.fields ?? new Map<string, Scalar>();
  const snr = [...last].find(([key]) => /snr$/.test(leafOf(key)));
  if (LORA.test(around) || saysLora(view) || snr !== undefined) return loraSignal(topic, last);
  // A chip that tells of its memory beside its signal tells of its own link; a band in the topic is another's.
  const isChip = said.some((key) => MEMORY.test(leafOf(key))) &&
    !OTHER_RADIO.test(around.replace(/433|868|915/g, ""));
  if (isChip) return inDbm(isWeak);
  if (OTHER_RADIO.test(around)) return middle <= -105 ? inDbm(true) : null;
  const isOwn = WIFI.test(around) || WIFI_BOARD.test(around) ||
    view.families.some((family) => !family.describesOthers) ||
    view.topics.some((other) =>
      other.readings.slice(-1).some(({ fields }) =>
        [...fields.keys()].some((key) => SENDER.test(leafOf(key === "" ? other.topic : key)))
      )
    );
  return { isWeak, unit: " dBm", isGuess: !isOwn };
}

/** Whether a signal stands in a list whose entries say by their addresses whose they are. */
function isOfStranger(path: string, { readings }: TopicView): boolean {
  const within = objectOf(path);
  return within.includes("[") && !OWN_RADIO.test(path) &&
    [...readings.at(-1)?.fields.keys() ?? []].some((other) =>
      WHOSE.test(leafOf(other)) && withoutPlaces(objectOf(other)) === withoutPlaces(within)
    );
}

/** Whether the device names its board or its radio so, wherever it does: `TTGO LoRa32`. */
function saysLora({ topics }: DeviceView): boolean {
  return topics.some(({ role, readings }) =>
    role === "info" &&
    [...readings.at(-1)?.fields.values() ?? []].some((value) =>
      typeof value === "string" && value.length <= 60 && /lora(?:wan|32|\b)/i.test(value)
    )
  );
}

function inDbm(isWeak: boolean): SignalJudgement {
  return { isWeak, unit: " dBm", isGuess: false };
}

const WEAK_PERCENT = 15;

/** The same signal in percent, where the device tells both: `rlink_quality_percent` beside `rlink_quality`. */
function shareBeside(path: string, topic: TopicView): number | null {
  for (const [other, value] of topic.readings.at(-1)?.fields ?? []) {
    if (!/^(?:percent|percentage|pct)$/.test(leafOf(other).replace(leafOf(path), ""))) continue;
    if (!leafOf(other).startsWith(leafOf(path)) || leafOf(path) === "") continue;
    const share = typeof value === "string" && /^\d{1,3}%?$/.test(value) ? parseInt(value) : value;
    if (typeof share === "number" && share > 0 && share <= 100) return share;
  }
  return null;
}

/** LoRa is heard below the noise: only its ratio to the noise tells how close to the limit it is. */
function loraSignal(topic: TopicView, last: ReadonlyMap<string, Scalar>): SignalJudgement | null {
  const ratios = topic.readings.flatMap(({ fields }) => {
    // The best of several gateways is the one that counts.
    const heard = [...fields].filter(([key, value]) =>
      /snr$/.test(leafOf(key)) && typeof value === "number"
    ).map(([, value]) => Number(value));
    return heard.length === 0 ? [] : [Math.max(...heard)];
  });
  if (ratios.length === 0) return null;
  const factor = [...last].map(([key, value]) =>
    /^(sf|spreadingfactor|spfact)$/.test(leafOf(key))
      ? String(value)
      : /SF(\d{1,2})/.exec(String(value))?.[1]
  ).concat(topic.segments.map((level) => PRESETS[level.toLowerCase()]))
    .find((text) => text !== undefined && text in LORA_SNR_DB);
  const limit = factor === undefined
    ? LORA_WEAK_SNR_DB
    : (LORA_SNR_DB[factor] ?? LORA_WEAK_SNR_DB) + LORA_MARGIN_DB;
  return inDbm(median(ratios) <= limit);
}

/**
 * Whether what is told is what a receiver heard, as rtl_433 does: the model of what sent it, and how it was sent or checked.
 * Many send each message twice or thrice.
 */
export function isHeardByRadio({ live }: TopicView): boolean {
  const fields = live.at(-1)?.fields;
  return fields?.has("model") === true &&
    ["mic", "mod", "freq", "freq1"].some((key) => fields.has(key));
}

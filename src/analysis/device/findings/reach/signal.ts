import type { Finding } from "../../finding_shape.ts";
import { findingFrom, rounded, someOf, withNumbers } from "../../evidence.ts";
import { labelOf, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { median } from "../../../statistics.ts";
import { judgeSignal } from "../../reading/radio.ts";
import { isPassing } from "./presence.ts";
import { namedIn } from "../values/quantities.ts";
import { isModemSignal } from "../../reading/modem_signal.ts";
import { isNodeNumber } from "../../naming/names.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";

/** How strong a radio's signal is. */
interface SignalReading {
  readonly topic: TopicView;
  readonly path: string;
  /** At least one, in time order. */
  readonly values: readonly number[];
  readonly judged: NonNullable<ReturnType<typeof judgeSignal>>;
}

/** Each signal of which something can be said. The vitals ask as well. */
const signalReadings = rememberingEach((view: DeviceView) => [...readSignals(view)]);

function* readSignals(view: DeviceView): Generator<SignalReading> {
  const isOwn = ({ fields }: Reading) => view.identity.isNamed(String(fields.get("from")));
  const hasOwn = view.topics.some(({ readings }) => readings.some(isOwn));
  // What a node of a mesh hears of others is their signal, or that of who passed it on.
  const withoutOthers = (topic: TopicView): TopicView => {
    const readings = topic.readings.filter((reading) =>
      !(Number(reading.fields.get("hops_away")) > 0) &&
      (!hasOwn || isOwn(reading) || !isNodeNumber(reading.fields.get("from")))
    );
    return readings.length === topic.readings.length ? topic : { ...topic, readings };
  };
  for (const one of view.topics) {
    if (one.role === "command" || one.role === "discovery" || one.role === "bridge") continue;
    if (isPassing(one)) continue;
    const topic = withoutOthers(one);
    const paths = new Set(
      topic.readings.slice(-20).flatMap((reading) => [...reading.fields.keys()]),
    );
    // A percentage beside the measured signal says no more than that.
    const hasDbm = [...paths].some((path) => nameOf(path, topic.segments) === "signal");
    for (const path of paths) {
      const named = namedIn(topic.readings.at(-1)?.fields ?? new Map(), path);
      const name = named?.name ?? nameOf(path, topic.segments);
      const kind = topic.family.fieldKind?.(path, topic, view) ?? null;
      // AirGradient calls its signal after its radio.
      if (kind === null ? !isSignal(name) && name !== "wifi" : kind !== "signal") continue;
      const values = asItIs(
        topic.readings.map((r) => numberOf(r.fields.get(path))).filter((
          v,
        ): v is number => v !== null),
      );
      if (values.length === 0 || (name === "rssi" && hasDbm)) continue;
      const judged = judgeSignal(path, { name, values, topic, view });
      if (judged !== null) yield { topic, path, values, judged };
    }
  }
}

const LEAST_NEW = 3;

/** The newer half of the values of a signal in dBm, which fades and comes back: as it is now. All of a scale that is to be found out. */
function asItIs(values: readonly number[]): readonly number[] {
  const isKnown = values.every((value) => value < 0);
  return isKnown ? values.slice(-Math.max(LEAST_NEW, Math.ceil(values.length / 2))) : values;
}

/** The signal as it is now, a weak one first; null where nothing is known of it. */
export function signalOf(view: DeviceView): { value: number; unit: string; weak: boolean } | null {
  const all = signalReadings(view).filter(({ judged }) => !judged.isGuess);
  const told = all.find(({ judged }) => judged.isWeak) ?? all[0];
  const value = told?.values.at(-1);
  if (told === undefined || value === undefined) return null;
  return { value: rounded(value), unit: told.judged.unit.trim(), weak: told.judged.isWeak };
}

/** `weak_signal`. */
export function weakSignal(view: DeviceView): Finding[] {
  for (const { topic, path, values, judged } of signalReadings(view)) {
    if (!judged.isWeak) continue;
    const middle = median(values);
    return [findingFrom({
      severity: judged.isGuess ? "info" : "warning",
      code: "weak_signal",
      title: judged.isGuess
        ? `The signal is ${rounded(middle)}${judged.unit}: weak, if it is Wi-Fi`
        : `The signal is weak: ${rounded(middle)}${judged.unit}`,
      summary: `The median of "${labelOf({ path, topic })}" is ${
        rounded(middle)
      }${judged.unit} over ${values.length} messages`,
      ...withNumbers({ topic, path, values }, topic.readings.slice(-2)),
      suggestion:
        "Move the device or its access point, add a repeater or a mains-powered router nearby, or turn the antenna.",
    })];
  }
  return weakInWords(view);
}

const SAID =
  /^(?:wifi|wlan|gsm|lte|cell|radio|network|mobile|corediscrete)?(?:signal|signalstrength|signalquality|linkquality|lqi|reception|coverage|empfang|rssilevel|rssi)(?:level|status|state)?$/;
const OF_CONNECTION = /^(?:conn|connection|stream|network|line|video)quality$/;
const WEAK_WORD =
  /^(?:(?:very|sehr|extremely|tr[eè]s) ?)?(?:poor|(?<=very ?)low|weak|bad|schwach|schlecht|faible|mauvais|d[eé]bil|scarso)$|^(?:limit|unusable|no ?signal)$/i;
/** `wifi_rssi=-91dBm` in a line. */
const WIFI_IN_TEXT =
  /(?:wi-?fi|wlan)[ _-]?(?:rssi|signal|strength)?["']?\s*[:=]\s*(-\d{2,3})(?!\d)/i;
const LEAST_TOLD = 3;

/** `weak_signal` of one that is told by a word, or in a line of text, in each of the last messages. */
function weakInWords(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event|info)$/.test(topic.role) || topic.live.length < LEAST_TOLD) continue;
    const last = topic.live.slice(-LEAST_TOLD);
    for (const [path, value] of last.at(-1)?.fields ?? []) {
      if (typeof value !== "string" || value.length > 400) continue;
      const name = nameOf(path, topic.segments);
      const isNamed = SAID.test(name) || OF_CONNECTION.test(name);
      const isWeak = (said: Scalar | undefined) =>
        typeof said === "string" &&
        (isNamed && WEAK_WORD.test(said.trim()) ||
          path === "" && Number(WIFI_IN_TEXT.exec(said)?.[1] ?? 0) <= WEAK_TEXT_DBM);
      if (!last.every(({ fields }) => isWeak(fields.get(path)))) continue;
      if (topic.family.fieldKind?.(path, topic, view) === "ignored") continue;
      const said = isNamed ? value.trim() : WIFI_IN_TEXT.exec(value)?.[0] ?? "";
      return [findingFrom({
        code: "weak_signal",
        title: `${OF_CONNECTION.test(name) ? "Its connection is poor" : "The signal is weak"}: "${
          labelOf({ path, topic })
        }" is ${said}`,
        summary: `So it was in each of the last ${LEAST_TOLD} messages`,
        messages: someOf(last).slice(-2),
        suggestion:
          "Move the device or its access point, add a repeater or a mains-powered router nearby, or turn the antenna.",
      })];
    }
  }
  return [];
}

const WEAK_TEXT_DBM = -85;

/** A signal that is told as a text: `"-93"`, `"-71 dBm"`. */
function numberOf(value: Scalar | undefined): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-\d{1,3}(?:\.\d{1,2})?(?: ?dBm?)?$/.test(value)
    ? Number.parseFloat(value)
    : null;
}

/** Whether a field of that name tells how strong a radio's signal is. */
export function isSignal(name: string): boolean {
  return isModemSignal(name) ||
    /^(wifi|lrr|wlan|wireless)?rssi(dbm)?$|^(wifi|wlan|wireless)?signal(strength|level)?(dbm)?$|^linkquality$|^lqi$|^(?:wifi|wlan)(?:signal|strength)?$|^(?:wifi|wlan|radio|link)?signal(?:strength|quality)?(?:percent|percentage|pct)$|^(?:wifi|wlan)(?:signal|link)?quality$|^(?:r|radio|rf)link(?:quality|level|rssi)$|^rxcheckpercent$/
      .test(name);
}

/** Steps by one that show what a number counts. */
const LEAST_ONES = 5;
/** By so many dB a signal is another than it was. */
const FADED_DB = 15;

/** Whether a number went up by one with each message, and by more since the signal that they tell is much weaker. */
export function missesAsItFades({ live }: TopicView, path: string): boolean {
  const numbers = live.map(({ fields }) => Number(fields.get(path)));
  const at = numbers.findIndex((number, i) => i > 0 && number - numbers[i - 1] !== 1);
  if (at <= LEAST_ONES || live.length - at < LEAST_ONES) return false;
  return [...live.at(-1)?.fields.keys() ?? []].some((other) => {
    if (!/^(?:rssi|rsrp|dbm|signal(?:strength)?)$/.test(leafOf(other))) return false;
    const levels = live.map(({ fields }) => Number(fields.get(other)));
    return median(levels.slice(0, at)) - median(levels.slice(at)) >= FADED_DB;
  });
}

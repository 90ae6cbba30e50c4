/**
 * Faults put into healthy cases: a maker's own messages with one thing gone wrong. What is found must not depend on whose
 * messages they are; where it does, the conditions of a rule are fitted to the cases that it was written for.
 */
import {
  cutAt,
  earlier,
  type Fault,
  first,
  gapsOf,
  goesToTheEnd,
  half,
  isFine,
  isLive,
  isReading,
  isRegular,
  isRoom,
  like,
  middle,
  moves,
  ofFields,
  ofSeries,
  ofTopic,
  ramp,
  rises,
  secondsOf,
  since,
  tellsTime,
  type Told,
  turnsWithin,
} from "./fault_parts.ts";
import { FAULTS_AMONG_ALIKE } from "./faults_alike.ts";
import { documentOf } from "./documents.ts";

/** What stops is told after half a minute and more; what gets cold, after minutes. */
const SOON_S = 75;
const SLOW_S = 150;

const slowFrom = ({ messages }: Told) => messages[Math.floor(0.4 * messages.length)]?.at ?? 0;

/** The faults by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  "an uptime falls twice": ofSeries(
    /restart|reboot|uptime/i,
    (one) => /uptime/i.test(one.whole) && rises(one) && one.values.length >= 8,
    (value, i, one) => {
      const from = [first(0.7, one), first(0.35, one)].find((at) => i >= at);
      return from === undefined ? value : value - (one.values[from] ?? 0) + 2;
    },
  ),
  "a total falls to 0": ofSeries(
    /fell|fall|reset|drop|back|lower|decreas|jump|restart|total/i,
    (one) =>
      rises(one) && moves(one) > 0.4 && one.values.length >= 8 && (one.values[0] ?? 0) > 10 &&
      (one.values[0] ?? 0) < 1e8 && /total|kwh|import|meter|consum|volume/i.test(one.name) &&
      !/time|day|session|power|temp|level|press|frame|byte|request/i.test(one.whole),
    since(0.6, (value, _, one) => like(value - (one.values[first(0.6, one)] ?? 0), value)),
  ),
  "a reading freezes": ofSeries(
    /stuck|frozen|unchanged|same|flat|still|repeat/i,
    (one) =>
      isReading(one) && !one.mixed && moves(one) > 0.9 && isFine(one, 0.35) &&
      !/flow|curr|power|watt|amp/i.test(one.name),
    since(0.35, (_, _i, one) => one.values[first(0.35, one)] ?? 0),
  ),
  "a reading is null": ofSeries(
    /null|no value|lost|reads nothing|missing|empty|gone/i,
    (one) => isReading(one) && one.path.length > 0,
    since(0.4, () => null),
  ),
  "a reading is nan": ofSeries(
    /null|nan|lost|reads nothing|missing|empty|mixed|string/i,
    isReading,
    since(0.4, () => "nan"),
  ),
  "a field goes missing": ofSeries(
    /missing|gone|lost|no longer|stopped|disappear|without/i,
    (one) => isReading(one) && one.path.length > 0,
    since(0.4, () => undefined),
  ),
  "a temperature is -127": ofSeries(
    /-127|−127|sensor|implaus|out of range|jump|lost/i,
    (one) => isReading(one) && /temp/i.test(one.name),
    since(0.4, () => -127),
  ),
  "a reading is 1,000 times as much": ofSeries(
    /shift|jump|unit|times|1,000|implaus|out of range|cannot be/i,
    (one) => isReading(one) && moves(one) > 0.3 && one.values.every((value) => value > 0.5),
    since(0.5, (value) => like(1_000 * value, value)),
  ),
  "a reading drops to 0": ofSeries(
    /\b0\b|zero|shift|drop|fell|lost|jump|stuck/i,
    (one) =>
      isReading(one) && /temp|hum|press|volt|co2|freq/i.test(one.name) && moves(one) > 0 &&
      one.values.every((value) => value > 3 && value < 1.5 * (one.values[0] ?? 0)),
    since(0.5, () => 0),
  ),
  "a temperature runs away": ofSeries(
    /temp|ris|climb|hot|heat|shift/i,
    isRoom,
    since(0.35, (value, i, one) => {
      const from = first(0.35, one);
      return like(value + 70 * (i - from) / (one.values.length - from), value);
    }),
  ),
  "one topic of several stops": ofTopic(
    /stopp|silent|overdue|no longer|stale|last heard|gone|missing|interval/i,
    (told) =>
      isRegular(told) && goesToTheEnd(told) && new Set(
          told.played.messages.filter((one) =>
            one.topic !== told.topic && (one.at ?? 0) > 0.85 * secondsOf(told.played)
          ).map(({ topic }) => topic),
        ).size >= 2,
    (told) => cutAt(told, 0.45, ({ topic }) => topic === told.topic),
  ),
  "all goes silent": ofTopic(
    /stopp|silent|overdue|stale|last heard|offline|interval/i,
    (told) => isRegular(told) && goesToTheEnd(told),
    (told) => cutAt(told, 0.45, () => true),
  ),
  "only each sixth message comes": ofTopic(
    /rate|interval|slow|fewer|less often|gap|overdue/i,
    (told) => {
      const from = slowFrom(told);
      const usual = middle(gapsOf(told));
      // A device whose state turns then may be to speak more rarely.
      return isRegular(told) && told.messages.length >= 20 && goesToTheEnd(told) &&
        !turnsWithin(told, from - 2 * usual, from + 13 * usual);
    },
    (told) => {
      const { topic, played } = told;
      const from = slowFrom(told);
      let i = 0;
      return {
        ...played,
        messages: played.messages.filter((one) =>
          one.topic !== topic || (one.at ?? -1) < from || i++ % 6 === 5
        ),
      };
    },
  ),
  "the clock is two days behind": ofTopic(
    /clock|time|behind|old|stale/i,
    tellsTime,
    ({ topic, played }) => ({
      ...played,
      messages: played.messages.map((one) => one.topic === topic ? earlier(one, 180_420) : one),
    }),
  ),
  "the messages' own time stands": ofTopic(
    /time|stands|stale|old|clock|same/i,
    tellsTime,
    ({ topic, messages, played }) => {
      const from = messages[Math.floor(0.4 * messages.length)]?.at ?? 0;
      return {
        ...played,
        messages: played.messages.map((one) =>
          one.topic !== topic || (one.at ?? -1) < from ? one : earlier(one, (one.at ?? 0) - from)
        ),
      };
    },
  ),
  "documents are cut off": ofTopic(
    /json|parse|invalid|malformed|cut|truncat|format|mixed/i,
    (told) => isRegular(told) && told.messages.every((one) => documentOf(one) !== undefined),
    ({ topic, played }) => {
      let i = 0;
      return {
        ...played,
        messages: played.messages.map((one) => {
          if (one.topic !== topic || !isLive(one) || i++ % 2 === 0) return one;
          const text = JSON.stringify(documentOf(one));
          return { ...one, payload: text.slice(0, Math.floor(0.7 * text.length)) };
        }),
      };
    },
  ),
  "a fault flag is raised": ofFields(
    /fault|sensor/i,
    (i, n) => ({ sensor_fault: half(i, n, false, true) }),
  ),
  "an error text comes": ofFields(
    /error|timeout|sensor/i,
    (i, n) => ({ last_error: half(i, n, "", "read timeout on sensor 2") }),
  ),
  "errors are counted up": ofFields(
    /error|fail/i,
    (i, n) => ({ failedReads: 12 + Math.max(0, i - Math.floor(0.3 * n)) * 3 }),
  ),
  "a state turns to overload": ofFields(
    /over.?load|fault|state/i,
    (i, n) => ({ drive_state: half(i, n, "RUNNING", "OVERLOAD") }),
  ),
  "a part goes offline": ofFields(
    /offline|node/i,
    (i, n) => ({ node2_status: half(i, n, "online", "offline") }),
  ),
  "the heap runs out": ofFields(
    /heap|memory/i,
    (i, n) => ({ free_heap: Math.round(ramp(i, n, 182_000, 6_000)) + i % 3 }),
  ),
  "a backlog grows": ofFields(
    /waits|queue|backlog|grow/i,
    (i, n) => ({ queue_depth: Math.round(ramp(i, n, 2, 940)) + i % 3 }),
  ),
  "pieces are counted no more": ofFields(
    /stuck|stand|parts/i,
    (i, n) => ({ machine_state: "RUNNING", parts_made: 5_120 + Math.min(i, Math.floor(0.3 * n)) }),
    SOON_S,
  ),
  "a pump runs without flow": ofFields(
    /flow|pump/i,
    (i, n) => ({ pump: "ON", flow_lpm: half(i, n, 12.4 + i % 3 / 10, 0) }),
    SOON_S,
  ),
  "a setpoint is not reached": ofFields(
    /set ?point|target|reach|follow|heat|temp/i,
    (i, n) => ({
      target_temperature: 45,
      current_temperature: Math.round(10 * ramp(i, n, 45, 21)) / 10,
      heating: true,
    }),
    SLOW_S,
  ),
  "a position is lost": ofFields(
    /position|gps|fix|0, ?0|place/i,
    (i, n) => ({
      latitude: half(i, n, 52.51 + i / 1e5, 0),
      longitude: half(i, n, 13.4 + i / 1e5, 0),
    }),
  ),
  ...FAULTS_AMONG_ALIKE,
};

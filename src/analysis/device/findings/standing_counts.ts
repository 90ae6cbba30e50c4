import type { Finding } from "../finding_shape.ts";
import { findingFrom, rounded, secondsText, withNumbers } from "../evidence.ts";
import { labelOf, objectOf } from "../fields.ts";
import { differences, risesIn } from "../../statistics.ts";
import { areSiblings, type DeviceView, statesTold } from "../view.ts";
import { nameWords, wordsAt } from "./name_words.ts";
import { type Series, seriesOf } from "./values.ts";

/** What a machine counts as it works: pieces, and the turns in which it makes them. */
const WORK =
  / (?:parts?|pieces?|cycles?|shots?|strokes?|units?|items?|bottles?|cans?|cases?|boxes|cartons?|pallets?|produced|production|output|outfeed|made|packed|sheets?|prints?|welds?|picks?|labels?|revolutions?|teile|stück|stueck|takte?|pi[eè]ces|piezas|pezzi) /;
const NO_WORK =
  / (?:time|hours?|target|goal|order|ordered|plan|planned|total lifetime|max|min|limit|id|index|number|type|rejects?|rejected|scrap|bad|ng|error|errors|fault|faults|battery|charge) /;
/** What says whether it works, and how it says so. */
const WORKING = / (?:running|run|state|status|mode|machine state|execution|activity) $/;
const WORKS =
  /^(?:running|run|execut(?:e|ing)|producing|production|in ?cycle|working|processing|operating|true|1|on)$/i;
const LEAST_HEARD = 4;
const LEAST_STOOD = 6;
const LEAST_STOOD_MS = 45_000;
/** It stands for so many times as long as it ever did while it worked. */
const TIMES_AS_LONG = 5;

/** `stuck_value` of a count of work that rose with nearly each message, and stands though the machine says that it runs. */
export function worksInVain(view: DeviceView): Finding[] {
  for (const series of seriesOf(view)) {
    const { topic, path, values, readings } = series;
    const words = wordsAt(path, topic.segments);
    if (!WORK.test(words) || NO_WORK.test(words)) continue;
    const from = values.findLastIndex((value) => value !== values.at(-1)) + 1;
    if (from < LEAST_HEARD || values.length - from < LEAST_STOOD) continue;
    const steps = differences(values.slice(0, from + 1));
    if (!values.every(Number.isInteger) || steps.some((step) => step < 0)) continue;
    const rises = steps.flatMap((step, i) => step > 0 ? [readings[i + 1]?.at ?? 0] : []);
    const longestMs = Math.max(...differences([readings[0]?.at ?? 0, ...rises]));
    const stoodMs = (readings.at(-1)?.at ?? 0) - (readings[from]?.at ?? 0);
    if (rises.length < 0.7 * steps.length || stoodMs < LEAST_STOOD_MS) continue;
    const works = stoodMs < TIMES_AS_LONG * longestMs ? null : saysItWorks(series, from, view);
    if (works === null) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `"${labelOf(series)}" is stuck at ${values.at(-1)}, though ${works}`,
      summary:
        `On "${topic.topic}" it rose in ${rises.length} of ${steps.length} reports, and in none of the ${
          values.length - from
        } of the ${secondsText(stoodMs)} since`,
      ...withNumbers(series, readings.slice(from - 1)),
      suggestion:
        "Look at what it makes and where that goes: a jam, a lack of material, or the sensor that counts.",
    })];
  }
  return [];
}

/** What says beside it, all the time since a reading, that the machine works; null where nothing does. */
function saysItWorks(series: Series, from: number, view: DeviceView): string | null {
  const sinceMs = series.readings[from]?.at ?? 0;
  for (const { topic, path } of statesTold(view)) {
    const value = topic.live.at(-1)?.fields.get(path);
    if (!areSiblings(topic, series.topic)) continue;
    if (!WORKING.test(wordsAt(path, topic.segments)) || !WORKS.test(String(value))) continue;
    const told = topic.live.filter(({ at }) => at >= sinceMs);
    const isSo = told.every(({ fields }) => fields.get(path) === value);
    // Told as it changes, it holds where another number beside it goes on.
    if (isSo && (told.length >= 3 || goesOnBeside(series, sinceMs, view))) {
      return `"${labelOf({ path, topic })}" says ${String(value)}`;
    }
  }
  return null;
}

/** Whether another count beside it goes on. */
function goesOnBeside(series: Series, sinceMs: number, view: DeviceView): boolean {
  return seriesOf(view).some((one) => {
    const values = one.values.filter((_, i) => (one.readings[i]?.at ?? 0) > sinceMs);
    return one !== series && areSiblings(one.topic, series.topic) &&
      WORK_IN.test(wordsAt(one.path, one.topic.segments)) && values.length >= LEAST_STOOD &&
      risesIn(values) >= values.length / 2;
  });
}

const WORK_IN = / (?:count|counter|infeed|in|cycles?|total|energy) /;

/** What comes in, and what goes out of it, by the words of their names. */
const IN =
  / (?:received|in|incoming|read|polled|consumed|collected|ingested|rx|infeed|entry|inlet) /;
const OUT =
  / (?:forwarded|out|outgoing|sent|uploaded|written|published|delivered|exported|relayed|stored|tx|outfeed|exit|produced|packed|cycle|cycles) /;
const LEAST_TOGETHER = 6;
const LEAST_APART = 8;
const SAME_PACE = 0.25;

/** `stuck_value` of a count of what is passed on that went with that of what comes in, and stands while that goes on. */
export function passesNoMore(view: DeviceView): Finding[] {
  const counts = seriesOf(view).filter(({ values }) =>
    values.length > LEAST_TOGETHER + LEAST_APART &&
    values.every((value, i) => Number.isInteger(value) && value >= (values[i - 1] ?? 0))
  );
  for (const sent of counts.filter((one) => OUT.test(calledAlone(one)))) {
    const { topic, path, values, readings } = sent;
    const from = values.findLastIndex((value) => value !== values.at(-1)) + 1;
    if (from < LEAST_TOGETHER || values.length - from <= LEAST_APART) continue;
    const came = counts.find((one) =>
      one !== sent && (one.topic === topic || path === "" && areSiblings(one.topic, topic)) &&
      objectOf(one.path) === objectOf(path) &&
      IN.test(calledAlone(one)) && one.values.length === values.length
    );
    if (came === undefined) continue;
    const incoming = differences(came.values);
    const outgoing = differences(values);
    const wentAlike = incoming.slice(0, from).every((step, i) =>
      step > 0 && Math.abs((outgoing[i] ?? 0) - step) <= SAME_PACE * step
    );
    if (!wentAlike || !incoming.slice(from).every((step) => step > 0)) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `Nothing is passed on any more: "${labelOf(sent)}" is stuck at ${
        values.at(-1)
      }, while "${labelOf(came)}" goes on`,
      summary: `On "${topic.topic}" both rose alike in ${from} reports, and one alone in the ${
        values.length - from
      } since`,
      ...withNumbers(sent, readings.slice(from - 1)),
      suggestion:
        "Look at what it passes them on to: whether that runs, answers and can be reached.",
    })];
  }
  return [];
}

/** The words of what a count is called: its field, or its topic. */
function calledAlone({ path, topic }: Series): string {
  return nameWords(path === "" ? topic.segments.at(-1) ?? "" : path);
}

/** What is counted of a connection both ways, and how long ago the other side was last heard. */
const RECEIVED =
  /^(?:rx|recv|received|bytes(?:recv|received|in)|transferrx|in)(?:bytes|octets|packets|count|total)?$/;
const SENT = /^(?:tx|sent|bytes(?:sent|out)|transfertx|out)(?:bytes|octets|packets|count|total)?$/;
const HEARD_AGO =
  /handshake|last_?(?:seen|heard|rx|recv|received|contact|reply|response|packet)|silent|since_?(?:seen|heard|rx)/;
const LEAST_SENT = 8;
const LEAST_SILENT_S = 180;

/** `stuck_value` of what is received of a peer to whom it is sent all the time, and who was last heard long ago. */
export function sendsInVain(view: DeviceView): Finding[] {
  const all = seriesOf(view);
  for (const received of all) {
    const { topic, path, values, readings } = received;
    if (!RECEIVED.test(received.name) || values.length < LEAST_SENT) continue;
    const [first = 0] = values;
    if (first <= 0 || values.some((value) => value !== first)) continue;
    const isHere = (one: Series) => one.topic === topic && objectOf(one.path) === objectOf(path);
    const sent = all.find((one) => isHere(one) && SENT.test(one.name));
    const ago = all.find((one) => isHere(one) && HEARD_AGO.test(one.path));
    const tookS = ((readings.at(-1)?.at ?? 0) - (readings[0]?.at ?? 0)) / 1_000;
    const grown = (ago?.values.at(-1) ?? 0) - (ago?.values[0] ?? 0);
    if (sent === undefined || ago === undefined || tookS < LEAST_SILENT_S / 2) continue;
    const isSending = risesIn(sent.values) >= 0.8 * (sent.values.length - 1);
    if (!isSending || (ago.values[0] ?? 0) < LEAST_SILENT_S) continue;
    if (Math.abs(grown - tookS) > 0.2 * tookS) continue;
    return [findingFrom({
      code: "stuck_value",
      title: `Nothing is received any more: "${labelOf(received)}" is stuck at ${first}, while "${
        labelOf(sent)
      }" goes on and "${labelOf(ago)}" grew to ${rounded(ago.values.at(-1) ?? 0)}`,
      summary: `On "${topic.topic}" so in all ${values.length} messages of ${
        secondsText(tookS * 1_000)
      }`,
      ...withNumbers(received, readings),
      suggestion:
        "Look whether the other side runs and is reached at that address: its port, its firewall and the keys of both.",
    })];
  }
  return [];
}

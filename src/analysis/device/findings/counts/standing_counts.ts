import type { Finding } from "../../finding_shape.ts";
import { findingFrom, rounded, secondsText, withNumbers } from "../../evidence.ts";
import { labelOf, objectOf } from "../../reading/fields.ts";
import { differences, lastsMs, risesIn, standsFrom } from "../../../statistics.ts";
import { areSiblings, type DeviceView } from "../../reading/view.ts";
import { nameWords } from "../words/name_words.ts";
import { type Series, seriesOf } from "../values/series.ts";

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
    const from = standsFrom(values);
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
      step > 0 && Math.abs(outgoing[i] - step) <= SAME_PACE * step
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
    const tookS = lastsMs(readings) / 1_000;
    const grown = (ago?.values.at(-1) ?? 0) - (ago?.values[0] ?? 0);
    if (sent === undefined || ago === undefined || tookS < LEAST_SILENT_S / 2) continue;
    const isSending = risesIn(sent.values) >= 0.8 * (sent.values.length - 1);
    if (!isSending || ago.values[0] < LEAST_SILENT_S) continue;
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

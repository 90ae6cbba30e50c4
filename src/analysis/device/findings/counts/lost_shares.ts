import type { Finding } from "../../finding_shape.ts";
import { findingFrom, numbersOf, someOf, withNumbers } from "../../evidence.ts";
import { labelOf, leafOf } from "../../reading/fields.ts";
import { besideOf, type DeviceView, fieldsTold, type Reading } from "../../reading/view.ts";
import { nameWords } from "../words/name_words.ts";
import { differences } from "../../../statistics.ts";

/** What was lost of all that came in the time or the call that a message tells of, by its name. */
const LOST = / (?:loss|losses|lost|drops|dropped|missed|missing|timeouts) /;
const ALL =
  / (?:total|all|sent|expected|transmitted|received|packets?|frames?|telegrams?|attempts|requests|polls|pings|samples) /;
/** What is measured or reckoned, and no count. */
const NO_COUNT = / (?:rate|pct|percent|ratio|time|ms|s|ns|us|bytes|limit|max|id|code|last) /;
/** What hears all the air hears what is not for it. */
const OPEN_AIR = /lora|433|868|915|wm-?bus|sniff|gateway|advert/i;
const LINK_SUGGESTION =
  "Look at the link that this counts: its signal, its cable, its load, and what else is on it.";
const LEAST_OF_ALL = 10;
const LEAST_LOSING = 4;
const LEAST_SHARE = 0.1;

/** `reported_error` of one whose reports each count anew what came and what was lost of it, a good part each time. */
export function lostShares(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    const isLoss = (one: string) => LOST.test(nameWords(one));
    const isNoCount = (one: string) => NO_COUNT.test(nameWords(one));
    if (!isLoss(path) || isNoCount(path) || OPEN_AIR.test(topic.topic)) continue;
    const [all] = besideOf(path, topic.live.at(-1)).find(([other]) =>
      ALL.test(nameWords(other)) && !isLoss(other) && !isNoCount(other)
    ) ?? [];
    if (all === undefined) {
      continue;
    }
    const told = topic.live.flatMap((reading) => {
      const [lost, of] = [path, all].map((one) =>
        Number(reading.fields.get(one) ?? NaN)
      );
      return of >= LEAST_OF_ALL && lost >= 0 && lost <= of && Number.isInteger(lost)
        ? [{ reading, lost, of }]
        : [];
    });
    // Counts of all that ever came never fall.
    const isAnew = differences(told.map(({ of }) => of)).some((step) => step < 0);
    const losing = told.slice(-LEAST_LOSING);
    if (!isAnew || losing.length < LEAST_LOSING) continue;
    if (!losing.every(({ lost, of }) => lost >= LEAST_SHARE * of)) continue;
    const { lost, of } = losing.at(-1) ?? { lost: 0, of: 0 };
    return [findingFrom({
      code: "reported_error",
      title: `A good part is lost: "${labelOf({ path, topic })}" is ${lost} of ${of} (${
        Math.round(100 * lost / of)
      } %)`,
      summary: `On "${topic.topic}" in each of the last ${losing.length} reports, beside "${all}"`,
      messages: someOf(losing.map(({ reading }) => reading)),
      numbers: numbersOf(told.map((one) => one.lost), { topic, path }),
      suggestion: LINK_SUGGESTION,
    })];
  }
  return [];
}

/** Shares in percent of what was lost, and of what arrived. */
const LOST_SHARE =
  / (?:packets?|pkts?|ping|icmp|frames?|messages?|msgs?|datagrams?|uplink|downlink) (?:loss|lost|error) (?:pct|percent|rate|ratio )?| (?:loss|lost) (?:pct|percent|percentage) | packetloss | loss(?:pct|percent) /;
const KEPT_SHARE =
  / (?:ack|acks|acknowledged|delivery|reception|receive) (?:pct|percent|rate|ratio) | (?:ackr|prr|pdr) /;
const LEAST_LOST_PCT = 20;
const MOST_KEPT_PCT = 50;
const FINE_KEPT_PCT = 90;
const LEAST_POOR = 5;

/** Whether nothing was sent of which a share could arrive. */
function isOfNothing(reading: Reading | undefined, path: string): boolean {
  return besideOf(path, reading).some(([other, value]) =>
    value === 0 && /^(?:rxfw|forwarded|sent|transmitted|packetssent)$/.test(leafOf(other))
  );
}

/** `reported_error` of a share of loss that is high again and again, or of one of what arrives that fell. */
export function poorShares(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    const words = path === "" ? nameWords(topic.segments.at(-1) ?? "") : nameWords(path);
    const isLost = LOST_SHARE.test(words);
    if (!isLost && !KEPT_SHARE.test(words)) continue;
    const values = topic.live.map(({ fields }) => Number(fields.get(path) ?? NaN));
    const poor = values.slice(-LEAST_POOR);
    if (poor.length < LEAST_POOR || !values.every((one) => one >= 0 && one <= 100)) continue;
    const isPoor = isLost
      ? poor.every((one) => one >= LEAST_LOST_PCT)
      : poor.every((one) => one <= MOST_KEPT_PCT) &&
        values.filter((one) => one >= FINE_KEPT_PCT).length >= LEAST_POOR;
    if (!isPoor || !isLost && isOfNothing(topic.live.at(-1), path)) continue;
    return [findingFrom({
      code: "reported_error",
      title: `A good part is lost: "${labelOf({ path, topic })}" is ${poor.at(-1)} %`,
      summary: `On "${topic.topic}" it is from ${Math.min(...poor)} to ${
        Math.max(...poor)
      } % in each of the last ${poor.length} reports`,
      ...withNumbers({ topic, path, values }, topic.live.slice(-LEAST_POOR)),
      suggestion: LINK_SUGGESTION,
    })];
  }
  return [];
}

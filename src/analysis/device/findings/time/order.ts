import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, repeating, someOf } from "../../evidence.ts";
import type { DeviceView, Reading } from "../../reading/view.ts";
import { leafOf } from "../../reading/fields.ts";
import { isHeardByRadio } from "../../reading/radio.ts";
import { restartTimes } from "../reach/connection.ts";
import { copiesIn, sameBytes, sequencePaths } from "../../reading/copies.ts";

/** `duplicate_messages`. */
export function duplicates(view: DeviceView): Finding[] {
  const startsAnew = restartTimes(view).length >= 2;
  for (const topic of view.topics) {
    if (!/^(?:state|event|reply|info)$/.test(topic.role) || isHeardByRadio(topic)) continue;
    const marked = topic.live.filter((reading) => reading.sample.dup);
    // Who starts anew counts anew, and tells the same again: only what follows at once is a copy.
    const copies = copiesIn(topic).filter((copy) => {
      const before = topic.live[topic.live.indexOf(copy) - 1];
      return !startsAnew || before !== undefined && sameBytes(before.sample, copy.sample);
    });
    const found = copies.length >= 3 && copies.length >= topic.live.length * 0.1
      ? copies
      : marked.length >= 3
      ? marked
      : null;
    if (found === null) continue;
    return [findingFrom({
      code: "duplicate_messages",
      title: `Messages of "${topic.topic}" come more than once`,
      summary:
        `${found.length} of ${topic.live.length} live messages are copies of the one before` +
        (marked.length > 0 ? `; ${marked.length} bear the DUP flag` : ""),
      ...everyTime(found),
      suggestion: marked.length > 0
        ? "Acknowledgements come late or not: look at the link and at the client's retry setting."
        : "Look for a bridge that loops, two publishers of the same value, or a device that publishes per subscription.",
    })];
  }
  return [];
}

/** `out_of_order`. */
export function outOfOrder(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event)$/.test(topic.role) || topic.trace.shared || topic.mixes) continue;
    const found = [
      ...(topic.family.countsOverTopics ? [] : sequencePaths(topic)).map((path) => ({
        what: path,
        // Who counts messages of each kind by themselves is in order where each kind is.
        late: [...Map.groupBy(topic.live, kindOf).values()]
          .flatMap((live) => lateOnes(live, (r) => numberOr(r.fields.get(path)), 1)),
      })),
      {
        what: topic.live[0]?.time?.path ?? "",
        late: lateOnes(
          topic.live,
          (r) => r.time === null || r.time.lastSeen ? null : r.time.atMs,
          500,
        ),
      },
    ].find((one) => one.late.length >= 2);
    if (found === undefined) continue;
    return [findingFrom({
      code: "out_of_order",
      title: `Messages of "${topic.topic}" come out of order`,
      summary:
        `"${found.what}" went back and forth ${found.late.length} times in ${topic.live.length} messages`,
      messages: someOf(
        found.late.slice(0, 2).flatMap((late) => {
          const i = topic.live.indexOf(late);
          return topic.live.slice(Math.max(0, i - 1), i + 2);
        }).slice(0, 5),
      ),
      ...repeating(found.late),
      suggestion:
        "Look for two publishers, parallel bridges or a queue that is sent after a reconnect; consumers should go by the carried number or time.",
    })];
  }
  return [];
}

/** What a message is, or whose part of the device it is of. */
const KIND =
  /^(?:type|kind|event|method|action|topic|sensor|channel|port|source|src|(?:message|packet|frame|event|sensor|data)(?:type|kind))$/;

/** Messages of one kind have the same word, or number, for it. */
function kindOf({ fields }: Reading): string {
  return [...fields].filter(([path]) => KIND.test(leafOf(path))).map(([, value]) => value)
    .join(" ");
}

function numberOr(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** Messages whose number is lower than an earlier one, while the count goes on where it was. */
function lateOnes(
  live: readonly Reading[],
  read: (reading: Reading) => number | null,
  least: number,
): Reading[] {
  const values = live.map(read);
  const late: Reading[] = [];
  let highest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? null;
    if (value === null) continue;
    if (value <= highest - least) {
      const goesOn = values.slice(i + 1, i + 6).some((next) =>
        next !== null && next > highest - least
      );
      const reading = live[i];
      if (goesOn && reading !== undefined) late.push(reading);
      // It did not go on: a restart or a wrap began a new count.
      if (!goesOn) highest = value;
    } else highest = Math.max(highest, value);
  }
  return late;
}

import type { Finding } from "../finding_shape.ts";
import { numbersOf, someOf, spanText } from "../evidence.ts";
import { labelOf, leafOf, nameOf, objectOf } from "../fields.ts";
import { differences } from "../../statistics.ts";
import { type DeviceView, fieldsTold, type TopicView } from "../view.ts";

/** Counts of what went wrong on a wire or with a source. */
const FAILURES =
  /^(?:(?:rx|tx|bus|read|write|crc|comm|modbus|uart|serial|frame|parity|checksum|sensor|i2c|mqtt|publish|send|poll|request|http|socket|stream|decode|capture|connect|connection|dns|ntp|upload|spi|can|link|nack|packet|message|communication|telegram|reading|download|sd|flash)*(?:errors?|errs|errorcounter|errorcount|errcount|errcnt|failures|failurecount|failcount|fails|timeouts?count|timeouts|retries|retrycount|retrycnt|retransmits|retransmissions|timeoutcount|timeoutcnt|timeoutcounter|failed(?:count|counter|cnt)|failurecounter|failcnt|failcounter|fehler(?:zaehler|anzahl)|erreurs|errores|errori|noresponses?))$/;
/** Counts of how often a part of the device was started anew. */
const RESTARTS =
  /^(?:stream|process|service|camera|ffmpeg|modem|radio|wifi|sensor|driver|bus|connection|session|link|tunnel|player|worker|child|container|plugin|module)s?(?:re(?:starts?|connects?|sets?|connections?))(?:count|counter|total)?$/;
/** What hears all the air hears noise. */
const RADIO = /lora|radio|433|868|915|rf(?![a-z])|wm-?bus|ble|sniff|gateway|zigbee|subghz|antenna/i;
/** What went well, beside it. */
const GOOD =
  /^(?:rx|tx|bus|read|write|frame|packet|message|telegram|poll|request)?s?(?:ok|good|success(?:es|ful)?|total|count|sent|received|polls|requests|reads|frames|packets|telegrams|messages|rx|tx)(?:count|total|received|sent|read|ok)?$/;
const LEAST_REPORTS = 6;
/** A lost frame in some is how links are. */
const LEAST_SHARE = 0.1;

/** `reported_error` of a count of failures, or of restarts of a part, that grows with each report. */
export function growingCounts(view: DeviceView): Finding[] {
  for (const { topic, path } of fieldsTold(view)) {
    if (topic.live.length < LEAST_REPORTS) continue;
    const name = path === "" ? leafOf(topic.segments.at(-1) ?? "") : nameOf(path, topic.segments);
    const isRestart = RESTARTS.test(name);
    if (!isRestart && (!FAILURES.test(name) || RADIO.test(`${topic.topic} ${path}`))) continue;
    const values = topic.live.map(({ fields }) => Number(fields.get(path) ?? NaN));
    if (!growsAlways(values, isRestart) || isSmallShare(path, topic)) continue;
    const label = labelOf({ path, topic });
    return [{
      severity: "warning",
      code: "reported_error",
      title: isRestart
        ? `A part is started anew again and again: "${label}" rose from ${values[0]} to ${
          values.at(-1)
        }`
        : `It fails again and again: "${label}" rose from ${values[0]} to ${values.at(-1)}`,
      evidence: {
        summary: `On "${topic.topic}" it rose in nearly each of ${topic.live.length} reports ${
          spanText(topic.live)
        }`,
        messages: someOf(topic.live),
        numbers: numbersOf(values, { topic: topic.topic, field: path === "" ? "$" : path }),
      },
      suggestion:
        "The device itself runs: look at the cable, the address and the supply of what this counts.",
    }];
  }
  return [];
}

/** Whether whole numbers rise in nearly every report, and by more than one at a time or for long. */
function growsAlways(values: readonly number[], isRestart: boolean): boolean {
  if (!values.every((value) => Number.isInteger(value) && value >= 0)) return false;
  const steps = differences(values);
  if (steps.some((step) => step < 0)) return false;
  const rises = steps.filter((step) => step > 0).length;
  const grown = (values.at(-1) ?? 0) - (values[0] ?? 0);
  return isRestart ? grown >= 3 && rises >= 3 : rises >= 0.8 * steps.length && grown >= 2 * rises;
}

/** Whether what went well beside it grew by far more. */
function isSmallShare(path: string, { live }: TopicView): boolean {
  const first = live[0]?.fields;
  const last = live.at(-1)?.fields;
  const grown = (one: string) => Number(last?.get(one) ?? 0) - Number(first?.get(one) ?? 0);
  return [...last?.keys() ?? []].some((other) =>
    other !== path && objectOf(other) === objectOf(path) && GOOD.test(leafOf(other)) &&
    grown(other) > 0 && grown(path) < LEAST_SHARE * grown(other)
  );
}

import { NO_ERROR } from "../../../../payload/severity/denial_words.ts";
import type { Finding, FindingCode } from "../../finding_shape.ts";
import { findingFrom, spanText, withNumbers } from "../../evidence.ts";
import { isInRow, labelOf, lastOf, leafOf, nameOf, objectOf } from "../../reading/fields.ts";
import { plainKey } from "../../../../payload/plain_keys.ts";
import { differences } from "../../../statistics.ts";
import { type DeviceView, fieldsTold, siblingTopics, type TopicView } from "../../reading/view.ts";
import { isOfOverheard } from "../words/called.ts";
import { nameWords } from "../words/name_words.ts";

/** Words of a count of connections that were lost or made anew. */
const ANEW =
  / (?:reconnects?|reconnections?|disconnects?|disconnections?|reconn|disconn|linkcount|connectcount|wificonnects|mqttconnects|reassociations?|reassocs?|roams|rejoins?|leave count|dropouts?|wiederverbindungen|verbindungsabbrueche|abbrueche|reconnexions|deconnexions|reconexiones|desconexiones) /;
const LOST =
  / (?:conn|connect|connection|connections|connectivity|link|wifi|wlan|wan|mqtt|broker|session|uplink|verbindung|connexion|conexion) (?:was )?(?:count|lost|losses|loss|drops?|dropped|downs?|breaks|aborts|interruptions|resets?|verloren|perdue?s?|perdidas?) /;
/** What is a length or a moment, or may be of those that connect to it. */
const NO_COUNT =
  / (?:time|interval|delay|timeout|last(?! (?:hour|day|week|min|minute|\d))|since|at|ts|date|ms|s|max|min|limit|backoff|reason|code|users?|clients?|peers?|pct|percent|packets?) /;
/** Words of a count of what went wrong on a wire or with a source. */
const FAILURES =
  / (?:err|errs|errors?|errcnt|errcount|errorcount|errorcounter|fails?|[rt]xfails?|[rt]xerrors?|failed|failures?|failcount|failcnt|timeouts|uncorrectables?|uncorrected|disturbers?|disturbances?|retries|retrycount|retransmits|retransmissions|nacks?|naks?|overruns|timeout|timeout (?:ack|response|callback)|crcs?(?! ok)|(?:bad|wrong|invalid) ?(?:crcs?|checksums?|packets?|frames?|telegrams?|replies|reads?)|(?:crc|checksum|parity|framing|frame|packet|bus|comms?|modbus|i2c)(?:errs?|errors?|fails?|failures)(?:count|cnt)?|no ?(?:responses?|answers?)|dead ?letters?|dead ?lettered|dlq|fehler|erreurs|errores|errori|resends?|resent|timeout (?:cnt|count|counter|total)|retry (?:cnt|count|counter|total)) /;
const NO_FAILURE =
  / (?:fec|corrected|correctable|correctables|code|codes|id|rate|pct|percent|ratio|threshold|time|ms|last|limit|level|bits?|bitmap|mask|word|flags?|status|state|[a-z]{0,8}no (?:err|errors?|fail)|without|margin|position|abs|max|min|avg|mean|std|square|control|pid|tracking|heading|angle|offset) /;
/** Counts of messages that a full queue threw away; what a radio or a network card drops is everyday. */
const DROPPED =
  /^(?:queue|buffer|messages?|msgs?|metrics|publish|publishes|mqtt|outbox|spool)[a-z]{0,12}(?:drop|dropped|drops|lost|overflows?|overruns?|discarded|expired)$|^(?:dropped|discarded|lost)(?:messages?|msgs|metrics|publishes|publications)$/;
/** Counts of messages for which a queue had no room, as OpenMQTTGateway calls them: some of them are everyday. */
const BLOCKED =
  /^msgs?bl(?:c?k|ckd)$|^(?:queue|buffer|publish|mqtt|outbox|tx)(?:msgs?|messages?)?bl(?:ocked|c?k)$/;
/** Counts of what was lost or answered in vain: everyday, but where they are a good part of all that came. */
const LOSSES =
  / (?:drops|dropped|lost|discards|discarded|5xx) | (?:lagged|late|missed|delayed|rejected|corrupt|corrupted|incomplete|uncorrectable) (?:frames?|packets?|telegrams?|messages?|msgs|samples|deadlines|cycles|ticks|slots|codewords?|blocks?|events|records) | (?:frames?|packets?|telegrams?|messages?|msgs|samples|deadlines|cycles|codewords?|blocks?|events|records) (?:lagged|late|missed|delayed|rejected|corrupt|corrupted|incomplete) /;
/** What is still to be taken over, counted in bytes or records: the time since the last may only say that nothing comes. */
const LAG = / lag (?!(?:s|sec|secs|seconds|ms|millis|milliseconds|min|minutes|time|duration) )/;
/** Counts of how often a part of the device was started anew. */
const RESTARTS =
  / (?:stream|process|service|camera|ffmpeg|modem|radio|wifi|sensor|driver|bus|connection|session|link|tunnel|player|worker|child|container|plugin|module)s? (?:re(?:starts?|connects?|sets?|connections?)) /;
/** What hears all the air hears noise. */
const RADIO =
  /lora|radio|433|868|915|rf(?![a-z])|wm-?bus|(?<![a-z])ble|sniff|gateway|zigbee|subghz|antenna/i;
/** What speaks by wire hears nobody else, whatever it is the gateway of. */
const BY_WIRE =
  /modbus|(?<![a-z])(?:rtu|rs-?485|rs-?232|uart|serial|tty\w{0,8}|can|canbus|profibus|bacnet|m-?bus|knx|eth\d?|port)(?![a-z])|timeout_?(?:ack|callback)$|(?<![a-z])nak$/i;
/** Who connects to be read fails now and then. */
const BLE = /bluetooth|(?<![a-z])ble/i;
/** What fails within a device, by whatever that speaks. */
const WITHIN =
  / (?:reads?|reading|sensors?|probes?|i ?2c|spi|one ?wire|dht\d*|ds ?18b20|adc|eeprom|flash|sd|disk|writes?|storage|motor|publish|uploads?) /;
/** What was tried or went well, beside it. */
const TRIED =
  / (?:ok|good|success(?:es|ful)?|total|count|sent|received|polls?|transmitted|requests?|reqs|reads?|frames?|packets?|telegrams?|messages?|msgs|rx|tx|cycles|transactions|counter|attempts|tries|queries|samples|commands|acked|delivered|published|processed|handled|codewords|corrected|correctables|pkts|msg ?(?:rcv|recv|prc|proc)) /;
/** What is measured of those and not how many they are. */
const NO_TRIES = / (?:time|times|ns|us|ms|s|rate|size|bytes|length|interval|duration|age) /;
const LEAST_REPORTS = 3;
/** Reports in a row, to the last one, in which more was lost or to be taken over. */
const LEAST_LOSING = 5;
const LEAST_BEHIND = 1_000;
const FAR = 10;
/** A lost frame in some is how links are. */
const LEAST_SHARE = 0.1;
/** A check that fails so often says the same of a wire. */
const LEAST_BROKEN_SHARE = 0.02;
const OF_A_CHECK = /crc|checksum|fcs|hec|uncorrect|(?<![a-z])(?:if|rx|in|input)_?err/i;

/** Counts of what was asked for, and of what came. */
const ASKED = / (?:requests?|reqs?|polls?|queries|commands|tx|tx (?:cnt|count|total)) $/;
const ANSWERED =
  / (?:success(?:es|ful)?|ok|good|answers|answered|replies|responses|received|acked) $/;
const LEAST_UNANSWERED = 8;
/** Of so many times as much that fails a link is poor, whatever else is in the air. */
const MOST_UNANSWERED = 3;

const BARE = /^ (?:count|counter|total) $/;

type Kind = "connections" | "restarts" | "drops" | "failures" | "losses" | "lag" | "unanswered";

/** What is told of each. */
const TOLD: Readonly<Record<Kind, { code: FindingCode; what: string; suggestion: string }>> = {
  connections: {
    code: "flapping",
    what: "The device reconnects again and again",
    suggestion:
      "Look at the device's signal and access point first (roaming, channel changes, leases), then for a second client with its client id; the broker's log tells why each connection ended.",
  },
  restarts: {
    code: "reported_error",
    what: "A part is started anew again and again",
    suggestion:
      "The device itself runs: look at the cable, the address and the supply of what this counts.",
  },
  drops: {
    code: "reported_error",
    what: "The device throws messages away",
    suggestion:
      "More comes in than goes out: look at the connection to what it sends to, at its rate, and at the length of the queue.",
  },
  losses: {
    code: "reported_error",
    what: "A good part of what comes is lost or fails",
    suggestion:
      "Look at what takes it or answers it: whether that runs, and whether it is fast enough for what comes.",
  },
  lag: {
    code: "reported_error",
    what: "It lags behind further and further",
    suggestion:
      "Look at what follows: whether it still takes what comes, and at its disk, its network and its load.",
  },
  unanswered: {
    code: "reported_error",
    what: "Most of what is asked by radio is not answered",
    suggestion:
      "Look at the way between the two: its length, what stands in it, the aerials, the channel and the power of sending.",
  },
  failures: {
    code: "reported_error",
    what: "It fails again and again",
    suggestion:
      "The device itself runs: look at the cable, the address and the supply of what this counts.",
  },
};

function kindOf(path: string, topic: TopicView): Kind | null {
  // `publish/messages/dropped`
  const around = [...topic.segments.filter((level) => level !== "#"), ...path.split(/[./]/)]
    .filter((level) => level !== "");
  const levels = leafOf(around.slice(-2).join("_"));
  const name = nameOf(path, topic.segments);
  if (DROPPED.test(name) || DROPPED.test(levels)) return "drops";
  if (BLOCKED.test(name)) return "losses";
  // What the level above names is of the network too: `wifi/reconnects`, `mqtt.lost`.
  const words = [...topic.segments.slice(-1), ...path.split(/[./]/)].slice(-2).map(nameWords)
    .join("").replace(/ {2}/g, " ");
  if (RESTARTS.test(words)) return "restarts";
  if ((ANEW.test(words) || LOST.test(words)) && !NO_COUNT.test(words)) return "connections";
  // What stands in a row without names is called after its topic: `if_errors` of `…:48692:0`.
  const last = nameWords(isInRow(path) || path === "" ? topic.segments.at(-1) ?? "" : path);
  // `resends.count`
  const own = BARE.test(last) ? words : last;
  const whole = `${topic.topic} ${path}`;
  if (LAG.test(own) && !NO_FAILURE.test(own)) return "lag";
  // `status_5xx` is of the answers and no state.
  if (LOSSES.test(own) && (/ 5xx /.test(own) || !NO_FAILURE.test(own))) {
    return isOfRadio(whole, own) ? null : "losses";
  }
  if (!FAILURES.test(own) || NO_FAILURE.test(own)) return null;
  // Each radio sends again now and then.
  const isAgain = / (?:retries|retry|retransmi\w+|resends?|resent) /.test(own) &&
    [...topic.live.at(-1)?.fields.keys() ?? []].some((other) => /wi_?fi|wlan|rssi/i.test(other));
  return isAgain ? null : isOfRadio(whole, own) ? "unanswered" : "failures";
}

function isOfRadio(around: string, own: string): boolean {
  return RADIO.test(around) && !BY_WIRE.test(around) && (!WITHIN.test(own) || BLE.test(around));
}

/** `flapping` or `reported_error` of a count of lost connections, failures, messages thrown away, losses or restarts of a part, or of a lag, that grows. */
export function growingCounts(view: DeviceView): Finding[] {
  const found = new Map<Kind, Finding>();
  for (const { topic, path } of fieldsTold(view)) {
    const kind = topic.live.length < LEAST_REPORTS ? null : kindOf(path, topic);
    if (kind === null || found.has(kind)) continue;
    if (topic.live.some((reading) => isOfOverheard(path, reading))) continue;
    const values = topic.live.map(({ fields }) => Number(fields.get(path) ?? NaN));
    if (
      kind === "unanswered" ? !failsMostly(path, { values, topic, view }) : !grows(values, kind)
    ) {
      continue;
    }
    const last = kind === "failures" ? lastErrorBeside(topic, view) : null;
    if (last !== null && NO_ERROR.test(last)) continue;
    if (kind === "failures" && isOfGuard(path, { topic, view })) continue;
    if (
      (kind === "failures" || kind === "losses") &&
      isSmallShare(path, { kind, values, topic, view }) &&
      !isOfBrokenWire(path, { values, topic, view })
    ) continue;
    found.set(kind, findingOf(kind, { topic, path, values, last }));
  }
  return [...found.values()];
}

/** Whether whom it turned away is counted beside: what a guard counts are the tries of strangers. */
export function isOfGuard(
  path: string,
  { topic, view }: { topic: TopicView; view: DeviceView },
): boolean {
  const beside = path === ""
    ? siblingTopics(view, topic).map(({ segments }) => segments.at(-1) ?? "")
    : [...topic.live.at(-1)?.fields.keys() ?? []];
  return beside.some((other) => TURNED_AWAY.test(nameWords(other)));
}

const TURNED_AWAY = / (?:banned|bans|jailed|jails|blacklisted|intruders?|attackers?|denied) /;

function findingOf(
  kind: Kind,
  o: { topic: TopicView; path: string; values: readonly number[]; last: string | null },
): Finding {
  const { topic, path, values, last } = o;
  const { code, what, suggestion } = TOLD[kind];
  return findingFrom({
    code,
    title: `${what}: "${labelOf({ path, topic })}" rose from ${values[0]} to ${values.at(-1)}${
      last === null ? "" : ` (${last.slice(0, 100)})`
    }`,
    summary: `On "${topic.topic}" in ${topic.live.length} reports ${spanText(topic.live)}${
      last === null ? "" : `; the last: ${last.slice(0, 200)}`
    }`,
    ...withNumbers(o, topic.live),
    suggestion,
  });
}

/** Whether whole numbers never fall, and rise: those of failures with nearly each report. */
function grows(values: readonly number[], kind: Kind): boolean {
  if (!values.every((value) => Number.isInteger(value) && value >= 0)) return false;
  const steps = differences(values);
  const rose = steps.slice(-LEAST_LOSING).every((step) => step > 0);
  if (kind === "lag") {
    const last = values.at(-1) ?? 0;
    return steps.length > LEAST_LOSING && rose && last >= LEAST_BEHIND &&
      last >= FAR * Math.max(...values.slice(0, 2));
  }
  // A count that falls restarted with the device; that is another finding.
  if (steps.some((step) => step < 0)) return false;
  const rises = steps.filter((step) => step > 0).length;
  const by = grown(values);
  if (kind === "losses") return rises >= LEAST_LOSING && rose;
  if (kind !== "failures") return by >= 2 && rises >= 2;
  return by >= 2 && rises >= 0.8 * steps.length || rises >= LEAST_LOSING && rose;
}

/** What stands beside a count of the last one. */
const LAST = /^last(err|error|failure|exception)(msg|message|text)?$/;

/** What is said of the last error, by the message itself or a topic beside it. */
function lastErrorBeside(topic: TopicView, view: DeviceView): string | null {
  const own = [...topic.live.at(-1)?.fields ?? []].filter(([path]) => LAST.test(leafOf(path)));
  const beside = siblingTopics(view, topic).filter(({ segments, live }) =>
    live.length > 0 && LAST.test(leafOf(segments.at(-1) ?? ""))
  ).map(({ live }) => live.at(-1)?.fields.get(""));
  const said = [...own.map(([, value]) => value), ...beside].find((value) =>
    typeof value === "string" && /\p{L}{2}/u.test(value)
  );
  return typeof said === "string" ? said.trim() : null;
}

/** Whether what an object counts is of a field of it, or of one in the object within. */
function isAround(object: string, path: string): boolean {
  const own = objectOf(path);
  return object === own || object !== "" && object === objectOf(own.slice(0, -1));
}

/** Counts that are told beside one: on topics beside its own, or in its object or the one within. */
function countsBeside(
  path: string,
  { topic, view }: { topic: TopicView; view: DeviceView },
): { words: string; values: readonly number[] }[] {
  const valuesOf = ({ live }: TopicView, one: string) =>
    live.map(({ fields }) => Number(fields.get(one) ?? 0));
  return path === "" || isInRow(path)
    ? siblingTopics(view, topic).map((other) => ({
      words: nameWords(other.segments.at(-1) ?? ""),
      values: valuesOf(other, path),
    }))
    : [...topic.live.at(-1)?.fields.keys() ?? []]
      .filter((other) => other !== path && isAround(objectOf(other), path))
      .map((other) => ({ words: nameWords(other), values: valuesOf(topic, other) }));
}

const grown = (values: readonly number[]) => (values.at(-1) ?? 0) - (values[0] ?? 0);

/**
 * Whether far more of what was asked failed than came, though some of it came lately, or of others of its kind does: who is
 * asleep or gone answers nothing.
 */
function failsMostly(
  path: string,
  { values, ...o }: { values: readonly number[]; topic: TopicView; view: DeviceView },
): boolean {
  const failed = grown(values);
  if (!(failed >= LEAST_UNANSWERED) || differences(values).some((step) => step < 0)) return false;
  const beside = countsBeside(path, o);
  const came = beside.filter(({ words }) => ANSWERED.test(words));
  const comesLately = (values: readonly number[]) =>
    grown(values.slice(Math.floor(values.length / 2))) > 0;
  return beside.some((one) => ASKED.test(one.words) && grown(one.values) >= failed) &&
    came.every((one) => failed >= MOST_UNANSWERED * grown(one.values)) &&
    (came.some((one) => comesLately(one.values)) ||
      came.some((one) => (one.values.at(-1) ?? 0) > 0) &&
        o.view.twins.some(({ segments, live }) =>
          segments.at(-1) === o.topic.segments.at(-1) &&
          [...live.at(-1)?.fields.keys() ?? []].some((other) =>
            ANSWERED.test(nameWords(other)) && isAround(objectOf(other), path) &&
            comesLately(live.map(({ fields }) => Number(fields.get(other) ?? 0)))
          )
        ));
}

/** Ports into which a cable goes, as systems call them: `eth0`, `ens2f1`, `GigabitEthernet1/0/3`; and what of a frame breaks in it. */
const WIRED =
  /^(?:eth|en[opsx]|em|lan|sfp|port|swp|igb|ix|ge|xe|te|gi|(?:fast|(?:ten|two)?gigabit)?ethernet)[-_ ]?[\d\/.a-f]{1,12}(?:[a-z]\d{1,2}){0,3}$/i;
const BROKEN_FRAMES =
  /^(?:in|rx|if_?in|receive)_?err(?:or)?s?$|^err(?:or)?s?_?(?:in|rx)$|^(?:in_?|rx_?)?(?:crc|fcs)_?err(?:or)?s?$/;
const LEAST_FRAMES = 100;

/**
 * Whether a wired port receives broken frames in each report, however few of all they are, while another one beside it that is
 * in use receives none: a cable or its plug.
 */
function isOfBrokenWire(
  path: string,
  { values, topic, view }: { values: readonly number[]; topic: TopicView; view: DeviceView },
): boolean {
  const isBroken = WIRED.test(topic.thing ?? "") && BROKEN_FRAMES.test(plainKey(lastOf(path))) &&
    grown(values) >= LEAST_FRAMES && values.length > LEAST_LOSING &&
    differences(values).every((step) => step > 0);
  return isBroken && view.topics.some((other) => {
    const its = other.live.map(({ fields }) => Number(fields.get(path) ?? NaN));
    return other.topic === topic.topic && other !== topic && WIRED.test(other.thing ?? "") &&
      its.length > LEAST_LOSING && grown(its) === 0 &&
      countsBeside(path, { topic: other, view }).some(({ words, values }) =>
        TRIED.test(words) && grown(values) > 0
      );
  });
}

/** Whether what was tried beside it grew by far more. */
function isSmallShare(
  path: string,
  o: { kind: Kind; values: readonly number[]; topic: TopicView; view: DeviceView },
): boolean {
  const failed = grown(o.values);
  const counted = countsBeside(path, o).filter(({ words }) =>
    TRIED.test(words) &&
    (path === "" || isInRow(path) ||
      !NO_TRIES.test(words) && !FAILURES.test(words) && !LOSSES.test(words))
  ).map(({ values }) => grown(values)).filter((more) => more > 0);
  return o.kind === "losses" && counted.length === 0 ||
    counted.some((more) =>
      failed <
        (OF_A_CHECK.test(isInRow(path) ? o.topic.segments.at(-1) ?? "" : path)
            ? LEAST_BROKEN_SHARE
            : LEAST_SHARE) * more
    );
}

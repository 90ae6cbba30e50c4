import { sameBytes } from "../../reading/copies.ts";
import type { Finding } from "../../finding_shape.ts";
import {
  everyTime,
  findingFrom,
  iso,
  repeating,
  secondsText,
  someOf,
  spanText,
} from "../../evidence.ts";
import { isHolder, isTime, labelOf, leafOf } from "../../reading/fields.ts";
import {
  differences,
  median,
  paceOf,
  robustDeviation,
  spreadOf,
  upperQuartile,
} from "../../../statistics.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { namesSeveral } from "../../reading/streams.ts";
import { isHeardByRadio } from "../../reading/radio.ts";
import { restartTimes } from "../reach/connection.ts";
import { beatsOf } from "./rate_change.ts";

const LOOP_MESSAGES = 15;
/** Between messages of a loop: what a broker and a bridge need to go round once. */
const LOOP_MS = 120;

/** `duplicate_messages` of bridges and automations that feed themselves. */
export function messageLoops(view: DeviceView): Finding[] {
  return growingTopics(view) ?? roundLoop(view) ?? storm(view) ?? secondCopies(view) ??
    manyCopies(view) ?? [];
}

/** `edge/edge/edge/…`: a bridge adds its prefix to what it hears itself. */
function growingTopics(view: DeviceView): Finding[] | null {
  const grown = view.topics.filter((topic) => {
    const repeated = repeatedLevels(topic.segments);
    return repeated >= 2 && topic.live.length > 0;
  }).sort((a, b) => a.segments.length - b.segments.length);
  const shorter = grown.flatMap((topic) => {
    const { segments } = topic;
    const at = segments.findIndex((level, i) => level === segments[i + 1]);
    const without = [...segments.slice(0, at), ...segments.slice(at + 1)].join("/");
    const source = view.topics.find((other) => other.topic === without);
    return source === undefined || !carriesSame(source, topic) ? [] : [{ source, topic }];
  });
  const first = shorter[0];
  // One pair may be two things of one name.
  if (first === undefined || shorter.length < 2) return null;
  const longest = shorter.at(-1)?.topic ?? first.topic;
  return [findingFrom({
    severity: "error",
    code: "duplicate_messages",
    title: `A bridge loops: the same messages come again with a longer topic, up to "${
      longest.topic.slice(0, 120)
    }"`,
    summary:
      `"${first.source.topic}" comes again as "${first.topic.topic}" and so on, ${shorter.length} topics in all, each a level longer`,
    messages: someOf(
      [first.source, ...shorter.map(({ topic }) => topic)].flatMap((topic) =>
        topic.live.slice(0, 1)
      )
        .map((reading) => reading.sample),
    ),
    suggestion:
      "Look at the bridge's topic rules: what it sends out with a prefix must not match what it takes in. Use one direction per filter, or MQTT 5's no-local (bridge_protocol_version mqttv50).",
  })];
}

/** How often the most repeated level stands in a row. */
function repeatedLevels(segments: readonly string[]): number {
  let most = 1;
  let run = 1;
  for (let i = 1; i < segments.length; i++) {
    run = segments[i] !== "" && segments[i] === segments[i - 1] ? run + 1 : 1;
    most = Math.max(most, run);
  }
  return most;
}

function carriesSame(a: TopicView, b: TopicView): boolean {
  return b.live.some((late) => a.readings.some((early) => sameBytes(early.sample, late.sample)));
}

/** One message that goes round for ever: the same bytes, again and again, faster than anyone sends. */
function roundLoop(view: DeviceView): Finding[] | null {
  for (const topic of view.topics) {
    if (topic.role === "log" || topic.role === "discovery") continue;
    const { live } = topic;
    if (live.length < LOOP_MESSAGES) continue;
    const payloads = distinct(live);
    if (payloads > 1) continue;
    // Of what comes twice, only half of the pauses are as short.
    const usualMs = upperQuartile(topic.intervals.map(({ lengthMs }) => lengthMs));
    if (usualMs > LOOP_MS || (live[0]?.sample.sizeBytes ?? 0) === 0) continue;
    // A device that sends all it has at this pace is quick, not caught in a loop.
    const keepsPace = view.topics.some((other) =>
      other !== topic && other.live.length >= live.length / 2 && distinct(other.live) > 1
    );
    if (keepsPace) continue;
    const first = live[0];
    const last = live.at(-1);
    if (first === undefined || last === undefined) continue;
    return [findingFrom({
      code: "duplicate_messages",
      title: `The same message goes round on "${topic.topic}": ${topic.trace.live} copies in ${
        secondsText(last.at - first.at)
      }, as in a loop`,
      summary: `All of ${live.length} messages are alike and follow each other every ${
        secondsText(usualMs)
      }, from ${iso(first.at)} on`,
      messages: someOf(live.slice(0, 2)),
      suggestion:
        "Look for two bridges, or a bridge and a rule, that pass this topic to each other: what one sends the other must not send back (mosquitto: topic direction and remote prefix; MQTT 5: no-local).",
    })];
  }
  return null;
}

/** So quickly two programs answer each other, and nothing of a radio of few bytes comes without being another. */
const ECHO_MS = 500;
/** What is told by events that come as quickly: turns of a knob, moves, and that one is there. */
const QUICK_EVENTS =
  /rotat|turn|dial|knob|scroll|wheel|bright|dim|volume|step|move|motion|tick|pulse|frame|beat|ping|alive|status|report|update|telemetry|data|sampl|measure|progress|hold|press(?:ed)?_?(?:&|and)?_?hold|held|repeat|position|scan|detect|tracked|beacon|advert|heard|recv|received/i;
const EVENT_KIND = /^(?:event|eventtype|eventname|evt|action)$/;
/** The code that a receiver of remote controls heard: `RfReceived.Data`. */
const REMOTE_CODE =
  /(?:^|[^a-z])(?:rf|ir|433|rc)[_-]?(?:received|recv|rx|code|in)\d?(?:[./](?:data|code|value|hex|dec))?$/i;
/** How well it is heard. */
const OF_SIGNAL = /^(?:linkquality|lqi|rssi|snr|lsnr|signal(?:strength)?)$/;
/** By this a mesh tells how well it hears one of its own. */
const OF_MESH = /^(?:linkquality|lqi)$/;

/** Messages that tell the same again and again, and what shows that nobody wants it. */
interface StormKind {
  readonly what: string;
  /** All of them unless given. */
  readonly roles?: RegExp;
  readonly least?: number;
  readonly leastMs?: number;
  readonly everyMs: number;
  /** Where it is looked for, if not on each topic alone. */
  readonly of?: (view: DeviceView) => readonly TopicView[];
  /** What is the same in all of them; all but times, counts and signals unless given. */
  readonly said?: (reading: Reading, topic: TopicView) => string;
  /** What of it is quoted, or nothing; null where it is no storm. */
  readonly quoted: (topic: TopicView, run: readonly Reading[]) => string | null;
  readonly suggestion: string;
}

/** So long nothing is told again and again that people do, or that is worked off. */
const LEAST_STORM = 40;
const LEAST_STORM_MS = 6_000;
/** What is sent to show that somebody is there. */
const PULSE = /heart_?beat|alive|ping|watch_?dog|tick|keep/i;
/** So many of each topic that tells nothing new; what is polled at once comes quicker. */
const LEAST_OF_EACH = 8;
const BURST_MS = 20;

const STORMS: readonly StormKind[] = [
  {
    what: "event",
    roles: /^(?:event|state|info)$/,
    least: 20,
    leastMs: 0,
    everyMs: 1_500,
    quoted: ({ topic, role }, run) => {
      const [first, second] = run;
      const [, kind] = [...first?.fields ?? []].find(([path, value]) =>
        typeof value === "string" &&
        (EVENT_KIND.test(leafOf(path)) || path === "" && role === "event")
      ) ?? [];
      // What is counted happens each time.
      const isCounted = [...first?.fields ?? []].some(([path, value]) =>
        COUNTED.test(leafOf(path)) && second?.fields.get(path) !== value
      );
      return kind === undefined || isCounted || QUICK_EVENTS.test(`${topic} ${kind}`)
        ? null
        : String(kind);
    },
    suggestion:
      "Look at what triggers it: a contact that bounces, a condition that is not left once it is told, a program that sends anew because it is not answered, or two that pass on to each other what they hear.",
  },
  {
    // Longer than anybody holds a button down.
    what: "code",
    roles: /^(?:event|state)$/,
    leastMs: 30_000,
    everyMs: 1_500,
    said: codeIn,
    quoted: (topic, [first]) => first === undefined ? null : codeIn(first, topic) || null,
    suggestion:
      "Look for the remote control or sensor that sends it: a button that is jammed, or a battery that is nearly empty. Until then others are hardly heard.",
  },
  {
    what: "message",
    everyMs: ECHO_MS,
    quoted: (topic, run) =>
      wasSlower(topic, run) || isNonstop(topic, run) ||
        topic.role === "state" &&
          [...run[0]?.fields.keys() ?? []].some((p) => OF_MESH.test(leafOf(p)))
        ? ""
        : null,
    suggestion:
      "Look for two programs that answer each other, a setting of how often it reports, or firmware that hangs and is mended by an update; until then a debounce where it is read keeps the broker quiet, and its network stays busy.",
  },
  {
    what: "retained state",
    of: unchanged,
    leastMs: 0,
    everyMs: 400,
    said: () => "all",
    quoted: (_, run) => paceOf(run) >= BURST_MS ? "" : null,
    suggestion:
      "What is retained need not be told again: look for a loop in the firmware or an automation that asks for all states, an interface that resets again and again, or a setting that publishes without a change.",
  },
];

/** All that is retained and told again as one, where nothing that a device tells ever changes. */
function unchanged({ topics }: DeviceView): TopicView[] {
  const told = topics.filter(({ role, live }) =>
    /^(?:state|info|event|availability)$/.test(role) && live.length > 1
  );
  const still = told.filter(({ live, readings, topic }) =>
    readings[0]?.sample.retain === true && live.length >= LEAST_OF_EACH && !PULSE.test(topic) &&
    distinct(readings) === 1 &&
    // What is measured may rest while it is sampled.
    [...readings[0].fields.values()].every((value) =>
      typeof value !== "number" || value === 0 || value === 1
    )
  );
  const [first] = still;
  const isAll = told.every((topic) => still.includes(topic) || distinct(topic.live) === 1);
  if (!isAll || first === undefined) return [];
  const more = still.length === 1 ? "" : ` and ${still.length - 1} more topics`;
  const live = still.flatMap((topic) => topic.live).sort((a, b) => a.at - b.at);
  return [{ ...first, topic: `${first.topic}${more}`, live }];
}

/** What is told again and again without a pause, more often than it can happen or than it was told before. */
function storm(view: DeviceView): Finding[] | null {
  for (const kind of STORMS) {
    for (const topic of kind.of?.(view) ?? view.topics) {
      const { what, roles, least = LEAST_STORM, leastMs = LEAST_STORM_MS, suggestion } = kind;
      if (topic.live.length < least || roles?.test(topic.role) === false) continue;
      const run = longestRun(topic, kind);
      const [first, last] = [run[0], run.at(-1)];
      if (first === undefined || last === undefined || run.length < least) continue;
      const everyMs = paceOf(run);
      if (everyMs > kind.everyMs || last.at - first.at < leastMs) continue;
      const quoted = kind.quoted(topic, run);
      if (quoted === null) continue;
      return [findingFrom({
        code: "duplicate_messages",
        title: `A storm: the same ${what} comes again and again on "${topic.topic}"${
          quoted === "" ? "" : `: ${quoted.slice(0, 60)}`
        }, every ${secondsText(everyMs)}${everyMs <= ECHO_MS ? ", as in a loop" : ""}`,
        summary:
          `${run.length} messages in a row tell the same but for their times and signals, from ${
            iso(first.at)
          } on`,
        messages: someOf(run.slice(0, 2)),
        ...repeating(run),
        suggestion,
      })];
    }
  }
  return null;
}

/** The most messages in a row of a topic that tell the same and have no pause between them. */
function longestRun(topic: TopicView, { everyMs, said = saidIn }: StormKind): readonly Reading[] {
  const { live, trace } = topic;
  const pauseMs = Math.max(ECHO_MS, 2 * (everyMs - ECHO_MS));
  let [from, bestFrom, best] = [0, 0, 0];
  for (const [i, reading] of live.entries()) {
    const before = live[i - 1] ?? reading;
    const isSame = sameBytes(before.sample, reading.sample) ||
      said(reading, topic) !== "" && said(before, topic) === said(reading, topic);
    // What was counted only lies between those that are kept.
    const isHole = trace.thinned && before.at < trace.wholeSince && reading.at >= trace.wholeSince;
    if (!isSame || !isHole && reading.at - before.at > pauseMs) from = i;
    if (i + 1 - from > best) [bestFrom, best] = [from, i + 1 - from];
  }
  return live.slice(bestFrom, bestFrom + best);
}

/** So many messages show how it was told before, and so many times as quick is another pace. */
const LEAST_SLOW = 3;
const TIMES_FASTER = 3;

/** Whether a topic was told at an even pace before a run to its end, and not several times a second. */
function wasSlower({ live }: TopicView, run: readonly Reading[]): boolean {
  const start = run[0]?.at ?? 0;
  const pauses = differences(live.filter(({ at }) => at <= start).map(({ at }) => at));
  const usualMs = median(pauses);
  const { made, came } = beatsOf(run);
  // What moves or was kept is told so until it stands or all is sent.
  const goesOn = run.at(-1) === live.at(-1) && !(made > TIMES_FASTER * came);
  return goesOn && pauses.length >= LEAST_SLOW && robustDeviation(pauses) < 0.5 * usualMs &&
    usualMs >= Math.max(ECHO_MS, TIMES_FASTER * paceOf(run));
}

const LEAST_OF_AIR_MS = 15_000;

/** Whether a sensor that lives of a battery sends without a pause by radio, as its receiver tells: each sends a few times in a row, and then is still. */
function isNonstop(topic: TopicView, run: readonly Reading[]): boolean {
  const [first, last] = [run[0], run.at(-1)];
  return first !== undefined && last !== undefined && last.at - first.at >= LEAST_OF_AIR_MS &&
    isHeardByRadio(topic) && [...first.fields.keys()].some((path) => /^battery/.test(leafOf(path)));
}

function codeIn({ fields }: Reading, { topic }: TopicView): string {
  return [...fields].flatMap(([path, value]) =>
    value !== null && REMOTE_CODE.test(`${topic}/${path}`) ? [String(value)] : []
  ).join();
}

/** What is another in each message, whatever it tells: its time, and what it is found again by. */
const OF_MESSAGE =
  /(?:^|\.)(?:context|ctx|trace|tracing|correlation|header|meta)\.(?:.*\.)?[a-z_]*id$|(?:^|\.)(?:context|trace|span|correlation|message|msg|event|packet)_?id$/;
const DATED = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** What a message tells but for its times, its numbers and how well it was heard. */
function saidIn({ fields }: Reading): string {
  return [...fields].filter(([path, value]) => {
    const name = leafOf(path);
    return !isTime(name) && !OF_SIGNAL.test(name) && !COUNTED.test(name) &&
      !OF_MESSAGE.test(path) && !DATED.test(String(value));
  }).map(([path, value]) => `${path}\t${value}`).join("\n");
}

const PAIRS = 3;
const OF_RADIO_MS = 2_000;
/** So soon a device tells what it was just told, and tells it again when it is done. */
const TAKEN_MS = 5_000;

/** Each message comes a second time, always as late: a second path to the broker, or a slow bridge. */
function secondCopies(view: DeviceView): Finding[] | null {
  const orders = view.topics.flatMap(({ role, live }) => role === "command" ? live : []);
  for (const topic of view.topics) {
    if (!/^(state|event)$/.test(topic.role) || topic.trace.thinned) continue;
    for (const offset of [0, 1]) {
      const live = topic.live.slice(offset);
      const pairs: [Reading, Reading][] = [];
      for (let i = 0; i + 1 < live.length; i += 2) pairs.push([live[i], live[i + 1]]);
      if (pairs.length < PAIRS) continue;
      if (!pairs.every(([a, b]) => sameBytes(a.sample, b.sample))) continue;
      const taken = pairs.filter(([a]) =>
        orders.some(({ at }) => at <= a.at && a.at - at <= TAKEN_MS)
      );
      if (2 * taken.length > pairs.length) continue;
      // A value that rests is no copy.
      const rests = pairs.filter(([a], i) => i > 0 && sameBytes(a.sample, pairs[i - 1][0].sample));
      if (rests.length > pairs.length / 5) continue;
      const lateMs = pairs.map(([a, b]) => b.at - a.at);
      const between = pairs.slice(1).map(([a], i) => a.at - pairs[i][1].at);
      const late = median(lateMs);
      // Many that send by radio send each message twice.
      if (late < OF_RADIO_MS && isHeardByRadio(topic)) continue;
      // One of two words that is told each minute rests by twos as well.
      if (late > LATEST_COPY_MS && payloadsIn(pairs) < LEAST_SAID) continue;
      if (spreadOf(lateMs) > 0.3 * late + 100) continue;
      if (Math.abs(median(between) - late) < 0.2 * late) continue;
      return [findingFrom({
        code: "duplicate_messages",
        title: `Each message of "${topic.topic}" comes twice, the copy ${secondsText(late)} later`,
        summary: `${pairs.length} messages in a row were followed by a copy of their bytes`,
        messages: someOf(pairs.slice(0, 2).flat()),
        suggestion:
          "Look for a second bridge or gateway that passes on the same source, or a rule that publishes what it hears on the same topic.",
      })];
    }
  }
  return null;
}

/** So many messages in a row came so often each; more often where nothing in them counts: radios send twice or thrice. */
const LEAST_RUNS = 3;
const LEAST_COPIES = 3;
const LEAST_UNCOUNTED = 6;
/** Copies go round within this; the next message comes so many times as late. */
const RUN_MS = 3_000;
const TIMES_LATER = 5;
/** Fields that count the messages of whom they come from. */
const COUNTED =
  /^(?:f_?cnt|f_?count|frame_?count(?:er)?|seq(?:uence)?(?:no|nr|number)?|(?:message|packet)_?(?:id|no|nr))$/;

/** So long is what no two messages share by chance: a packet, or what it is signed with. */
const LEAST_UNIQUE = 16;

/** Whether a message is the one before, with the time at which it was passed on: as well heard, and with a text that is its own. */
function isToldAgain(first: Reading, { fields }: Reading): boolean {
  const said = [...fields].filter(([path, value]) =>
    !isTime(leafOf(path)) && !DATED.test(String(value))
  );
  return said.some(([path, value]) =>
    /^(?:raw|payload|data|hash|hex|packet|frame|phy_?payload|msg|bytes)$/i.test(leafOf(path)) &&
    String(value).length >= LEAST_UNIQUE
  ) && fields.size === first.fields.size &&
    said.every(([path, value]) => first.fields.get(path) === value);
}

/** Each message comes several times at once, and always as many: it is passed on again and again. */
function manyCopies(view: DeviceView): Finding[] | null {
  for (const topic of view.topics) {
    if (!/^(?:state|event|reply)$/.test(topic.role) || topic.trace.thinned) continue;
    const runs: Reading[][] = [];
    for (const reading of topic.live) {
      const run = runs.at(-1);
      const isCopy = run?.[0] !== undefined && reading.at - run[0].at <= RUN_MS &&
        (sameBytes(run[0].sample, reading.sample) || isToldAgain(run[0], reading));
      if (isCopy) run.push(reading);
      else runs.push([reading]);
    }
    if (runs.length < LEAST_RUNS) continue;
    const often = median(runs.map(({ length }) => length));
    const firsts = runs.flatMap((run) => run.slice(0, 1));
    const isCounted = [...firsts[0]?.fields.keys() ?? []].some((path) =>
      COUNTED.test(leafOf(path)) &&
      new Set(firsts.map(({ fields }) => fields.get(path))).size === runs.length
    );
    if (often < (isCounted ? LEAST_COPIES : LEAST_UNCOUNTED)) continue;
    if (!runs.slice(0, -1).every(({ length }) => length === often)) continue;
    const isApart = runs.slice(1).every((run, i) => {
      const [first, last] = [runs[i][0].at, runs[i].at(-1)?.at ?? 0];
      return run[0].at - last > TIMES_LATER * (last - first);
    });
    if (!isApart) continue;
    const isSame = runs.every(([first, second]) =>
      first === undefined || second === undefined || sameBytes(first.sample, second.sample)
    );
    return [findingFrom({
      code: "duplicate_messages",
      title: `Each message of "${topic.topic}" comes ${often} times within ${
        secondsText((runs[0].at(-1)?.at ?? 0) - runs[0][0].at)
      }, as in a loop`,
      summary: `${runs.length} messages in a row came ${often} times each, ${
        isSame ? "byte for byte" : "the same but for the times at which they were sent"
      }`,
      messages: someOf(runs[0]),
      suggestion:
        "Look for bridges, gateways or rules that pass this topic on to each other, or for as many that pass on the same source.",
    })];
  }
  return null;
}

const LATEST_COPY_MS = 30_000;
const LEAST_SAID = 3;

/** How many payloads differ in pairs of alike ones. */
function payloadsIn(pairs: readonly [Reading, Reading][]): number {
  return new Set(pairs.map(([{ sample }]) => JSON.stringify(sample.decoded?.value))).size;
}

/** How many payloads differ, counted up to two. */
function distinct(live: readonly Reading[]): number {
  const first = live[0];
  return first === undefined ? 0 : live.every((one) => sameBytes(one.sample, first.sample)) ? 1 : 2;
}

/** Either position of anything that has two. */
const POSITION = /^\p{L}[\p{L} _-]{0,19}$/u;
const FIGHT_MS = 1_000;
/** What nobody wants by turns within so long. */
const OPPOSITES =
  /^(?:(?:heat|heating|heizen|chauffage|riscaldamento)|(?:cool|cooling|kühlen|refroidissement|raffreddamento))$/i;
const HUNT_MS = 60_000;

/** `flapping` of a switch that two automations throw against each other. */
export function switchFights(view: DeviceView): Finding[] {
  if (restartTimes(view).length >= 2) return [];
  for (const topic of view.topics) {
    if (!/^(?:state|event|reply)$/.test(topic.role)) continue;
    const paths = new Set(topic.live.slice(0, 20).flatMap(({ fields }) => [...fields.keys()]));
    for (const path of paths) {
      if (namesSeveral(topic) && !isToldBySenders(topic, path)) continue;
      const turns = turnsOf(topic, path);
      if (turns === null) continue;
      const every = median(turns.slice(1).map((turn, i) => turn.at - (turns[i]?.at ?? turn.at)));
      const name = labelOf({ path, topic });
      return [findingFrom({
        code: "flapping",
        title: `"${name}" toggles back and forth ${turns.length} times, every ${
          secondsText(every)
        }`,
        summary: `On "${topic.topic}" the value went to and fro ${
          spanText(turns)
        }, faster than a hand does it`,
        ...everyTime(turns),
        suggestion:
          "Look for two automations or bridges that answer each other's change: one switches on what the other switches off. For a contact, look at its debounce time.",
      })];
    }
  }
  return [];
}

/** By whom a value was set, which names no thing that it is of: `knx_src_addr`, `changed_by`. */
const BY_WHOM =
  /(?:^|[a-z])(?:src|source|sender|origin)(?:addr(?:ess)?|id|name)$|^(?:src|source|sender|origin|(?:[a-z]{1,12})?by|user(?:id|name)?)$/;

/** Whether a topic is of the one value that its messages hold: besides they say only when, and by whom, it was set. */
function isToldBySenders({ live, segments }: TopicView, path: string): boolean {
  const first = live[0]?.fields;
  return isHolder(path.toLowerCase()) && segments.length > 2 &&
    [...first ?? []].every(([other, value]) => {
      const name = leafOf(other);
      return other === path || isTime(name) || /^(?:lc|old|prev|previous)/.test(name) ||
        BY_WHOM.test(name) || live.every(({ fields }) => fields.get(other) === value);
    });
}

/** Whether a value only says of a number beside it whether that is above zero or below, as noise around zero is by turns. */
function tellsSign(readings: readonly Reading[], path: string): boolean {
  return [...readings[0]?.fields.keys() ?? []].some((other) => {
    const bySign = new Map<number, unknown>();
    const isTold = other !== path && readings.every(({ fields }) => {
      const number = fields.get(other);
      if (typeof number !== "number") return false;
      const sign = Math.sign(number);
      if (!bySign.has(sign)) bySign.set(sign, fields.get(path));
      return number === 0 || bySign.get(sign) === fields.get(path);
    });
    return isTold && bySign.has(1) && bySign.has(-1) && bySign.get(1) !== bySign.get(-1);
  });
}

/** The longest run of quick changes between two switch positions, when it is a fight. */
function turnsOf(topic: TopicView, path: string): Reading[] | null {
  const having = topic.live.filter(({ fields }) => {
    const value = fields.get(path);
    return typeof value === "boolean" || typeof value === "string" && POSITION.test(value.trim()) ||
      value === 0 || value === 1;
  });
  if (having.length < 6) return null;
  const values = new Set(having.map(({ fields }) => fields.get(path)));
  if (values.size !== 2 || having.length < topic.live.length * 0.9) return null;
  if (tellsSign(having, path)) return null;
  const withinMs = [...values].every((value) => OPPOSITES.test(String(value))) ? HUNT_MS : FIGHT_MS;
  let best: Reading[] = [];
  let run: Reading[] = [];
  for (const [i, reading] of having.entries()) {
    const before = having[i - 1];
    const turned = before !== undefined && before.fields.get(path) !== reading.fields.get(path) &&
      reading.at - before.at <= withinMs;
    run = turned ? [...run, reading] : [reading];
    if (run.length > best.length) best = run;
  }
  return best.length >= 6 ? best : null;
}

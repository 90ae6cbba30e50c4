import { flagOf } from "../../../payload/flag.ts";
import { decodePayload } from "../../../payload/decode.ts";
import { parseSparkplugTopic, type SparkplugState } from "../../../payload/sparkplug.ts";
import { Expiry } from "../expiry.ts";
import type { Family, Statement, TopicReading } from "../families/family.ts";
import { generic } from "../families/generic.ts";
import { rankedFamilies } from "../families/mod.ts";
import { fieldsOf } from "./fields.ts";
import { spansOf } from "../findings/reach/silence.ts";
import {
  intervalsOf,
  isInterrupted,
  type ListeningGap,
  rhythmOf,
  type Span,
} from "../heartbeat.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import {
  type HeardStatement,
  lastWord,
  statementIn,
  willAmongValues,
  willsAmongDocuments,
  willsAmongTexts,
} from "./statements.ts";
import { readCayenneFrames } from "./cayenne_frames.ts";
import { readLines } from "./lines.ts";
import { reachSaid } from "./reach_words.ts";
import { decodedOf, readLoneDocuments } from "./plain_values.ts";
import { carriedTime } from "./timestamps.ts";
import { inPieces, type Steps } from "../steps.ts";
import { joinParts } from "./parted.ts";
import { messagesOf } from "./told_in_parts.ts";
import { mixesThings } from "./streams.ts";
import type { TopicTrace } from "./trace.ts";
import { placesOf, type ToldByTwins } from "../twins.ts";
import type { DeviceView, Reading, TopicView } from "./view.ts";
import { partTopics, recognize, roleOf, statusOfWhole, treesOf } from "./topic_roles.ts";

/** What was heard, as the observer hands it over. */
export interface Observation {
  readonly identity: DeviceIdentity;
  readonly traces: readonly TopicTrace[];
  /** All that is told on its topics, where the device is one of several in documents; empty where it is not. */
  readonly around: readonly TopicTrace[];
  /** What others tell on topics that are called as one of its own but for one level. */
  readonly twins: ToldByTwins;
  /** Topics of the device beyond those kept in detail. */
  readonly untraced: { readonly topics: number; readonly live: number; readonly retained: number };
  /** Fed with each Sparkplug message of the device once. */
  readonly sparkplug: SparkplugState;
  /** Messages of any device. */
  readonly heard: number;
  /** Topics of other devices. */
  readonly strangers: readonly string[];
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly listened: { readonly seconds: number; readonly gaps: readonly ListeningGap[] };
  /** Statements before that time count only as how it stood then; default: all count. */
  readonly changesSinceMs?: number;
}

/** All that was heard of a device, ready to be judged. Pure. */
export function* viewOf(observation: Observation): Steps<DeviceView> {
  const { identity, nowMs, startedAtMs } = observation;
  const listeningGaps = spansOf(observation.listened.gaps);
  yield* decodeSparkplugSamples(observation, listeningGaps);
  yield* decodeSparkplugSamples(observation.twins, listeningGaps);
  const drafts: { trace: TopicTrace; readings: Reading[] }[] = [];
  for (const trace of joinParts(observation.traces, identity)) {
    drafts.push({ trace, readings: yield* readingsOf(trace) });
  }
  // The first pass finds the families; roles that need them are known in the second.
  for (const { trace } of drafts) {
    const found = recognize(trace.segments, identity);
    if (found !== null && found.family !== generic) identity.conventions.add(found.family.name);
  }
  const statements: (TopicReading & { statement: Statement; bridge: boolean; family: Family })[] =
    [];
  const own = drafts.map(({ trace }) => trace)
    .filter(({ topic }) => identity.roleFromDocuments(topic) !== "bridge");
  const parts = partTopics(own);
  const wholes = statusOfWhole(drafts);
  const trees = treesOf(own);
  const ended = lastWord(drafts);
  const thing = thingBehind(own);
  const topics = drafts.map(({ trace, readings }): TopicView => {
    const { role, family } = roleOf({ trace, readings, identity, parts, wholes, trees });
    const live = readings.filter((reading) => !reading.sample.retain);
    const whole = trace.thinned ? live.filter((reading) => reading.at >= trace.wholeSince) : live;
    const intervals = intervalsOf(whole.map((reading) => reading.at), listeningGaps);
    const { segments } = trace;
    const samples = readings.map(({ sample }) => sample);
    const bridge = role === "bridge";
    /** What the messages say one by one; null where one says nothing. */
    const say = (told: readonly (Statement | null)[] | null) => {
      for (const [i, statement] of (told ?? []).entries()) {
        const reading = readings[i];
        if (statement === null || reading === undefined) continue;
        statements.push({ statement, reading, segments, family, bridge });
      }
    };
    if (role === "state" || role === "reply") say(livenessIn(readings));
    if (role === "availability" || bridge) {
      // A `status` beside the device's tree is its bridge's only in these very words.
      const isBeside = bridge && !segments.includes(family.gatewayLevel ?? "") &&
        /(?:^|\/)(?:(?<!driver\/)status|(?<!bridge\/)state)$/.test(trace.topic);
      // `ahoy/mqtt` is `connected`; all else may stand by that name.
      const isOfLink = bridge && trace.segments.at(-1) === "mqtt";
      say(
        readings.map(({ sample, fields }) =>
          isBeside && !/^\s*(on|off)line\s*$/i.test(String(fields.get(""))) ||
            isOfLink && reachSaid(fields.get("") ?? null, { bare: false }) === null
            ? null
            : identity.statementFor(trace.topic, sample.payload) ??
              statementIn(sample, { bare: true, family, segments })
        ),
      );
    } else if (/^(state|reply|event|info)$/.test(role)) {
      say(samples.map((sample) => sample === ended ? "offline" : null));
      say(willsAmongTexts(samples));
      say(willsAmongDocuments(samples));
      const told = samples.map(willAmongValues);
      // Without a last will among them they say nothing that the values do not.
      if (told.includes("offline")) say(told);
    }
    return {
      topic: trace.topic,
      segments: identity.levelsOfFlat(trace.topic) ??
        (trace.segments.at(-1) === thing
          ? quantityLast(trace.segments)
          : family.tellingLevels?.(trace.segments) ?? trace.segments),
      role,
      family,
      trace,
      readings,
      live,
      intervals,
      rhythm: rhythmOf(intervals),
      mixes: mixesThings(live),
    };
  });
  topics.sort((a, b) => a.topic < b.topic ? -1 : 1);
  const said = statements.filter((one) => one.family.counts?.(one, statements) ?? true)
    .map(({ statement, reading: { sample }, bridge, segments, family }): HeardStatement => ({
      at: sample.at,
      statement,
      sample,
      bridge,
      story: family.storyOf?.(segments) ?? sample.topic,
    }));
  said.sort((a, b) => a.at - b.at);
  const last = topics.filter((topic) => /^(state|event|reply|info|log)$/.test(topic.role))
    .flatMap((topic) => topic.live.slice(-1)).sort((a, b) => b.at - a.at)[0];
  const expiry = new Expiry(nowMs);
  const { around } = observation;
  const twins: Twin[] = [];
  const isAlike = alikeTo(observation.twins.traces.length > 0 ? topics : []);
  for (const trace of observation.twins.traces) {
    const twin = { segments: trace.segments, live: yield* readingsOf(trace) };
    if (isAlike(twin)) twins.push(twin);
  }
  return {
    identity,
    around: around.length === 0 ? null : yield* viewOf({
      ...observation,
      traces: around,
      around: [],
      twins: { ...observation.twins, traces: [], settings: [], passedOn: [] },
    }),
    twins,
    settings: yield* settingsOf(observation.twins.settings),
    passedOn: observation.twins.passedOn,
    sparkplug: observation.sparkplug,
    startedAtMs,
    get nowMs() {
      expiry.expire();
      return nowMs;
    },
    expiry,
    listeningGaps,
    topics,
    families: rankedFamilies(
      new Set([...identity.conventions, ...topics.map((topic) => topic.family.name)]),
    ),
    said: sinceOf(said, observation.changesSinceMs),
    lastHeardMs: last?.at ?? null,
    lastHeard: last === undefined ? null : messagesOf(last.sample).at(-1) ?? null,
  };
}

function* settingsOf(traces: readonly TopicTrace[]): Steps<DeviceView["settings"]> {
  const settings: DeviceView["settings"][number][] = [];
  for (const trace of traces) {
    const { topic, segments } = trace;
    settings.push({ topic, segments, readings: yield* readingsOf(trace) });
  }
  return settings;
}

type Twin = DeviceView["twins"][number];

/** So many of all fields two have in common that are of one kind: a plug and a door tell `voltage` both. */
const LEAST_SHARED = 0.5;

/**
 * Whether another tells most of the fields of one of these topics that is called as its own but for one level. What stands
 * on topics of its own is called by what it is.
 */
function alikeTo(topics: readonly TopicView[]): (twin: Twin) => boolean {
  const told = new Map<string, Set<string>[]>();
  for (const { segments, readings } of topics) {
    const paths = pathsOf(readings);
    for (const place of placesOf(segments)) told.set(place, [...told.get(place) ?? [], paths]);
  }
  return ({ segments, live }) => {
    const theirs = pathsOf(live);
    const alike = placesOf(segments).flatMap((place) => told.get(place) ?? []);
    return theirs.size <= 1 || alike.length === 0 ||
      alike.some((own) => own.intersection(theirs).size >= LEAST_SHARED * own.union(theirs).size);
  };
}

const pathsOf = (readings: readonly Reading[]): Set<string> =>
  new Set(readings.flatMap(({ fields }) => [...fields.keys()]));

const LEAST_QUANTITIES = 3;
/** Levels that tell what is measured, wanted or said of a thing. */
const QUANTITY =
  /temp|humid|press|volt|current|power|energy|level|moisture|online|avail|fault|error|alarm|state|status|mode|target|batt|rssi/i;

/** The thing of which all topics speak whose levels name what they tell before it: `child` of `climate/humidity/child`. */
function thingBehind(traces: readonly TopicTrace[]): string | null {
  const [first, ...others] = traces.map(({ segments }) => segments);
  const thing = first?.at(-1) ?? "";
  const isOfAll = others.every((segments) =>
    segments.length === first?.length && segments.at(-1) === thing
  );
  if (!isOfAll || !/^\p{L}/u.test(thing) || QUANTITY.test(thing)) return null;
  const told = new Set(traces.map(({ segments }) => segments.at(-2) ?? ""));
  return [...told].filter((level) => QUANTITY.test(level)).length >= LEAST_QUANTITIES &&
      !/^(?:[sg]et|value|val|cmnd|cmd|command|config|reported|desired)$/i.test(thing)
    ? thing
    : null;
}

/** Levels with the last two of them in turn. */
function quantityLast(segments: readonly string[]): string[] {
  return [...segments.slice(0, -2), ...segments.slice(-2).reverse()];
}

/** Statements since a time, in time order, and of each story the last one before it. */
function sinceOf(said: HeardStatement[], sinceMs = -Infinity): HeardStatement[] {
  const standing = new Map<string, HeardStatement>();
  for (const one of said) if (one.at < sinceMs) standing.set(one.story, one);
  const kept = new Set(standing.values());
  return said.filter((one) => one.at >= sinceMs || kept.has(one));
}

/** Data refers to births on other topics, so they are decoded together and in time order. */
function* decodeSparkplugSamples(
  { traces, sparkplug }: Pick<Observation, "traces" | "sparkplug">,
  gaps: readonly Span[],
): Steps<void> {
  const all = traces.filter((trace) => parseSparkplugTopic(trace.topic) !== null)
    .flatMap((trace) => trace.samples()).sort((a, b) => a.at - b.at);
  const samples = all.filter((sample) => sample.decoded === undefined);
  let before = all.findLast((sample) => sample.decoded !== undefined)?.at ?? Infinity;
  yield* inPieces(samples, (sample) => {
    if (isInterrupted(gaps, before, sample.at)) sparkplug.forgetNumbers();
    before = sample.at;
    sample.decoded = decodePayload(sample.payload, {
      topic: sample.topic,
      sparkplug,
    });
  });
}

function* readingsOf(trace: TopicTrace): Steps<Reading[]> {
  const readings: Reading[] = [];
  const samples = trace.samples();
  yield* inPieces(samples, (sample) => void decodedOf(sample));
  readLoneDocuments(samples);
  readCayenneFrames(samples);
  readLines(samples);
  yield* inPieces(samples, (sample) => {
    const fields = fieldsOf(sample);
    readings.push({
      sample,
      at: sample.at,
      fields,
      time: carriedTime(fields, { segments: trace.segments, at: sample.at }),
    });
  });
  return readings;
}

/** What a state document says that tells in each message whether it is alive, message by message; null where it does not. */
function livenessIn(readings: readonly Reading[]): Statement[] | null {
  const last = readings.at(-1);
  const key = ["alive", "online"].find((name) => flagOf(last?.fields.get(name)) !== null);
  if (key === undefined || readings.some(({ fields }) => flagOf(fields.get(key)) === null)) {
    return null;
  }
  // A car that says it sleeps is not online, and nobody misses it.
  const sleeps = ({ fields }: Reading) =>
    ["sleeping", "asleep"].some((name) => flagOf(fields.get(name)) === true) ||
    ["state", "status"].some((name) =>
      /^(?:asleep|sleeping|hibernating)$/i.test(String(fields.get(name)))
    );
  return readings.map((reading) =>
    flagOf(reading.fields.get(key)) === true ? "online" : sleeps(reading) ? "sleeping" : "offline"
  );
}

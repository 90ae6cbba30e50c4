import { decodePayload } from "../../payload/decode.ts";
import { parseSparkplugTopic, type SparkplugState } from "../../payload/sparkplug.ts";
import { deviceFilters } from "./filters.ts";
import type { DeviceDiagnosis, DeviceVerdict, ExpiringVerdict } from "./diagnosis.ts";
import { Expiry } from "./expiry.ts";
import type { Finding } from "./finding_shape.ts";
import { everyText, evidenceOf, iso, previewOf, secondsText } from "./evidence.ts";
import type { Family, Statement, TopicReading, TopicRole } from "./families/family.ts";
import { generic, isOnlyAvailability, mayBeAvailability } from "./families/generic.ts";
import { FAMILIES, rankedFamilies } from "./families/mod.ts";
import { fieldsOf, leafOf } from "./fields.ts";
import { unansweredCommands } from "./findings/commands.ts";
import { fallingCellVoltage } from "./findings/cell_voltage.ts";
import { changesOf, clientIdCollision, flapping, rebootLoop } from "./findings/connection.ts";
import { reportedErrors, unparseablePayloads } from "./findings/errors.ts";
import { type Detector, withoutExplained } from "./findings/finding.ts";
import { raisedEvents } from "./findings/events.ts";
import { countedErrors } from "./findings/error_counts.ts";
import { crashEvents, raisedFlags } from "./findings/flags/mod.ts";
import { failedReplies } from "./findings/failed_replies.ts";
import { failingRequests } from "./findings/failing_requests.ts";
import { gradedMessages } from "./findings/graded.ts";
import { lostFrames } from "./findings/lorawan.ts";
import { messageLoops, switchFights } from "./findings/loops.ts";
import { clockNeverSet } from "./findings/never_set.ts";
import {
  deadSiblings,
  emptiedDocuments,
  failingSensors,
  noReadings,
} from "./findings/no_reading.ts";
import { contradictedOffline } from "./findings/offline_retained.ts";
import { clockSkew, duplicates, outOfOrder } from "./findings/order.ts";
import { badQuality } from "./findings/quality.ts";
import { countedReconnects } from "./findings/reconnects.ts";
import {
  discoveryNotRetained,
  ghostDiscovery,
  retainedCommands,
  retainedStale,
} from "./findings/retained.ts";
import {
  announcedIntervalMs,
  gaps,
  offlineLastWill,
  presentStatement,
  rateChange,
  spansOf,
  staleHeartbeat,
} from "./findings/silence.ts";
import { dwindling } from "./findings/dwindling.ts";
import { unitChanges } from "./findings/shifts.ts";
import { oddFlags } from "./findings/odd_flags.ts";
import { oddGrades } from "./findings/odd_grades.ts";
import { oddSiblings } from "./findings/siblings.ts";
import { worsenedStates } from "./findings/state_words.ts";
import { structureChanges } from "./findings/structure.ts";
import { fallenTotals } from "./findings/totals.ts";
import { outliers, stuckValues } from "./findings/values.ts";
import { lowBattery } from "./findings/battery.ts";
import { weakSignal } from "./findings/signal.ts";
import { healthOf } from "./health.ts";
import { intervalsOf, type ListeningGap, rhythmOf } from "./heartbeat.ts";
import type { DeviceIdentity } from "./identity.ts";
import { nearestNames } from "./nearest.ts";
import { recentMessage } from "./recent.ts";
import { sleepOf, sleepText } from "./sleep.ts";
import { type HeardStatement, statementIn, willAmongValues } from "./statements.ts";
import { carriedTime } from "./timestamps.ts";
import { inPieces, PREPARING, type Steps } from "./steps.ts";
import type { TopicTrace } from "./trace.ts";
import { type DeviceView, type Reading, stateTopics, type TopicView } from "./view.ts";
import { vitalsOf } from "./vitals.ts";
import { rounded } from "../../numbers.ts";

const MAX_TOPICS = 60;
const RECENT_MESSAGES = 10;
const MAX_NAME_CHARS = 120;

const DETECTORS: readonly Detector[] = [
  offlineLastWill,
  clientIdCollision,
  rebootLoop,
  flapping,
  staleHeartbeat,
  reportedErrors,
  unparseablePayloads,
  structureChanges,
  stuckValues,
  outliers,
  duplicates,
  clockSkew,
  outOfOrder,
  gaps,
  rateChange,
  lowBattery,
  weakSignal,
  unansweredCommands,
  retainedCommands,
  retainedStale,
  ghostDiscovery,
  discoveryNotRetained,
];

/** Detectors of causes: what they find stands beside all else, and nothing explains it. */
const STANDING: readonly Detector[] = [
  (view) => view.families.flatMap((family) => family.ownFindings?.(view) ?? []),
  countedReconnects,
  failingRequests,
  failedReplies,
  gradedMessages,
  lostFrames,
  contradictedOffline,
  raisedFlags,
  crashEvents,
  oddFlags,
  oddGrades,
  countedErrors,
  raisedEvents,
  badQuality,
  noReadings,
  emptiedDocuments,
  failingSensors,
  deadSiblings,
  fallenTotals,
  unitChanges,
  worsenedStates,
  dwindling,
  fallingCellVoltage,
  oddSiblings,
  clockNeverSet,
  messageLoops,
  switchFights,
];

/** What was heard, as the observer hands it over. */
export interface Observation {
  readonly identity: DeviceIdentity;
  readonly traces: readonly TopicTrace[];
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

/** Judges what was heard of a device, and tells all of it. Pure: the same observation gives the same diagnosis. */
export function* diagnose(observation: Observation): Steps<DeviceDiagnosis> {
  const { identity, listened } = observation;
  const view = yield* viewOf(observation);
  const { name, model, findings, also, ...verdict } = yield* judge(view);
  const heard = view.topics.length > 0;
  const { why } = healthOf(findings, { heard });
  const live = sum(view.topics, (topic) => topic.trace.live) + observation.untraced.live;
  const retained = sum(view.topics, (topic) => topic.trace.retained) +
    observation.untraced.retained;
  const warnings = repeatedKeysOf(view);
  const nearest = heard ? [] : yield* nearestNames(identity.deviceId, {
    topics: observation.strangers,
    names: identity.others,
  });
  return {
    device_id: identity.deviceId,
    ...(name === undefined ? {} : { name }),
    ...(model === undefined ? {} : { model }),
    topics: topicsOf(view),
    topic_count: view.topics.length + observation.untraced.topics,
    convention: verdict.convention,
    also,
    connection: connectionOf(view, findings),
    health: verdict.health,
    health_why: why,
    findings,
    ...(warnings.length > 0 ? { warnings } : {}),
    vitals: verdict.vitals,
    recent_messages: recentOf(view),
    messages_per_minute: listened.seconds > 0
      ? Math.round((live / listened.seconds) * 600) / 10
      : 0,
    messages: { live, retained, all: observation.heard },
    nearest,
    advice: adviceOf({ observation, view, nearest }),
  };
}

/** Judges what was heard of a device, as {@linkcode diagnose} does. Pure. */
export function* verdictOn(observation: Observation): Steps<ExpiringVerdict> {
  const view = yield* viewOf(observation);
  const { also: _, ...verdict } = yield* judge(view);
  return { verdict, expiresAtMs: view.expiry.atMs };
}

type Judged = DeviceVerdict & Pick<DeviceDiagnosis, "also">;

function* judge(view: DeviceView): Steps<Judged> {
  const { identity } = view;
  const heard = view.topics.length > 0;
  const findings = withoutExplained(
    yield* foundBy(DETECTORS, view),
    yield* foundBy(STANDING, view),
  );
  const { health } = healthOf(findings, { heard });
  const families = view.families.map((family) => family.name);
  return {
    ...(identity.name !== undefined && identity.name !== identity.deviceId
      ? { name: identity.name.slice(0, MAX_NAME_CHARS) }
      : {}),
    ...(identity.model === undefined ? {} : { model: identity.model.slice(0, MAX_NAME_CHARS) }),
    convention: families[0] ?? (heard ? "generic" : "unknown"),
    also: families.slice(1),
    connection: { state: stateOf(view, findings).state },
    health,
    findings,
    vitals: vitalsOf(view),
  };
}

function* foundBy(detectors: readonly Detector[], view: DeviceView): Steps<Finding[]> {
  const found: Finding[] = [];
  for (const detector of detectors) {
    found.push(...detector(view));
    yield PREPARING;
  }
  return found;
}

function* viewOf(observation: Observation): Steps<DeviceView> {
  const { identity, nowMs, startedAtMs } = observation;
  const listeningGaps = spansOf(observation.listened.gaps);
  yield* decodeSparkplugSamples(observation);
  const drafts: { trace: TopicTrace; readings: Reading[] }[] = [];
  for (const trace of observation.traces) {
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
  const topics = drafts.map(({ trace, readings }): TopicView => {
    const { role, family } = roleOf({ trace, readings, identity, parts, wholes, trees });
    const live = readings.filter((reading) => !reading.sample.retain);
    const whole = trace.thinned ? live.filter((reading) => reading.at >= trace.wholeSince) : live;
    const intervals = intervalsOf(whole.map((reading) => reading.at), listeningGaps);
    if (role === "state" || role === "reply") {
      for (const { reading, statement } of livenessIn(readings)) {
        const { segments } = trace;
        statements.push({ statement, reading, segments, family, bridge: false });
      }
    }
    if (role === "availability" || role === "bridge") {
      const { segments } = trace;
      for (const reading of readings) {
        // A `status` beside the device's tree is its bridge's only in these very words.
        const isOther = role === "bridge" && segments.length === 2 && segments[1] === "status" &&
          !/^\s*(on|off)line\s*$/i.test(String(reading.fields.get("")));
        const statement = isOther
          ? null
          : identity.statementFor(trace.topic, reading.sample.payload) ??
            statementIn(reading.sample, { bare: true, family, segments });
        if (statement !== null) {
          statements.push({ statement, reading, segments, family, bridge: role === "bridge" });
        }
      }
    } else if (/^(state|reply|event|info)$/.test(role)) {
      const { segments } = trace;
      const told = readings.flatMap((reading) => {
        const statement = willAmongValues(reading.sample);
        return statement === null ? [] : [{ statement, reading, segments, family, bridge: false }];
      });
      // Without a last will among them they say nothing that the values do not.
      if (told.some(({ statement }) => statement === "offline")) statements.push(...told);
    }
    return {
      topic: trace.topic,
      segments: trace.segments,
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
  return {
    identity,
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
    lastHeard: last?.sample ?? null,
  };
}

/** Statements since a time, in time order, and of each story the last one before it. */
function sinceOf(said: HeardStatement[], sinceMs = -Infinity): HeardStatement[] {
  const standing = new Map<string, HeardStatement>();
  for (const one of said) if (one.at < sinceMs) standing.set(one.story, one);
  const kept = new Set(standing.values());
  return said.filter((one) => one.at >= sinceMs || kept.has(one));
}

/** Data refers to births on other topics, so they are decoded together and in time order. */
function* decodeSparkplugSamples(observation: Observation): Steps<void> {
  const samples = observation.traces.filter((trace) => parseSparkplugTopic(trace.topic) !== null)
    .flatMap((trace) => trace.samples()).filter((sample) => sample.decoded === undefined)
    .sort((a, b) => a.at - b.at);
  yield* inPieces(samples, (sample) => {
    sample.decoded = decodePayload(sample.payload, {
      topic: sample.topic,
      sparkplug: observation.sparkplug,
    });
  });
}

function* readingsOf(trace: TopicTrace): Steps<Reading[]> {
  const readings: Reading[] = [];
  yield* inPieces(trace.samples(), (sample) => {
    sample.decoded ??= decodePayload(sample.payload, { topic: sample.topic });
    const fields = fieldsOf(sample);
    readings.push({
      sample,
      at: sample.at,
      fields,
      time: carriedTime(fields, trace.segments.at(-1)),
    });
  });
  return readings;
}

function recognize(
  segments: readonly string[],
  identity: DeviceIdentity,
): { role: TopicRole; family: Family } | null {
  for (const family of FAMILIES) {
    const role = family.roleOf(segments, identity);
    if (role !== null) return { role, family };
  }
  return null;
}

function roleOf(
  o: {
    trace: TopicTrace;
    readings: readonly Reading[];
    identity: DeviceIdentity;
    parts: ReadonlySet<string>;
    wholes: ReadonlySet<string>;
    trees: ReadonlySet<string>;
  },
): { role: TopicRole; family: Family } {
  const { trace, readings, identity } = o;
  const found = recognize(trace.segments, identity);
  const documented = identity.roleFromDocuments(trace.topic);
  if (documented !== null) return { role: documented, family: found?.family ?? generic };
  if (found !== null && found.family !== generic) return found;
  // What Home Assistant reads is told, whatever its topic is called.
  if (found?.role === "command" && isReadByDocuments(trace.topic, identity)) {
    return { role: "state", family: generic };
  }
  if (found !== null && found.role !== "availability") return found;
  if (isWordAboveAll(o) || isHeartbeatWithWill(o)) return { role: "availability", family: generic };
  if (!mayBeAvailability(trace.segments)) return { role: found?.role ?? "state", family: generic };
  if (o.parts.has(trace.topic)) return { role: "state", family: generic };
  // The word alone is not enough: `…/status` and `…/state` hold values as often as statements.
  const bare = found?.role === "availability" || o.wholes.has(trace.topic);
  const statements = readings.filter(({ sample, fields }) =>
    (fields.size <= 6 || isReport(fields)) &&
    statementIn(sample, { bare, family: generic, segments: trace.segments }) !== null
  );
  const isAvailability = readings.length > 0 && statements.length >= readings.length * 0.8;
  return { role: isAvailability ? "availability" : "state", family: generic };
}

function isReadByDocuments(topic: string, identity: DeviceIdentity): boolean {
  return [...identity.discovery.values()].some((record) => record.stateTopics.includes(topic));
}

/** Whether a document tells that its sender is there, and how it runs: `online`, `uptime`, `freeHeap`. */
function isReport(fields: Reading["fields"]): boolean {
  if (fields.size > 16 || !/^(on|off)line$/i.test(String(fields.get("status")))) return false;
  const names = new Set([...fields.keys()].map(leafOf));
  return names.has("uptime") &&
    ["freeheap", "rssi", "wifirssi", "ip"].some((one) => names.has(one));
}

const PART_STATES =
  /^(state|status|health|online|available|availability|connected|(connection|link)[_-]?(state|status))$/;

/** Levels whose state is that of what connects the whole. */
const CONNECTS = /^(bridge|gateway|mqtt|broker)$/i;

/** `RAMSES/GATEWAY/18:203612` is `online`, and all else of it stands below. */
function isWordAboveAll(
  { trace, readings, trees }: {
    trace: TopicTrace;
    readings: readonly Reading[];
    trees: ReadonlySet<string>;
  },
): boolean {
  return trees.has(trace.topic) && readings.length > 0 &&
    readings.every(({ fields }) => /^\s*(on|off)line\s*$/i.test(String(fields.get(""))));
}

/** A heartbeat whose last one is the last will: `{"status":"online"}` again and again, and `offline`. */
function isHeartbeatWithWill(
  { trace, readings }: { trace: TopicTrace; readings: readonly Reading[] },
): boolean {
  const { segments } = trace;
  if (!/^(heartbeat|alive|ping|keepalive)$/i.test(segments.at(-1) ?? "")) return false;
  const said = readings.map(({ sample }) =>
    statementIn(sample, { bare: false, family: generic, segments })
  );
  return said.includes("offline") && !said.includes(null);
}

/** Topics right below which others stand, or the only one there is. */
function treesOf(traces: readonly TopicTrace[]): Set<string> {
  if (traces.length === 1) return new Set(traces.map(({ topic }) => topic));
  return new Set(traces.map(({ topic }) => topic.slice(0, topic.lastIndexOf("/"))));
}

/**
 * Topics such as `…/lamp/state` and `…/door/state` that each tell of a part: siblings below one tree
 * that end in the same word. None of them speaks for the whole.
 */
function partTopics(traces: readonly TopicTrace[]): Set<string> {
  const byLast = new Map<string, TopicTrace[]>();
  for (const trace of traces) {
    const last = (trace.segments.at(-1) ?? "").toLowerCase();
    if (!PART_STATES.test(last)) continue;
    byLast.set(last, [...(byLast.get(last) ?? []), trace]);
  }
  const parts = new Set<string>();
  for (const same of byLast.values()) {
    const depths = same.map((trace) => trace.segments.length).sort((a, b) => a - b);
    // One that stands higher than all others is the whole's.
    const highest = depths[0] !== depths[1] ? depths[0] : -1;
    if (same.length < 2) continue;
    for (const trace of same) {
      if (trace.segments.length === highest || CONNECTS.test(trace.segments.at(-2) ?? "")) continue;
      parts.add(trace.topic);
    }
  }
  // Beside what a car charges, `connected` is its cable.
  const charging = traces.filter(({ segments }) =>
    /charg|^plug|cable|^soc$|odometer/i.test(segments.at(-1) ?? "")
  ).map(({ topic }) => topic.slice(0, topic.lastIndexOf("/") + 1));
  for (const { topic, segments } of traces) {
    const isLink = /^(connected|connection|plugged_?in)$/i.test(segments.at(-1) ?? "");
    if (isLink && charging.includes(topic.slice(0, topic.lastIndexOf("/") + 1))) parts.add(topic);
  }
  // Beside a topic that is there for reachability alone, a state below the same tree is of something else.
  for (const own of traces) {
    const sample = own.samples().at(-1);
    const says = sample !== undefined && isOnlyAvailability(own.segments) &&
      statementIn(sample, { bare: true, family: generic, segments: own.segments }) !== null;
    if (!says) continue;
    const tree = own.topic.slice(0, own.topic.lastIndexOf("/") + 1);
    for (const { topic, segments } of traces) {
      const isState = /^(state|status|health)$/i.test(segments.at(-1) ?? "");
      if (isState && tree !== "" && topic.startsWith(tree)) parts.add(topic);
    }
  }
  return parts;
}

/** Topics beside which a `status` speaks of the device that they are all about. */
const BESIDE_STATUS =
  /^(uptime|version|app|host|hostname|ip|mac|rssi|ssid|firmware|fw|freeheap|heap|board|chipid)$/;

/**
 * `…/status` of 1 and once 0, beside topics about the device as a whole, with nothing live after the 0:
 * a last will. A pump's status goes on and off, and the pump goes on to speak.
 */
function statusOfWhole(
  drafts: readonly { trace: TopicTrace; readings: readonly Reading[] }[],
): Set<string> {
  const found = new Set<string>();
  for (const { trace, readings } of drafts) {
    if (trace.segments.at(-1) !== "status" || readings.length === 0) continue;
    const values = readings.map(({ fields }) => fields.get(""));
    if (values.some((value) => value !== 0 && value !== 1)) continue;
    const parent = `${trace.segments.slice(0, -1).join("/")}/`;
    const beside = drafts.filter((other) =>
      other.trace.topic.startsWith(parent) &&
      BESIDE_STATUS.test(other.trace.topic.slice(parent.length).toLowerCase())
    );
    const zeros = readings.filter(({ fields }) => fields.get("") === 0);
    const gone = zeros.at(-1);
    const isLast = gone === undefined || gone === readings.at(-1) &&
        drafts.every((other) => !(other.trace.lastLiveAt > gone.at));
    if (beside.length >= 3 && zeros.length <= 1 && isLast) found.add(trace.topic);
  }
  return found;
}

/** A state document that says in each message that it is alive, and in its last will that it is not. */
function livenessIn(readings: readonly Reading[]): { reading: Reading; statement: Statement }[] {
  const last = readings.at(-1);
  const key = ["alive", "online"].find((name) => typeof last?.fields.get(name) === "boolean");
  if (key === undefined || readings.some(({ fields }) => typeof fields.get(key) !== "boolean")) {
    return [];
  }
  // A car that says it sleeps is not online, and nobody misses it.
  const sleeps = ({ fields }: Reading) =>
    ["sleeping", "asleep"].some((name) => fields.get(name) === true);
  return readings.map((reading) => ({
    reading,
    statement: reading.fields.get(key) === true
      ? "online"
      : sleeps(reading)
      ? "sleeping"
      : "offline",
  }));
}

/** Fields that say which of several things a message speaks of. */
const THING =
  /^(idx|id|name|mmsi|icao|hex|mac|addr|address|serial|serialnumber|sn|eui|deveui|device|deviceid|devicename|node|nodeid|sensor|sensorid|station|tag|meter|channel|register|param|parameter|key|variable|metric|type|msgtype|event|method|cmd|command)$/;

/** Whether a field that names a thing changes back and forth between few values. */
function mixesThings(live: readonly Reading[]): boolean {
  const recent = live.slice(-60);
  if (recent.length < 4) return false;
  // Each message tells another field: what changed, as it changes.
  const shapes = new Set(recent.map(({ fields }) => [...fields.keys()].join("|")));
  if (recent.length >= 5 && shapes.size >= recent.length * 0.8) return true;
  const paths = [...recent[0]?.fields.keys() ?? []].filter((path) => THING.test(leafOf(path)));
  return paths.slice(0, 20).some((path) => {
    const values = recent.map((reading) => reading.fields.get(path));
    const known = new Set(values);
    // A counter called id has a new value in each message.
    if (known.size < 2 || known.size > recent.length * 0.7 || known.has(undefined)) return false;
    const returns = values.filter((value, i) =>
      i > 1 && value !== values[i - 1] && values.indexOf(value) < i - 1
    );
    return returns.length >= 2;
  });
}

function topicsOf(view: DeviceView): DeviceDiagnosis["topics"] {
  return view.topics.slice(0, MAX_TOPICS).map((topic) => {
    const last = topic.readings[topic.readings.length - 1];
    return {
      topic: topic.topic,
      role: topic.role,
      messages: topic.trace.live + topic.trace.retained,
      retained: topic.trace.retained,
      last_seen: iso(topic.trace.lastAt),
      ...(topic.rhythm?.even
        ? { interval: everyText(topic.intervals.map((interval) => interval.lengthMs)) }
        : {}),
      preview: last === undefined ? "" : previewOf(last.sample, 80),
    };
  });
}

function connectionOf(
  view: DeviceView,
  findings: readonly Finding[],
): DeviceDiagnosis["connection"] {
  const { said, state, evidence } = stateOf(view, findings);
  const willSample = view.said.filter((one) => !one.bridge).at(-1)?.sample ?? said?.sample;
  const beats = stateTopics(view).filter((topic) => topic.rhythm?.even)
    .map((topic) => topic.rhythm?.medianMs ?? 0).sort((a, b) => a - b);
  const beatMs = beats[0] ?? announcedIntervalMs(view);
  return {
    state,
    evidence: evidence(),
    messages: [
      ...(said === null ? [] : [said.sample]),
      ...(view.lastHeard === null ? [] : [view.lastHeard]),
    ]
      .sort((a, b) => a.at - b.at).map(evidenceOf),
    last_will: willSample === undefined ? null : {
      topic: willSample.topic,
      payload: previewOf(willSample, 80),
      retain: willSample.retain,
      timestamp: iso(willSample.at),
    },
    heartbeat_s: beatMs === null ? null : Number((beatMs / 1000).toPrecision(3)),
  };
}

/** Whether it can be reached, and what that rests on: the evidence tells times, and so is told only where it is read. */
function stateOf(view: DeviceView, findings: readonly Finding[]): {
  said: HeardStatement | null;
  state: DeviceDiagnosis["connection"]["state"];
  evidence: () => string;
} {
  const said = presentStatement(view);
  // One topic that fell silent while the others go on makes no device overdue.
  const whole = findings.filter((finding) =>
    finding.code !== "stale_heartbeat" || finding.severity === "error"
  );
  const codes = new Set(whole.flatMap((finding) => [finding.code, ...(finding.explains ?? [])]));
  const heard = () =>
    view.lastHeardMs === null
      ? hasLive(view) ? `live came only ${onlyLive(view)}` : "nothing was heard live"
      : `last heard live ${secondsText(view.nowMs - view.lastHeardMs)} ago`;
  if (codes.has("flapping") && changesOf(view).length >= 3) {
    return {
      said,
      state: "flapping",
      evidence: () => `${changesOf(view).length} changes between online and offline; ${heard()}`,
    };
  }
  const says = said === null
    ? "no last will or availability of its own was seen"
    : `"${said.sample.topic}" says ${said.statement}`;
  if (codes.has("offline_last_will")) {
    return { said, state: "offline", evidence: () => `${says}; ${heard()}` };
  }
  if (codes.has("stale_heartbeat") || view.lastHeardMs === null && codes.has("ghost_discovery")) {
    return {
      said,
      state: "unknown",
      evidence: () => `${says}, but the device is overdue; ${heard()}`,
    };
  }
  const sleep = sleepOf(view, said);
  if (sleep !== null) {
    return {
      said,
      state: "sleeping",
      evidence: () => `${sleep.evidence}; ${sleepText(sleep, view)}; ${heard()}`,
    };
  }
  // what was known before the time that was looked at says nothing of it
  if (view.lastHeardMs !== null && view.lastHeardMs < view.startedAtMs && said === null) {
    return {
      said,
      state: "unknown",
      evidence: () => `silent in all of this time, ${heard()}; ${says}`,
    };
  }
  if (view.lastHeardMs !== null) {
    return { said, state: "online", evidence: () => `${heard()}; ${says}` };
  }
  if (said?.statement === "online") {
    return {
      said,
      state: "online",
      evidence: () => `${says}; ${heard()}, which is normal for a device that reports rarely`,
    };
  }
  return { said, state: "unknown", evidence: () => `${says}; ${heard()}` };
}

const MAX_WARNINGS = 5;

/** Topics whose objects hold a key twice: what is judged here is the last of each. */
function repeatedKeysOf(view: DeviceView): string[] {
  const warnings: string[] = [];
  for (const { topic, readings } of view.topics) {
    const key = readings.find(({ sample }) => sample.decoded?.repeatedKey !== undefined)
      ?.sample.decoded?.repeatedKey;
    if (key === undefined) continue;
    warnings.push(
      `Keys stand twice in one object on "${topic}", as ${JSON.stringify(key)} does: only the ` +
        "last value of each is judged, and readers disagree which one counts",
    );
    if (warnings.length === MAX_WARNINGS) break;
  }
  return warnings;
}

function recentOf(view: DeviceView): DeviceDiagnosis["recent_messages"] {
  const readings = view.topics.filter((topic) => topic.role !== "discovery")
    .flatMap((topic) => topic.readings.slice(-RECENT_MESSAGES));
  // Live ones tell what happens; a retained replay only fills what is left.
  const live = readings.filter((reading) => !reading.sample.retain).sort((a, b) => a.at - b.at);
  const retained = readings.filter((reading) => reading.sample.retain);
  const shown = live.slice(-RECENT_MESSAGES);
  return [...retained.slice(0, RECENT_MESSAGES - shown.length), ...shown]
    .map((reading) => recentMessage(reading.sample));
}

function hasLive(view: DeviceView): boolean {
  return view.topics.some(({ trace }) => trace.live > 0);
}

/** What came live of a device that was not heard itself: how many messages of which roles. */
function onlyLive(view: DeviceView): string {
  const counts = new Map<string, number>();
  for (const { role, trace } of view.topics) {
    if (trace.live > 0) counts.set(role, (counts.get(role) ?? 0) + trace.live);
  }
  return [...counts].map(([role, count]) => `${ROLE_WORDS[role] ?? role} (${count} ×)`)
    .join(" and ");
}

const ROLE_WORDS: Readonly<Record<string, string>> = {
  availability: "its availability",
  bridge: "what its bridge says",
  command: "commands to it",
  discovery: "its discovery documents",
};

function adviceOf(
  o: {
    observation: Observation;
    view: DeviceView;
    nearest: readonly { name: string; topic: string }[];
  },
): string[] {
  const { observation, view, nearest } = o;
  const { deviceId, isFilter } = observation.identity;
  const seconds = rounded(observation.listened.seconds, 1);
  if (view.topics.length > 0) {
    if (view.lastHeardMs !== null || view.nowMs - view.startedAtMs >= 600_000) return [];
    const what = hasLive(view)
      ? `Live came only ${onlyLive(view)} in ${seconds} s, none of its values`
      : observation.untraced.live > 0
      ? `On the ${view.topics.length} topics that are read nothing came live in ${seconds} s`
      : `Nothing came live in ${seconds} s; only retained messages were seen`;
    return [`${what}. Listen longer (duration) if the device reports rarely.`];
  }
  const advice = [
    `Listened ${seconds} s to ${
      deviceFilters(deviceId).slice(0, 3).map((filter) => `"${filter}"`).join(", ")
    }: ${observation.heard} messages, none of "${deviceId}" in a topic${
      isFilter ? "" : ", a discovery document or a payload's ids"
    }.`,
  ];
  if (observation.heard === 0) {
    advice.push(
      "No device at all was heard: check with test_connection that this is the right broker and that this login may subscribe.",
    );
  } else if (nearest.length > 0) {
    advice.push(
      `Try one of the nearest names: ${nearest.map((one) => `"${one.name}"`).join(", ")}.`,
    );
  } else {advice.push(
      "See with list_topics what is on this broker, and ask again with a name or a topic filter from it.",
    );}
  advice.push(
    "If the device reports rarely, listen longer (duration), or start record_topics and ask query_history later.",
  );
  if (observation.listened.gaps.length > 0) {
    advice.push("The connection was interrupted while listening; ask again.");
  }
  return advice;
}

function sum<T>(items: readonly T[], read: (item: T) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}

import type { Finding } from "../../finding_shape.ts";
import { compileFilter } from "../../../../mqtt/topic.ts";
import { findingFrom, iso, secondsText, someOf } from "../../evidence.ts";
import { firstAnswer } from "../../families/mod.ts";
import { ownFilters } from "../../filters.ts";
import type { DiscoveryRecord } from "../../naming/identity.ts";
import { lastOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { spokenOn } from "../../reading/told_in_parts.ts";
import {
  besideOf,
  type DeviceView,
  heardAtLeast,
  heardLongerThan,
  heardMs,
  isLongerAgoThan,
  type Reading,
  siblingTopics,
  stateTopics,
  type TopicView,
} from "../../reading/view.ts";

const STALE_MS = 24 * 3_600_000;
/** Retained messages come right after the SUBACK; with this much silence none will. */
const SETTLED_MS = 2_000;

/** What changes all the time, and so is not the present when it is old. */
const MEASURED =
  /temp|hum|press|power|watt|volt|current|co2|pm\d|flow|level|speed|lux|energy|value|moist/;

/** `retained_stale`. */
export function retainedStale(view: DeviceView): Finding[] {
  const stale = stateTopics(view).flatMap((topic) => {
    if (topic.live.length > 0) return [];
    const reading = topic.readings[topic.readings.length - 1];
    if (reading?.time == null || !reading.sample.retain) return [];
    if (!isLongerAgoThan(view, reading.time.atMs, STALE_MS)) return [];
    return [{ topic, reading, ageMs: view.nowMs - reading.time.atMs }];
  });
  const oldest = stale.sort((a, b) => b.ageMs - a.ageMs)[0];
  if (oldest === undefined) return [];
  // Beside live values an old one is of something that rarely changes; so is a state or an event, and what stays as it was set.
  const isCertain = view.lastHeardMs === null &&
    (oldest.reading.time?.lastSeen === true && view.topics.length === 1 ||
      [...oldest.reading.fields].some(([path, value]) =>
        MEASURED.test(nameOf(path, oldest.topic.segments)) &&
        !isHeld({ path, value, topic: oldest.topic }, view)
      ));
  return [findingFrom({
    severity: isCertain ? "warning" : "info",
    code: "retained_stale",
    title: `A retained value is ${secondsText(oldest.ageMs)} old`,
    summary: `"${oldest.topic.topic}" was made at ${iso(oldest.reading.time?.atMs ?? 0)}${
      stale.length > 1 ? `; ${stale.length} topics are that old` : ""
    }: every new subscriber takes it for the present`,
    messages: someOf(stale.slice(0, 5).map((one) => one.reading)),
    suggestion:
      "If the device no longer sends it, clear the retained message; else publish it again, or with a message expiry.",
  })];
}

/** By what a name tells how something is, and by what how it was set. */
const IS = /^(?:current|actual|present|is|ist)[_-]?/i;
const TARGET = /^(?:target|desired|wanted|requested|goal|set|soll)[_-]?(?=[a-z])/i;
/** What flows through a thing while it is on, and what may as well be what it was set to. */
const LOAD = /power|watt|current|flow|speed/;
const AS_SET = /value|level|speed|position/;

/** Whether a device that is said to be there has no reason to tell a value anew: it is set, as its target beside it shows, or nothing flows. */
function isHeld(
  { path, value, topic }: { path: string; value: Scalar; topic: TopicView },
  view: DeviceView,
): boolean {
  if (view.said.at(-1)?.statement !== "online") return false;
  const own = /^(?:value)?$/.test(path) ? topic.segments.at(-1) ?? "" : lastOf(path);
  const beside = [
    ...besideOf(path, topic.readings.at(-1)).map(([name]) => lastOf(name)),
    ...siblingTopics(view, topic).map(({ segments }) => segments.at(-1) ?? ""),
  ];
  return value === 0 && LOAD.test(nameOf(path, topic.segments)) ||
    AS_SET.test(own.toLowerCase()) && !TARGET.test(own) &&
      beside.some((name) => TARGET.test(name) && name.replace(TARGET, "") === own.replace(IS, ""));
}

/** `retained_command`. */
export function retainedCommands(view: DeviceView): Finding[] {
  // `control` is told where `control/set` orders it.
  const isTold = ({ topic }: TopicView) =>
    view.topics.some((other) => other.topic === `${topic}/set`);
  // What is to be shown or said may well wait for who comes later.
  const retained = view.topics.filter((topic) =>
    topic.role === "command" && !isTold(topic) &&
    topic.family.needsNoAnswer?.(topic.segments) !== true
  )
    .flatMap((topic) =>
      topic.readings.filter((r) => r.sample.retain && r.sample.sizeBytes > 0).slice(-1)
    );
  const orders = retained.filter((reading) => isOrder(reading) && !isSettingKept(reading, view));
  const first = orders[0] ?? retained[0];
  if (first === undefined) return [];
  return [findingFrom({
    severity: orders.length > 0 ? "warning" : "info",
    code: "retained_command",
    title: `${retained.length === 1 ? "A command is" : `${retained.length} commands are`} retained`,
    summary:
      `"${first.sample.topic}" holds a retained message: the device carries it out again at each reconnect`,
    messages: someOf(retained),
    suggestion: "Clear it with clear_retained, and publish commands without the retain flag.",
  })];
}

/** What a device does when it is told; all else is a setting, which may well be kept for it. */
const ORDER =
  /^(?:on|off|toggle|open(?:ing)?|close|shut|stop|up|down|start|run|go|press|push|click|trigger|fire|ring|reboot|restart|reset|unlock|lock|arm\w*|disarm|play|pause|next|dispense|feed|water|flush|send|measure|scan|learn|pair|format|erase|delete|update|upgrade|an|aus|auf|zu|ein|start(?:en)?|stopp?|oeffnen|öffnen|schliessen|schließen|abrir|cerrar|ouvrir|fermer|aprire|chiudere|apri|chiudi)$/i;

/** Whether a command is a word that makes a device act, by itself or as what a document orders. */
function isOrder({ fields }: Reading): boolean {
  return [...fields].some(([path, value]) =>
    typeof value === "string" && ORDER.test(value.trim()) &&
    (path === "" || /(?:^|[._])(?:command|cmd|action|state|value|power|method|op)$/i.test(path))
  );
}

/** What a device shall be like, whenever it comes: `commands/holiday_mode`. */
const SETTING =
  /(?:^|[_-])(?:mode|modus|enabled?|auto|automatic|schedule|profile|preset|setting|config|limit|interval|brightness|volume|language|lang|theme|level|threshold|debug|log_?level|child_?lock)$/i;

/** A setting, or a number that its device has taken on already: some keep their settings that way. */
function isSettingKept({ sample, fields }: Reading, view: DeviceView): boolean {
  const wanted = fields.get("");
  const levels = sample.topic.split("/");
  const last = levels.pop() ?? "";
  const own = levels.join("/");
  if (wanted === undefined) return false;
  if (SETTING.test(last)) return true;
  // `…/set` among `…/temperature` and `…/valve`: what is set, as the device tells it.
  const isTold = last === "set" &&
    view.topics.some((topic) =>
      topic.role !== "command" && topic.segments.slice(0, -1).join("/") === own &&
      /^(current_?)?temp(erature)?$/i.test(topic.segments.at(-1) ?? "")
    );
  if (isTold) return true;
  return view.topics.some((topic) =>
    topic.topic === own && topic.readings.at(-1)?.fields.get("") === wanted
  );
}

/** `ghost_discovery`. */
export function ghostDiscovery(view: DeviceView): Finding[] {
  if (!heardAtLeast(view, view.startedAtMs, SETTLED_MS)) return [];
  const heard = new Set(
    view.topics.filter((topic) =>
      topic.role !== "discovery" && topic.role !== "command" && topic.role !== "bridge"
    )
      .map((topic) => topic.topic),
  );
  const ghosts: { record: DiscoveryRecord; why: string }[] = [];
  for (const record of view.identity.discovery.values()) {
    if (record.withdrawn || record.retained === 0 || record.live > 0) continue;
    const why = ghostBecause(view, { record, heard });
    if (why !== null) ghosts.push({ record, why });
  }
  const first = ghosts[0];
  if (first === undefined) return [];
  // One entity of a device that speaks may never have had a value: a button, a picture, an event.
  const isSure = view.lastHeardMs === null;
  const topics = ghosts.map((ghost) => ghost.record.topic);
  return [findingFrom({
    severity: isSure ? "warning" : "info",
    code: "ghost_discovery",
    title: `${
      ghosts.length === 1
        ? "A discovery document speaks"
        : `${ghosts.length} discovery documents speak`
    } of ${isSure ? "a device that is gone" : "topics on which nothing is"}`,
    summary: `"${first.record.topic}": ${first.why}`,
    messages: someOf(
      view.topics.filter((topic) => topics.includes(topic.topic)).slice(0, 5)
        .flatMap((topic) => topic.readings.slice(-1)),
    ),
    suggestion:
      "If the device was taken away, clear these retained documents with clear_retained; Home Assistant makes the device anew from them at each start.",
  })];
}

function ghostBecause(
  view: DeviceView,
  o: { record: DiscoveryRecord; heard: ReadonlySet<string> },
): string | null {
  const { record } = o;
  const topics = [...record.stateTopics, ...record.availabilityTopics];
  const speaks = topics.some((topic) => o.heard.has(topic));
  const listed = firstAnswer((family) => family.lists?.(record, view.identity));
  if (speaks || listed === "listed" || !isHeardOf(topics, view)) return null;
  if (listed === "gone") return "the bridge's list of devices does not hold it";
  const own = record.availabilityTopics.filter((topic) =>
    view.identity.roleFromDocuments(topic) !== "bridge"
  );
  if (own.length > 0) {
    return `nothing, not even retained, is on its availability topic "${
      own[0]
    }" or its state topics`;
  }
  const { expireAfterS } = record;
  if (expireAfterS !== null && heardLongerThan(view, view.startedAtMs, 2 * expireAfterS * 1000)) {
    const quietMs = heardMs(view, view.startedAtMs, view.nowMs);
    return `nothing came on its state topics for ${secondsText(quietMs)}, twice its expire_after`;
  }
  return null;
}

/** Who tells now and then that it is there has done so by then. */
const TOLD_MS = 30_000;

/** `ghost_discovery` of an availability topic on which nothing is, while what is described tells its values: nobody shows them. */
export function neverAvailable(view: DeviceView): Finding[] {
  if (!heardAtLeast(view, view.startedAtMs, TOLD_MS)) return [];
  const heard = spokenOn(view);
  const missing = [...view.identity.discovery.values()].flatMap((record) => {
    const topic = record.neededTopics.find((one) => !heard.has(one));
    const speaks = record.stateTopics.some((one) =>
      heard.get(one)?.samples.some(({ retain }) => !retain) ?? false
    );
    return topic === undefined || record.withdrawn || !speaks ||
        !isHeardOf([topic], view)
      ? []
      : [{ record, topic }];
  });
  const [first] = missing;
  if (first === undefined) return [];
  const isOneOfSeveral = first.record.availabilityTopics.length > 1;
  return [findingFrom({
    severity: "warning",
    code: "ghost_discovery",
    title: `Nothing is on the availability topic "${first.topic}": Home Assistant shows ${
      missing.length === 1 ? "what is described" : `${missing.length} entities`
    } as unavailable`,
    summary: `"${first.record.topic}" names it${
      isOneOfSeveral ? " as one of several that must all say that it is there" : ""
    }; nothing, not even retained, was heard on it, while values come live`,
    messages: someOf(
      missing.slice(0, 5).flatMap(({ record }) => heard.get(record.topic)?.samples.slice(-1) ?? []),
    ),
    suggestion:
      "Publish on that topic, retained, that the device is there (and by its last will that it is gone), or leave the topic out of the discovery document.",
  })];
}

/** Whether we listen to all topics that a document names: a topic filter may leave some of them out. */
function isHeardOf(named: readonly string[], { identity }: DeviceView): boolean {
  if (!identity.isFilter || named.length === 0) return true;
  const filters = ownFilters(identity.deviceId).map(compileFilter);
  return named.every((topic) => filters.some((matches) => matches(topic)));
}

/** `discovery_not_retained`. Home Assistant's own birth message makes some send their documents anew, so this is no trouble by itself. */
export function discoveryNotRetained(view: DeviceView): Finding[] {
  const missing = [...view.identity.discovery.values()].filter((record) => {
    if (record.live === 0 || record.retained > 0 || record.firstLiveAt === null) return false;
    const before = record.firstLiveAt;
    return view.topics.some((topic) =>
      topic.role !== "discovery" && topic.role !== "command" && topic.role !== "bridge" &&
      topic.readings.some((reading) => reading.sample.retain || reading.at < before - SETTLED_MS)
    );
  });
  const first = missing[0];
  if (first === undefined) return [];
  return [findingFrom({
    severity: "info",
    code: "discovery_not_retained",
    title: `${
      missing.length === 1 ? "A discovery document is" : `${missing.length} discovery documents are`
    } not retained`,
    summary: `"${first.topic}" came live at ${
      iso(first.firstLiveAt ?? 0)
    } and was not there when listening began, though the device was`,
    messages: someOf(
      view.topics.filter((topic) => missing.some((record) => record.topic === topic.topic))
        .slice(0, 5).flatMap((topic) => topic.readings.slice(0, 1)),
    ),
    suggestion:
      "Publish discovery documents with the retain flag: without it the device is missing after each restart of Home Assistant.",
  })];
}

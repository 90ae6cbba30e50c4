import { inEnglish } from "../../../../payload/spoken_words.ts";
import { wordSet } from "../../../../payload/severity/word_set.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, rounded, secondsText, someOf } from "../../evidence.ts";
import { leafOf, nameOf } from "../../reading/fields.ts";
import { goesWithPeople, isOftenOff, isWithoutSun, linkSaid } from "../../reading/reach_words.ts";
import { median } from "../../../statistics.ts";
import {
  besideOf,
  type DeviceView,
  lastTold,
  type Reading,
  type TopicView,
} from "../../reading/view.ts";
import { type Series, seriesOf } from "../values/series.ts";

/** States that nobody wants, whatever else changes. */
const FAILED = wordSet(`
  alarm fault faulted faulty error failed failure critical emergency estop emergencystop broken malfunction
  aborted shorted shortcircuit opencircuit fehler störung stoerung defekt notaus
  erreur panne défaut errore guasto fallo avería fout storing`);
const WORSE = wordSet(`
  offline lost dead unreachable missing noresponse notresponding unresponsive gone bad jam jammed blocked clogged stuck stalled tripped trip obstructed overload overloaded overheated
  overheating overtemperature overcurrent thermalshutdown nosignal novideo nolink nosats nodownlink nopings
  unhealthy degraded notok nok nio unsafe leak leaking burst lowpressure nopressure noflow nowater dryrun
  undervoltage brownout unsynchronized unsynced unsync starved poor invalid outofrange
  blockiert überlast überhitzt schlecht`);
/** States that are as often wanted: worse only where figures break off along with them. */
const STOPPED = wordSet(`stopped stop halted held down disconnected gestoppt angehalten`);
/** States from which a change for the worse is one. */
const RUNNING =
  /^(run|running|on_?grid|work|working|producing|production|execute|executing|operating|in ?cycle|läuft|produktion)$/i;
/** Things that are there to be switched off again, by whoever watches over them. */
const SWITCHED_OFF =
  /pump|fan|lüfter|heat|boiler|compress|motor|wash|dry|mower|vacuum|charg|wallbox|print|irrigat|sprinkl|valve|blind|shutter|media|player|oven|sauna|spa|pool|ventil|light|lamp|recuperat|hvac|climate/i;
const STATE_NAME =
  /(state|status|mode|health|condition|quality|phase|execution|opmode|link|result|zustand|état|stato)$|^op$/;
/** States of ISA-TR88.00.02 by their numbers. */
const PACKML: Readonly<Record<number, string>> = {
  2: "Stopped",
  3: "Starting",
  4: "Idle",
  5: "Suspended",
  6: "Execute",
  7: "Stopping",
  8: "Aborting",
  9: "Aborted",
  10: "Holding",
  11: "Held",
  17: "Complete",
};
/** States of a port by the numbers of IF-MIB (RFC 2863). */
const IF_OPER_STATUS: Readonly<Record<number, string>> = { 1: "up", 2: "down", 7: "down" };
/** Names of states that are history, settings, or of something else. */
const NO_STATE =
  /last|prev|target|desired|requested|previous|command|alarmpanel|backup|update|result$/;
/** Of these up is better than down; a blind is only somewhere else. */
const LINKS =
  /link|grid|net|gateway|intf|modem|wwan|wan|lan|iface|interface|service|host|port|conn|line|server|tunnel|vpn|mains|^health/;
/** What is a part of a plant, and nobody's to switch off. */
const PARTS =
  /node|slave|inverter|meter(?!s?$)|module|plc|(?<![a-z])rtu|(?<![a-z])ecu|reader|scanner|probe|(?<![a-z])bms|controller|sensor|detector|repeater|anchor|actuator|drive(?!r)|bridge|broker|logger|database|(?<![a-z])db|backend|upstream|station|camera|board/;
const LONGEST_WORD = 30;
/** More different words than a state has. */
const MOST_WORDS = 8;
const LEAST_RUNNING = 2;
const ALONG_MS = 5_000;

/** A state that changed for the worse and stayed so. */
interface Turn {
  readonly topic: TopicView;
  readonly path: string;
  readonly since: Reading;
  readonly from: string;
  readonly to: string;
  /** Messages before it that said something better. */
  readonly before: number;
  readonly kind: "failed" | "worse" | "stopped";
}

/** A figure that left its range along with a state. */
interface Change {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly reading: Reading;
}

/** `reported_error` of a state that changed for the worse, since when, and what changed along with it. */
export function worsenedStates(view: DeviceView): Finding[] {
  const found: Finding[] = [];
  for (const topic of view.topics) {
    if (!/^(state|event|info|availability)$/.test(topic.role)) continue;
    const paths = new Set(topic.readings.slice(-5).flatMap(({ fields }) => [...fields.keys()]));
    for (const path of [...paths].slice(0, 100)) {
      const turn = turnOf(topic, path);
      if (turn === null) continue;
      const along = changedWith(turn.since, view);
      const finding = findingOf(turn, along, view);
      if (finding !== null) found.push(finding);
      if (found.length === 3) return found;
    }
  }
  return found;
}

function turnOf(topic: TopicView, path: string): Turn | null {
  const name = path === "" || leafOf(path) === "value"
    ? leafOf(topic.segments.at(-1) ?? "")
    : nameOf(path, topic.segments);
  if (NO_STATE.test(name)) return null;
  const isOfAir = AIR_QUALITY.test(name);
  const isPort = [name, ...topic.segments.slice(-2)].some((level) =>
    /^(?:if)?_?oper_?stat(?:us|e)$/i.test(level)
  );
  const said = topic.readings.flatMap((reading) => {
    const held = reading.fields.get(path);
    const value = typeof held !== "number"
      ? held
      : name === "statecurrent"
      ? PACKML[held]
      : isPort
      ? IF_OPER_STATUS[held]
      : held;
    return typeof value === "string" && value.length <= LONGEST_WORD
      ? [{ reading, written: value.trim(), word: inEnglish(value.trim()), kind: kindOf(value) }]
      : [];
  });
  // A call begins and ends at rest; what stood from the beginning is to stand.
  if (linkSaid(said[0]?.word) === "online") {
    for (const one of said) {
      if (linkSaid(one.word) === "offline") one.kind ??= "worse";
    }
  }
  // What was well, and says itself that it is not available.
  if (said.every(({ word }) => /^(?:ok|okay|(?:un)?available)$/i.test(word))) {
    for (const one of said) if (/^un/i.test(one.word)) one.kind ??= "worse";
  }
  const last = said.at(-1);
  if (last === undefined || last.kind === null || isOfAir && isStale(last.word)) return null;
  // Cameras and panels go to alarm for what they see; a machine that ran stands still by one.
  if (
    CODE.test(last.word) && !said.every(({ word }) => CODE.test(word) || /\p{L}{3}/u.test(word))
  ) {
    return null;
  }
  const isMachine = said.some(({ word }) => RUNNING.test(word)) ||
    said.every(({ word }) => /^(?:alarm|normal|ok|okay|healthy|good)$/i.test(word));
  if (/^alarm$/i.test(last.word) && !isMachine) return null;
  // A last will is told by itself.
  if (GONE.test(last.word) && topic.role === "availability") return null;
  if (said.length < topic.readings.length * 0.9) return null;
  let at = said.length - 1;
  while (at > 0 && said[at - 1]?.kind !== null) at--;
  const since = said[at];
  const before = said[at - 1];
  if (since === undefined || before === undefined) return null;
  if (new Set(said.map(({ word }) => word)).size > MOST_WORDS) return null;
  // A kind of the same run may only be told by one that is told now.
  const isLink = LINKS.test(name) ||
    /^(?:state|status)$/.test(name) &&
      topic.segments.slice(-2).some((one) => LINKS.test(leafOf(one)));
  const isLinkDown = last.kind === "stopped" && (isPort || isLink) &&
    !goesWithPeople(path === "" ? topic.segments.at(-1) ?? "" : path) &&
    /^(up|connected|online)$/.test(wordOf(before.word));
  // A controller that stands takes no figure along: they keep their last values.
  const isStopped = last.kind === "stopped" && /cpu|plc|controller/.test(name) &&
    RUNNING.test(before.word);
  const kind = isLinkDown || isStopped ||
      last.kind === "stopped" && isExplained(path, since.reading, before.reading)
    ? "worse"
    : said.slice(at).some((one) => one.kind === "failed")
    ? "failed"
    : last.kind;
  const after = said.length - at;
  if (kind === "stopped") {
    if (!STATE_NAME.test(name) && !/^(state|status)/.test(name)) return null;
    if (at < LEAST_RUNNING || after < 2) return null;
    if (!said.slice(0, at).every(({ word }) => RUNNING.test(word))) return null;
  } else {
    // One message of many may be a slip; where states are told only as they change, one is all there is.
    if (after < 2 && topic.rhythm?.even) return null;
    if (!isPort && !STATE_NAME.test(name) && !IS_FINE.test(wordOf(before.word))) return null;
  }
  return {
    topic,
    path,
    since: since.reading,
    from: before.written,
    to: last.written,
    before: at,
    kind,
  };
}

/** Where it is told why something stands. */
const WHY = /^(?:(?:state|status|down|stop|fault|error)?(?:reason|cause)|grund|motif|motivo)$/;
/** What somebody wanted, or what was to come. */
const WANTED =
  /maint|plan|schedul|user|operator|admin|manual|request|command|upgrad|updat|done|complet|finish|wait|wart|idle|none|normal|no[ _-]order|empty|break|shift/i;

/** Whether a reason is told along with a state for which somebody wants it, or waits. */
function isWanted({ fields }: Reading): boolean {
  return [...fields].some(([path, why]) =>
    WHY.test(leafOf(path)) && typeof why === "string" && /\p{L}{3}/u.test(why) && WANTED.test(why)
  );
}

/** Whether a reason that nobody would give for what he wants came along with a state, where none stood before. */
function isExplained(path: string, since: Reading, before: Reading): boolean {
  return [...since.fields].some(([other, why]) =>
    other !== path && WHY.test(leafOf(other)) && typeof why === "string" &&
    why.trim().includes(" ") && !WANTED.test(why) && before.fields.get(other) === ""
  );
}

/** Words that say of anything that it is as it should be. */
const IS_FINE =
  /^(ok|okay|good|normal|healthy|fine|running|run|connected|clear|closed|open|ready|online|idle|active|auto|heating|cooling|charging|synchronized|synced|valid|io)$/;

/** `F27` where words of a state stood: a code of a fault, but for that of none. */
const CODE = /^(?:[EF]|ER|ERR|AL|FC|EC)[-_ .:]?0*[1-9]\d{0,3}$/i;

/** Air that is poor while somebody cooks or sleeps is what a sensor of it is there to tell. */
const AIR_QUALITY = /air_?quality|iaq|luftqualit/;
const isStale = (word: string) => /^(?:poor|bad|schlecht)$/.test(wordOf(word));

function kindOf(value: string): Turn["kind"] | null {
  if (CODE.test(value.trim())) return "failed";
  const word = wordOf(value).replace(
    /^(state|status|mode)(?=estop|fault|error|abort|stopped|held)|(?<=^(?:fault|error|alarm))mode$/,
    "",
  );
  if (FAILED.has(word)) return "failed";
  if (WORSE.has(word)) return "worse";
  return STOPPED.has(word) ? "stopped" : null;
}

function wordOf(value: string): string {
  return inEnglish(value).toLowerCase().replace(/[^\p{L}]+/gu, "");
}

function findingOf(turn: Turn, along: readonly Change[], view: DeviceView): Finding | null {
  const { topic, path, since, from, to, kind } = turn;
  const stopped = kind === "stopped";
  // What is switched off, or stops when it is done, takes nothing along that was steady until then.
  if (stopped && !along.some(({ before, after }) => after <= 0.1 * before)) return null;
  if (stopped && (isOrdered(since, view) || isWanted(since))) return null;
  const isOften = stopped &&
    SWITCHED_OFF.test([...topic.segments, view.identity.name ?? ""].join(" "));
  // What rested may have been switched off.
  const own = leafOf(
    path === "" ? topic.segments.slice(-2).join("_") : path.split(".").slice(-2).join("_"),
  );
  const isSwitchedOff = GONE.test(inEnglish(to)) && !RUNNING.test(inEnglish(from)) &&
    !LINKS.test(own) &&
    (isOftenOff(`${topic.topic} ${path}`) || isWithoutSun(lastTold(view)) ||
      !PARTS.test(own) && !doOthersStay(turn, view));
  const where = path === "" || leafOf(path) === "value" ? topic.topic : path;
  const stays = topic.readings.filter((reading) => reading.at >= since.at).length;
  const changes = along.map((one) =>
    `"${one.name}" ${one.after < one.before ? "fell" : "rose"} from about ${
      rounded(one.before)
    } to ${rounded(one.after)} at ${iso(one.reading.at)}`
  ).slice(0, 3).join(", ");
  return findingFrom({
    severity: isOften || isSwitchedOff ? "info" : kind === "failed" ? "error" : "warning",
    code: "reported_error",
    title: `"${where}" went from ${from} to ${to} at ${iso(since.at)}, and stays there`,
    summary: `${turn.before} of ${turn.before + stays} messages came before and said better; for ${
      secondsText(view.nowMs - since.at)
    } it says ${to}${changes === "" ? "" : `; along with it ${changes}`}`,
    messages: someOf([
      ...topic.readings.filter((reading) => reading.at < since.at).slice(-1),
      since,
      ...along.slice(0, 2).map((one) => one.reading),
    ]),
    suggestion:
      "See in the history what came in the seconds before: the cause stands ahead of the change, the alarm mostly after it.",
  });
}

/** As one is that somebody may have switched off. */
const GONE =
  /^(?:offline|lost|dead|unreachable|missing|gone|unresponsive|no[_ ]?response|not[_ ]?responding)$/i;
const LEAST_OTHERS = 2;

/** Whether others beside it, in the same object or on topics of the same shape, still say what it said before. */
function doOthersStay({ topic, path, from }: Turn, view: DeviceView): boolean {
  const beside = besideOf(path, topic.readings.at(-1)).filter(([, value]) => value === from);
  const alike = view.topics.filter((other) =>
    other !== topic && other.segments.length === topic.segments.length &&
    other.segments.filter((level, i) => level !== topic.segments[i]).length === 1 &&
    other.readings.at(-1)?.fields.get(path) === from
  );
  return Math.max(beside.length, alike.length) >= LEAST_OTHERS;
}

/** Whether a command came shortly before. */
function isOrdered(since: Reading, view: DeviceView): boolean {
  return view.topics.some((topic) =>
    topic.role === "command" &&
    topic.live.some(({ at }) => at <= since.at && at >= since.at - ALONG_MS)
  );
}

/** Numbers of the device that were steady and left their range at that time. */
function changedWith(since: Reading, view: DeviceView): Change[] {
  if (since.sample.retain) return [];
  const share = ({ before, after }: Change) =>
    Math.abs(after - before) / Math.max(before, after, 1e-9);
  return seriesOf(view).flatMap((series) => changeOf(series, since) ?? [])
    .sort((a, b) => share(b) - share(a));
}

function changeOf(series: Series, since: Reading): Change | null {
  if (series.kind === "counter" || series.kind === "signal") return null;
  const first = series.readings.findIndex((reading) => reading.at >= since.at - ALONG_MS);
  const head = series.values.slice(0, Math.max(0, first));
  const tail = series.readings.flatMap((reading, i) =>
    reading.at >= since.at ? [series.values[i]] : []
  );
  if (head.length < LEAST_RUNNING || tail.length < 2) return null;
  const before = median(head);
  const after = median(tail);
  const least = Math.min(...head);
  const most = Math.max(...head);
  const spread = most - least;
  if (before === 0 && spread === 0 && after === 0 || spread > 0.3 * Math.abs(before)) return null;
  const change = Math.abs(after - before);
  if (change < 0.3 * Math.abs(before) || change < 2 * spread) return null;
  const middle = (before + after) / 2;
  const reading = series.readings.find((one, i) => {
    const value = series.values[i];
    return one.at >= since.at - ALONG_MS && (after < before ? value < middle : value > middle);
  });
  if (reading === undefined) return null;
  const name = series.path === "" || leafOf(series.path) === "value"
    ? series.topic.topic
    : series.path;
  return { name, before, after, reading };
}

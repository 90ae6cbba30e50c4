import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, repeating, someOf, spanText } from "../../evidence.ts";
import { isGivenName, leafOf, nameOf, type Scalar } from "../../reading/fields.ts";
import { rememberingEach } from "../../../../payload/remembered.ts";
import { differences, median, paceOf, spreadOf } from "../../../statistics.ts";
import type { HeardStatement } from "../../reading/statements.ts";
import type { Sample } from "../../reading/trace.ts";
import { type DeviceView, type Reading, stateTopics, type TopicView } from "../../reading/view.ts";
import { nameWords } from "../words/name_words.ts";
import { goesWithPeople } from "../../reading/reach_words.ts";
import { areQuick } from "./flapping_parts.ts";
import { runsForS } from "./never_ready.ts";
import { isSleeper, wakesOnly } from "./sleepers.ts";
import { namesSeveral, type Told, toldOf, viewByThing } from "../../reading/streams.ts";
import {
  bootMessages,
  clockOfRecords,
  countsStarts,
  countsUp,
  isBootCount,
  isOfPart,
  isReason,
  isStartTime,
  isUptime,
  logStartsAnew,
  reasonsTold,
  secondsOf,
  startsAnew,
  uptimeOf,
} from "./restart_signs.ts";

/** From offline to online in less than this, again and again, may be a client pushed out by another. */
const TAKEOVER_MS = 1_500;
/** A single client on a poor link comes back as fast, but not that often on a good one. */
const TAKEOVERS = 5;
/** Weaker than this, the link itself is enough to explain reconnects. */
const POOR_LINK_DBM = -75;

/** Changes between online and offline, told by the story that changed most. */
export function changesOf(view: DeviceView): HeardStatement[] {
  const byStory = new Map<string, HeardStatement[]>();
  for (const said of view.said) {
    if (said.statement !== "online" && said.statement !== "offline") continue;
    byStory.set(said.story, [...(byStory.get(said.story) ?? []), said]);
  }
  let most: HeardStatement[] = [];
  for (const said of byStory.values()) {
    const changes = said.filter((one, i) => i > 0 && one.statement !== said[i - 1]?.statement);
    if (changes.length <= most.length) continue;
    // One topic on which several are told of tells of none that it comes and goes.
    const topic = view.topics.find((one) => one.topic === said[0]?.sample.topic);
    if (changes.length < 3 || !namesSeveral(topic)) most = changes;
  }
  return most;
}

/** `flapping`. */
export function flapping(view: DeviceView): Finding[] {
  const changes = changesOf(view);
  const greetings = greetingsOf(view);
  if (changes.length < 3 && greetings.length > 0) {
    return [findingFrom({
      severity: "error",
      code: "flapping",
      title:
        `The device connects again and again: it said ${greetings.length} times that it is online`,
      summary: `On "${greetings[0]?.sample.topic}" it says so only when it has connected, ${
        spanText(greetings)
      }`,
      messages: someOf(greetings.map(({ sample }) => sample)),
      ...repeating(greetings),
      suggestion:
        "Look at the broker's log for why each connection ended: another client with the same client id, a password that is refused, a keepalive that is too short, or a network that breaks.",
    })];
  }
  if (changes.length < 3 || areOfPeople(changes)) return [];
  // Who wakes to report comes and goes with each report.
  if (isSleeper(view, changes)) return [];
  const losses = changes.filter((said) => said.statement === "offline");
  return [findingFrom({
    severity: "error",
    code: "flapping",
    title: `The device comes and goes: ${changes.length} changes between online and offline`,
    summary: `${losses.length} times offline ${spanText(changes)}`,
    messages: someOf(changes),
    ...repeating(losses),
    suggestion: isLinkPoor(view)
      ? "Its signal is weak: move it or its access point first, then look at its keepalive."
      : "Look at the device's power and network, and at its keepalive: a broker drops a client that is silent for 1.5 times of it. The broker's log says why it went.",
  })];
}

/** Whether a thing that people carry comes and goes as they do. */
function areOfPeople(changes: readonly HeardStatement[]): boolean {
  return goesWithPeople(changes[0]?.sample.topic ?? "") && !areQuick(changes);
}

/** When the device restarted, as far as its messages show. */
export function restartTimes(view: DeviceView): number[] {
  return restarts(view).map((restart) => restart.at);
}

/** Four detectors ask for them. */
const restarts = rememberingEach((view: DeviceView): readonly Sample[] => {
  let most: Sample[] = [];
  const consider = (found: Sample[]) => {
    if (found.length > most.length) most = found;
  };
  for (const topic of viewByThing(view, "numbers").topics) {
    if (topic.role === "command" || topic.role === "discovery") continue;
    const live = toldOf(topic.live);
    const paths = new Set(live.slice(-40).flatMap(({ fields }) => [...fields.keys()]));
    for (const path of paths) {
      const name = nameOf(path, topic.segments);
      if (isUptime(name) || countsUp(topic.live, path, name) && !isOfPart(path, topic)) {
        consider(uptimeFalls(live, { path, name }));
      }
      if (
        isBootCount(path === "" ? topic.segments.at(-1) ?? "" : path) ||
        countsStarts(topic.live, path, name)
      ) {
        consider(boots(live, path, view));
      }
      if (isStartTime(name)) consider(startsAnew(topic.live, path));
    }
    consider(countsAnew(topic));
    consider(paceAnew(topic));
  }
  for (const topic of view.topics) consider(recordsAnew(topic));
  for (const topic of view.topics) {
    if (topic.role === "command" || topic.role === "discovery") continue;
    consider(bootMessages(topic, view.topics));
    consider(logStartsAnew(topic));
    consider(reasonsTold(topic, view.topics));
    consider(topic.family.restarts?.(topic) ?? []);
  }
  consider(
    view.said.filter((said) =>
      said.statement === "starting" && !said.sample.retain && !isWaking(said, view) &&
      !isStillStarting(said, view)
    ).map((said) => said.sample),
  );
  return wakesOnly(view, { starts: most, changes: changesOf(view) }) ? [] : most;
});

/** Whether it starts after it said that it goes to sleep. */
function isWaking({ at, story }: HeardStatement, { said }: DeviceView): boolean {
  return said.findLast((one) => one.story === story && one.at < at)?.statement === "sleeping";
}

/** Whether it says once more that it starts, and has run on since it said so before. */
function isStillStarting({ at, story }: HeardStatement, view: DeviceView): boolean {
  const before = view.said.findLast((one) => one.story === story && one.at < at);
  return before?.statement === "starting" && runsForS(view) > 0;
}

/** Words of a device that sleeps between its reports: each begins with a start. */
const SLEEPS =
  / (?:deep ?sleep|sleep (?:s|sec|seconds|time|interval|period|duration|min|minutes)|sleeps|sleeping|wake|wakes|wakeup|woke|waking|wakeups|schlaf|veille|timer) /;
/** Who starts for each report, with so long in between, sleeps until then. */
const SLEEP_MS = 20_000;

/** Whether messages come from so far apart that one may sleep in between. */
function areFar(live: readonly Told[]): boolean {
  return median(differences(live.map(({ reading }) => reading.at))) >= SLEEP_MS;
}

/** Whether the newest messages tell of sleep or of waking. */
function tellSleep(live: readonly Told[]): boolean {
  return live.slice(-2).some(({ fields }) =>
    [...fields].some(([path, value]) =>
      SLEEPS.test(nameWords(path)) ||
      typeof value === "string" && value.length <= 40 && SLEEPS.test(nameWords(value))
    )
  );
}

function uptimeFalls(
  live: readonly Told[],
  { path, name }: { path: string; name: string },
): Sample[] {
  const unit = secondsOf(name);
  const ticks = live.map(({ reading, fields }) => {
    const told = fields.get(path);
    const uptime = uptimeOf(told);
    const isBare = typeof told === "number" || typeof told === "string" && !/[^\d.\s]/.test(told);
    return { reading, uptime: uptime === null || !isBare ? uptime : unit * uptime };
  })
    .filter((tick): tick is { reading: Reading; uptime: number } => tick.uptime !== null);
  const falls: { sample: Sample; comesBack: boolean }[] = [];
  let goesOn = 0;
  for (let i = 1; i < ticks.length; i++) {
    const before = ticks[i - 1];
    const after = ticks[i];
    if (before === undefined || after === undefined) continue;
    // Seconds, or a finer unit, that went on for as long as it took.
    const passedS = (after.reading.at - before.reading.at) / 1_000;
    if (after.uptime - before.uptime >= 0.5 * Math.min(passedS, 3_600)) goesOn++;
    if (after.uptime >= before.uptime) continue;
    const comesBack = (ticks[i + 1]?.uptime ?? -1) >= before.uptime;
    const { sample } = after.reading;
    falls.push({ sample, comesBack });
  }
  // Two short times of one that starts for each report may look as if one went on.
  if (goesOn === 0 && areFar(live) || goesOn <= falls.length && tellSleep(live)) return [];
  // Two devices on one topic take turns: there the old uptime comes back, and both go on to rise.
  const areTwo = areTwoClocks(ticks.map(({ uptime }) => uptime));
  return falls.filter(({ comesBack }) => !comesBack || !areTwo).map(({ sample }) => sample);
}

/** Who has no switch of its own is cut off by people, and starts anew when they switch it on again. */
const LEAST_OF_RECORDS = 3;

/** Messages whose records show that the clock of their sender began anew. */
function recordsAnew({ live, role }: TopicView): Sample[] {
  if (!/^(?:state|info|event)$/.test(role)) return [];
  const told = clockOfRecords(live).map(({ reading, count }): Told => ({
    at: reading.at,
    reading,
    fields: new Map([["", count]]),
  }));
  const falls = told.length < 2 ? [] : uptimeFalls(told, { path: "", name: "time" });
  return falls.length < LEAST_OF_RECORDS ? [] : falls;
}

/** Whether times that count up, some of them from anew, may be those of two devices that both go on. */
function areTwoClocks(uptimes: readonly number[]): boolean {
  let [ahead, behind] = [-Infinity, -Infinity];
  for (const uptime of uptimes) {
    if (uptime > ahead) ahead = uptime;
    else if (uptime > behind) behind = uptime;
    else return false;
    if (behind > ahead) [ahead, behind] = [behind, ahead];
  }
  return true;
}

/** Counts of what nobody wants, unlike the wakings of a sleeper. */
const UNWANTED = /re-?start|crash|outage|panic|watchdog|wdt|wdg|brownout/i;
function boots(live: readonly Told[], path: string, view: DeviceView): Sample[] {
  const having = live.filter(({ fields }) => typeof fields.get(path) === "number");
  const counts = having.map(({ fields }) => Number(fields.get(path)));
  // Two devices on one topic take turns: a count of one device never falls.
  if (differences(counts).some((step) => step < 0)) return [];
  const risen = having.filter((_, i) => i > 0 && counts[i] > counts[i - 1]);
  // On a topic of its own it is told as it changes, while others are told more often.
  const isOwn = path === "" &&
    view.topics.some((other) => other.role === "state" && other.live.length > 2 * counts.length);
  // A sleeper starts for each of its reports.
  const isEach = risen.length === having.length - 1 && !isOwn &&
    (!UNWANTED.test(path) || areFar(live) || tellSleep(live));
  return isEach ? [] : risen.map(({ reading }) => reading.sample);
}

/** A rolling number of a few bits begins anew after as many messages each time. */
const LEAST_ANEW = 2;
/**
 * What counts farther, message by message, is no step of a programme, whatever it is called; what had counted so many
 * times as far as was heard is no time either.
 */
const LONG_COUNT = 20;
/** What is one more as often may be a time. */
const UNITS_MS = [1_000, 60_000];

/** Messages whose number began anew at its start, though the one before was not the last there is. */
function countsAnew(topic: TopicView): Sample[] {
  const isOfMany = topic.trace.shared && !namesItsTopic(topic);
  if (topic.family.countsOverTopics || isOfMany || topic.mixes) return [];
  const beatMs = median(differences(topic.live.map(({ at }) => at)));
  const isTime = UNITS_MS.some((unit) => Math.abs(beatMs - unit) < 0.1 * unit);
  for (const path of topic.live[0]?.fields.keys() ?? []) {
    const numbers = topic.live.flatMap(({ fields }) => countIn(fields.get(path)) ?? []);
    if (numbers.length < topic.live.length) continue;
    const falls = topic.live.flatMap((reading, i) =>
      i > 0 && (numbers[i] < numbers[i - 1] || numbers[i] === 0)
        ? [{ reading, from: numbers[i - 1], to: numbers[i] }]
        : []
    );
    const steps = differences(numbers);
    const ups = steps.filter((step) => step === 1).length;
    const drops = steps.filter((step) => step < 0).length;
    const isLong = drops >= LEAST_ANEW &&
      (numbers[0] > LONG_COUNT * numbers.length && steps[0] === 1 ||
        !isTime && Math.max(...numbers) > LONG_COUNT && ups > drops &&
          ups + drops === steps.length);
    // Each message is the next one of its count, or the first of a new one.
    const isCount = (isMessageCount(path) || isLong) && steps.every((step, i) =>
      step === 1 || step < 0 || numbers[i] === 0 && step === 0
    ) &&
      falls.every(({ to }) => to <= 1);
    const ends = new Set(falls.map(({ from }) => from));
    if (!isCount || falls.length < LEAST_ANEW || ends.size < 2) continue;
    return falls.map(({ reading }) => reading.sample);
  }
  return [];
}

/** Of a count that goes on faster than it is heard, so many steps are as its pace says. */
const LEAST_PACED = 4;
const PACE_OFF = 0.5;
/** Who is heard again so late, in usual waits, may have slept. */
const MOST_WAIT = 3;

/**
 * Messages whose number went on at an even pace, by several from one that is heard to the next, and began anew at its start
 * while all came as before. A number of a few bits begins anew about where it ends each time.
 */
function paceAnew(topic: TopicView): Sample[] {
  const isOfMany = topic.trace.shared && !namesItsTopic(topic);
  if (topic.family.countsOverTopics || isOfMany || topic.mixes) return [];
  const waits = differences(topic.live.map(({ at }) => at));
  const usualMs = median(waits);
  for (const path of [...topic.live[0]?.fields.keys() ?? []].filter(isMessageCount)) {
    const numbers = topic.live.flatMap(({ fields }) => countIn(fields.get(path)) ?? []);
    if (numbers.length < topic.live.length) continue;
    const steps = differences(numbers);
    const pace = median(
      steps.flatMap((step, i) => step > 0 ? [step / Math.max(1, waits[i])] : []),
    );
    const paced = steps.filter((step, i) =>
      step > 0 && Math.abs(step - pace * waits[i]) <= Math.max(1, PACE_OFF * step)
    );
    const falls = steps.flatMap((step, i) =>
      step < 0 ? [{ at: i + 1, from: numbers[i], waitMs: waits[i] }] : []
    );
    const ends = falls.map(({ from }) => from);
    const isAnew = falls.length >= LEAST_ANEW && paced.length >= LEAST_PACED * falls.length &&
      paced.length + falls.length === steps.length &&
      spreadOf(ends) > 2 * pace * usualMs + 2 &&
      falls.every(({ at, waitMs }) =>
        waitMs <= MOST_WAIT * usualMs && numbers[at] <= (1 + PACE_OFF) * pace * waitMs + 1
      );
    if (isAnew) return falls.flatMap(({ at }) => topic.live[at]?.sample ?? []);
  }
  return [];
}

/** `Counter:415 Free Memory:27104`: a count that comes first in a text. */
const TOLD_COUNT = /^[\p{L}# ]{1,20}[:=# ]{1,2}(\d{1,9})(?=[\s,;|])/u;

function countIn(value: Scalar | undefined): number | null {
  const told = typeof value === "string" ? Number(TOLD_COUNT.exec(value)?.[1]) : value;
  return typeof told === "number" && Number.isInteger(told) ? told : null;
}

const LEAST_ADDRESS = 8;

/** Whether each message tells the address that its topic bears: then it is of one device, whose name stands in it only. */
function namesItsTopic({ live, segments }: TopicView): boolean {
  const addresses = segments.filter((level) => level.length >= LEAST_ADDRESS && /\d/.test(level))
    .map((level) => level.toLowerCase());
  return live.every(({ fields }) =>
    [...fields.values()].some((value) =>
      typeof value === "string" && addresses.includes(value.toLowerCase())
    )
  );
}

/** Whether a name says that messages are counted. */
function isMessageCount(path: string): boolean {
  return / (?:seq|sequence|seqno|seqnr|f ?count|packetid|(?:messages?|packets?|frame|report|telegram|publish|tx) (?:id|no|nr|number|count|counter)) /
    .test(nameWords(path));
}

/** `reboot_loop`. */
export function rebootLoop(view: DeviceView): Finding[] {
  const found = restarts(view);
  if (found.length < 2) return crashedOnce(view);
  const reason = restartReason(view);
  return [findingFrom({
    severity: "error",
    code: "reboot_loop",
    title: `The device restarts again and again: ${found.length} times`,
    summary: `Restarts ${spanText(found)}${reason}`,
    ...everyTime(found),
    suggestion: adviceOn(reason),
  })];
}

/** Reasons of a start that say that something went wrong before. */
const CRASHED = /watch ?_?dog|wdt|brown|exception|panic|crash|fault|abort|assert|stack/i;

/** `reported_error` of one start whose reason, told before and after it, became one that nobody wants. */
function crashedOnce(view: DeviceView): Finding[] {
  for (const topic of viewByThing(view, "numbers").topics) {
    for (const path of topic.live.at(-1)?.fields.keys() ?? []) {
      const name = nameOf(path, topic.segments);
      if (!isReason(name)) continue;
      const told = topic.live.map(({ fields }) => String(fields.get(path) ?? ""));
      const at = told.findIndex((reason, i) =>
        i > 0 && CRASHED.test(reason) && told[i - 1] !== "" && !CRASHED.test(told[i - 1])
      );
      if (at < 0) continue;
      return [findingFrom({
        code: "reported_error",
        title: `The device restarted: "${name}" went from ${told[at - 1]} to ${told[at]}`,
        summary: `On "${topic.topic}"`,
        messages: someOf(topic.live.slice(at - 1, at + 1)),
        suggestion: adviceOn(told[at]),
      })];
    }
  }
  return [];
}

/** What to do about restarts, by the reason that the device gives. */
function adviceOn(reason: string): string {
  if (/exception|crash|panic|wdt|watchdog|stack|assert|abort|fault/i.test(reason)) {
    return "Its program crashes: keep its log or stack trace, and go back to the firmware or configuration before the last change.";
  }
  if (/brown|power|vbat|voltage|supply/i.test(reason)) {
    return "Its supply drops: try another power supply and cable, and look at what switches on at that moment.";
  }
  if (/software|request|command|ota|user|deep ?sleep/i.test(reason)) {
    return "It is told to restart: look for an automation, an update or a rule of its own that does so.";
  }
  return "It gives no reason: look at its power supply (brown-outs restart small boards), the last change of firmware or configuration, and its log.";
}

function restartReason(view: DeviceView): string {
  for (const topic of view.topics) {
    for (const reading of topic.readings) {
      for (const [path, value] of reading.fields) {
        if (isReason(nameOf(path, topic.segments)) && typeof value === "string") {
          return `; the reason it gives: "${value.slice(0, 80)}"`;
        }
      }
    }
  }
  return "";
}

/** `client_id_collision`. */
export function clientIdCollision(view: DeviceView): Finding[] {
  if (restarts(view).length >= 2) return [];
  const changes = changesOf(view).filter((said) => !said.bridge);
  const takeovers = changes.filter((said, i) => {
    const before = changes[i - 1];
    return said.statement === "online" && before?.statement === "offline" &&
      said.at - before.at <= TAKEOVER_MS;
  });
  const turns = takingTurns(view) ?? greetingByTurns(view);
  const isFight = takeovers.length >= TAKEOVERS && !isLinkPoor(view);
  if (!isFight && turns === null) return [];
  const shown = turns?.samples ?? changes.map((said) => said.sample);
  return [findingFrom({
    severity: "error",
    code: "client_id_collision",
    title: turns === null
      ? "Another client with the same client id may push this one out"
      : "Two clients with the same client id push each other out",
    summary: [
      isFight
        ? `${takeovers.length} times online again within ${
          TAKEOVER_MS / 1000
        } s of offline, without a restart`
        : "",
      turns?.how ?? "",
    ].filter((part) => part !== "").join("; "),
    messages: someOf(shown),
    ...repeating(isFight ? takeovers : shown),
    suggestion: turns === null
      ? "See in the broker's log whether two addresses connect with this client id; if it is one, look at its keepalive and network."
      : "Give each client a client id of its own: look for a second device, a copied configuration or a second instance of the program. The broker's log names the address of both.",
  })];
}

/** Whether the device tells of a signal that drops now and then. */
function isLinkPoor(view: DeviceView): boolean {
  return view.topics.some((topic) =>
    topic.readings.slice(-20).some(({ fields }) =>
      [...fields].some(([path, value]) =>
        typeof value === "number" && value < POOR_LINK_DBM && value > -130 &&
        /^(wifi)?(rssi|signal)/.test(nameOf(path, topic.segments))
      )
    )
  );
}

/** Whether a name takes turns along with an address: two devices that share a topic. */
function isOfTwoThings(readings: readonly Reading[], path: string): boolean {
  return [...readings[0]?.fields.keys() ?? []].filter((other) =>
    other !== path && isGivenName(leafOf(other))
  ).some((other) => {
    const names = new Map<unknown, unknown>();
    return readings.every(({ fields }) => {
      const address = fields.get(path);
      if (!names.has(address)) names.set(address, fields.get(other));
      return names.get(address) === fields.get(other);
    }) && new Set(names.values()).size === 2;
  });
}

/** So often one says that it has connected, so close together, that its connection does not last. */
const LEAST_GREETINGS = 5;
const GREETING_MS = 60_000;
const MOST_ALONE = 0.2;
/** Who sleeps between its reports connects for each, and not this often. */
const LEAST_AWAKE_MS = 10_000;
const MOST_TOLD_OF = 0.7;

/** How often it was said to be online by one that says so only when it has connected, and nobody saw it go. */
function greetingsOf(view: DeviceView): readonly HeardStatement[] {
  const said = view.said.filter(({ bridge, sample }) => !bridge && !sample.retain);
  const topic = view.topics.find((one) => one.topic === said[0]?.sample.topic);
  return topic?.family.greetsOnce === true && topic.role === "availability" &&
      said.length >= LEAST_GREETINGS &&
      said.every(({ statement, sample }) =>
        statement === "online" && sample.topic === topic.topic
      ) && paceOf(said) <= (wakesToTell(said, view) ? LEAST_AWAKE_MS : GREETING_MS)
    ? said
    : [];
}

/** Whether it tells what it measures each time that it has connected. */
function wakesToTell(said: readonly HeardStatement[], view: DeviceView): boolean {
  const told = said.filter(({ at }, i) =>
    stateTopics(view).some(({ live }) =>
      live.some((one) => one.at >= at && one.at < (said[i + 1]?.at ?? Infinity))
    )
  );
  return told.length >= MOST_TOLD_OF * said.length;
}

/** Whether another of its kind connects each time between two of its own connections. */
function greetingByTurns(view: DeviceView): Turns | null {
  const greetings = greetingsOf(view);
  const [first] = greetings;
  if (first === undefined) return null;
  const own = first.sample.topic.split("/");
  for (const { segments, live } of view.twins) {
    if (segments.at(-1) !== own.at(-1) || live.length < LEAST_GREETINGS) continue;
    const alone = greetings.slice(1).filter(({ at }, i) =>
      live.filter((one) => one.at > greetings[i].at && one.at < at).length !== 1
    );
    if (alone.length > MOST_ALONE * greetings.length) continue;
    return {
      how:
        `"${first.sample.topic}" says ${greetings.length} times that it has connected, each time after "${
          segments.join("/")
        }" did`,
      samples: greetings.map(({ sample }) => sample),
    };
  }
  return null;
}

/** What takes turns, and in which messages. */
interface Turns {
  readonly how: string;
  readonly samples: readonly Sample[];
}

/** A field that names the sender alternates between two values. */
function takingTurns(
  view: DeviceView,
): Turns | null {
  for (const topic of view.topics) {
    if (topic.role === "command" || topic.role === "discovery" || topic.trace.shared) continue;
    const paths = new Set(topic.live.slice(0, 40).flatMap((reading) => [...reading.fields.keys()]));
    for (const path of paths) {
      if (
        !/^(ip|ipaddress|ipaddr|localip|mac|macaddress|serial|serialnumber|sn|hostname|host|uid|chipid)$/
          .test(leafOf(path))
      ) continue;
      // A list tells of several things.
      if (path.includes("[")) continue;
      const readings = topic.live.filter((reading) => typeof reading.fields.get(path) === "string");
      const values = new Set(readings.map((reading) => String(reading.fields.get(path))));
      // Who has no address has lost it, and is not another one.
      if (values.has("") || values.has("0.0.0.0")) continue;
      if (values.size !== 2 || isOfTwoThings(readings, path)) continue;
      const switches = readings.filter((reading, i) =>
        i > 0 && reading.fields.get(path) !== readings[i - 1]?.fields.get(path)
      );
      if (switches.length >= 3) {
        return {
          how: `"${path}" takes turns between ${
            [...values].map((v) => `"${v.slice(0, 60)}"`).join(" and ")
          }`,
          samples: switches.map((r) => r.sample),
        };
      }
    }
  }
  return null;
}

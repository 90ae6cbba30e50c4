import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, iso, someOf } from "../../evidence.ts";
import { leafOf } from "../../reading/fields.ts";
import type { Sample } from "../../reading/trace.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";

/** Events of cameras and recorders (Dahua, Hikvision, Axis and their like) that tell of their own trouble. */
const TROUBLES =
  /^(videoloss|videoblind|videoabnormaldetection|badvideo|videomismatch|tamperdetection|shelteralarm|scenechange|camerafailure|cameratampering|storagefailure|storagenotexist|storagelowspace|storageerror|storagedisruption|diskfull|diskerror|hddfull|hdderror|raidexception|recordexception|recordingfailure|recordfailed|netabort|nicbroken|ipconflict|ipaddressconflict|macconflict|fanfailure|psufailure|temperaturecritical|powerfailure|hardwarefailure)$/;
/** Last levels of topics on which each message is the news of a crash or a reset. */
const CRASH = /^(?:watchdog|brownout|crash|panic|coredump|hardfault)(?:event|reset|report|dump)$/;
/** Fields in which an event says whether it begins. */
const PHASES = /^(action|eventstate|eventaction|phase|active|state)$/;
const BEGINS = /^(start|started|active|on|true|begin|raised|pulse|1)$/i;
/** Fields in which an event is called by its name. */
const KINDS = /^(eventtype|event|code|eventcode|type|eventname)$/;

/** `reported_error` of an event by which a camera or recorder tells that it sees, records or reaches nothing. */
export function raisedEvents(view: DeviceView): Finding[] {
  const raised = new Map<string, Sample[]>();
  for (const topic of view.topics) {
    if (!/^(state|event)$/.test(topic.role)) continue;
    const told = new Set<string>();
    for (const reading of topic.live.toReversed()) {
      const name = eventOf(reading, topic);
      // The last word on an event counts: it may be over.
      if (name === null || told.has(name.word)) continue;
      told.add(name.word);
      if (name.begins && raised.size < 20) {
        raised.set(name.word, [reading.sample, ...raised.get(name.word) ?? []]);
      }
    }
  }
  const alerts = view.topics.flatMap((topic) => {
    const lasting = lastingAlert(topic);
    return lasting === null ? [] : [{ name: topic.segments.at(-2) ?? "", sample: lasting.sample }];
  });
  const [alert] = alerts;
  const lasting: Finding[] = alert === undefined ? [] : [findingFrom({
    code: "reported_error",
    title: `The alert "${alert.name.slice(0, 80)}" began and did not end${
      alerts.length > 1 ? `, and ${alerts.length - 1} more` : ""
    }`,
    summary: `"${alert.sample.topic}" has the time of its start and none of its end`,
    messages: someOf(alerts),
    suggestion: "Look the alert's name up in the maker's list: it says what is wrong.",
  })];
  return lasting.concat(lostByEvents(view)).concat(
    [...raised].slice(0, 3).map(([word, samples]): Finding => {
      const last = samples.at(-1);
      return findingFrom({
        severity: CRASH.test(leafOf(word)) ? "warning" : "error",
        code: "reported_error",
        title: `The device reports the event "${word}", and not that it is over`,
        summary: `Last on "${last?.topic}" at ${iso(last?.at ?? 0)}`,
        ...everyTime(samples),
        suggestion:
          "Look at the camera's picture, cable and power, at the recorder's disk and at the network, whichever the event names.",
      });
    }),
  );
}

/** Events of a gateway on one of those it speaks for. */
const LOST =
  /^(?:notificationcode)?(?:node|device|sensor|slave|module|panel|detector|valve|thermostat|meter|inverter|endpoint|child)(?:is)?(?:dead|lost|unreachable|failed|missing|offline|timedout|notresponding|unresponsive|commlost|communicationlost)$/;
const BACK =
  /^(?:notificationcode)?(?:node|device|sensor|slave|module|panel|detector|valve|thermostat|meter|inverter|endpoint|child)(?:is)?(?:alive|awake|found|back|reachable|online|recovered|restored|responding|joined|commrestored|communicationrestored)$/;
/** By what an event says of whom it speaks. */
const WHO =
  /^(?:node|nodeid|device|deviceid|id|name|sensor|sensorid|slave|slaveid|address|addr|mac|serial|ieee|ieeeaddr|eui)$/;

/** `reported_error` of an event by which a gateway tells that one of its own is lost, and none that it is back. */
function lostByEvents(view: DeviceView): Finding[] {
  const lost = new Map<string, { word: string; who: string; sample: Sample }>();
  for (const topic of view.topics) {
    if (!/^(state|event)$/.test(topic.role) || topic.trace.shared) continue;
    for (const reading of topic.live) {
      const kind = [...reading.fields].find(([path, value]) =>
        typeof value === "string" && KINDS.test(leafOf(path)) &&
        (LOST.test(leafOf(value)) || BACK.test(leafOf(value)))
      );
      if (kind === undefined) continue;
      const whose = [...reading.fields].find(([path]) => WHO.test(leafOf(path)));
      const who = String(whose?.[1] ?? "").slice(0, 60);
      const key = `${topic.topic} ${who}`;
      if (BACK.test(leafOf(String(kind[1])))) lost.delete(key);
      else if (lost.size < 50) {
        lost.set(key, { word: String(kind[1]), who, sample: reading.sample });
      }
    }
  }
  const [first] = lost.values();
  if (first === undefined) return [];
  return [findingFrom({
    code: "reported_error",
    title: `The device reports the event "${first.word.slice(0, 60)}"${
      first.who === "" ? "" : ` of "${first.who}"`
    }, and not that it is back${lost.size > 1 ? `; ${lost.size - 1} more likewise` : ""}`,
    summary: `Last on "${first.sample.topic}" at ${iso(first.sample.at)}`,
    messages: someOf([...lost.values()]),
    suggestion: "Look at this one alone: its supply, its battery, its distance to the gateway.",
  })];
}

const STARTED = /^(started|start|begin|began|raised|activated)(at|time|timestamp|on)?$/;
const ENDED = /^(ended|end|cleared|resolved|deactivated|stopped|finished)(at|time|timestamp|on)?$/;

/** `alerts/<name>/current`: an alert with the time at which it began, and none at which it ended. */
function lastingAlert(topic: TopicView): Reading | null {
  const isAlert =
    topic.segments.slice(0, -1).some((level) => /^(alerts?|alarms?|faults?)$/i.test(level)) &&
    /^(current|active|present)$/i.test(topic.segments.at(-1) ?? "");
  const last = topic.readings.at(-1);
  if (!isAlert || last === undefined) return null;
  const fields = [...last.fields].map(([path, value]) => ({ name: leafOf(path), value }));
  const isOver = fields.some(({ name, value }) =>
    ENDED.test(name) && value !== null && value !== ""
  );
  return !isOver && fields.some(({ name }) => STARTED.test(name)) ? last : null;
}

function eventOf(reading: Reading, topic: TopicView): { word: string; begins: boolean } | null {
  let word: string | undefined = topic.segments.slice(-3).find((level) =>
    TROUBLES.test(leafOf(level))
  );
  let phase: unknown = reading.fields.get("");
  for (const [path, value] of reading.fields) {
    const name = leafOf(path);
    if (PHASES.test(name)) phase ??= value;
    else if (typeof value === "string" && KINDS.test(name) && TROUBLES.test(leafOf(value))) {
      word = value;
    }
  }
  const last = topic.segments.at(-1) ?? "";
  if (CRASH.test(leafOf(last)) && reading.sample.sizeBytes > 0) return { word: last, begins: true };
  if (word === undefined || phase === undefined) return null;
  return { word, begins: BEGINS.test(String(phase)) };
}

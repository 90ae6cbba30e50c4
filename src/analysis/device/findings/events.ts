import type { Finding } from "../finding_shape.ts";
import { iso, repeatsOf, someOf } from "../evidence.ts";
import { leafOf } from "../fields.ts";
import type { Sample } from "../trace.ts";
import type { DeviceView, Reading, TopicView } from "../view.ts";

/** Events of cameras and recorders (Dahua, Hikvision, Axis and their like) that tell of their own trouble. */
const TROUBLES =
  /^(videoloss|videoblind|videoabnormaldetection|badvideo|videomismatch|tamperdetection|shelteralarm|scenechange|camerafailure|cameratampering|storagefailure|storagenotexist|storagelowspace|storageerror|storagedisruption|diskfull|diskerror|hddfull|hdderror|raidexception|recordexception|recordingfailure|recordfailed|netabort|nicbroken|ipconflict|ipaddressconflict|macconflict|fanfailure|psufailure|temperaturecritical|powerfailure|hardwarefailure)$/;
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
  return [...raised].slice(0, 3).map(([word, samples]) => {
    const repeats = repeatsOf(samples.map((sample) => sample.at));
    const last = samples.at(-1);
    return {
      severity: "error",
      code: "reported_error",
      title: `The device reports the event "${word}", and not that it is over`,
      evidence: {
        summary: `Last on "${last?.topic}" at ${iso(last?.at ?? 0)}`,
        messages: someOf(samples),
        ...(repeats === undefined ? {} : { repeats }),
      },
      suggestion:
        "Look at the camera's picture, cable and power, at the recorder's disk and at the network, whichever the event names.",
    };
  });
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
  if (word === undefined || phase === undefined) return null;
  return { word, begins: BEGINS.test(String(phase)) };
}

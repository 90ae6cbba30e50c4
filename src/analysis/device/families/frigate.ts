import type { Finding } from "../finding_shape.ts";
import { findingFrom, someOf } from "../evidence.ts";
import { isObject, valueIn } from "../reading/json.ts";
import type { TopicView } from "../reading/view.ts";
import type { Family, TopicRole } from "./family.ts";

const NOTICES = /^(events|reviews|review|tracked_object_update|triggers|notifications)$/;
const STATES =
  /^(detect|recordings|snapshots|motion|audio|improve_contrast|enabled|review_alerts)$/;

/** Frigate, a recorder for cameras: `frigate/<camera>/…`, `frigate/stats`, what it saw on `frigate/events`. */
export const frigate: Family<"frigate"> = {
  name: "frigate",
  title: "Frigate",
  sharesDocuments: true,
  isDocument: (segments) => isStats(segments),
  learn(document, identity) {
    const cameras = isObject(document.value) ? document.value["cameras"] : undefined;
    return isObject(cameras) &&
      Object.keys(cameras).slice(0, 200).some((camera) => identity.isNamed(camera));
  },
  // One document tells of all cameras and of the machine, which is asked for by the name of the program.
  fieldKind(path, topic, view) {
    const isAll = view.identity.isFilter || view.identity.isNamed(topic.segments[0] ?? "");
    if (!isStats(topic.segments) || isAll) return null;
    const [group, name] = path.split(".");
    return group === "cameras" && name !== undefined && view.identity.isNamed(name)
      ? null
      : "ignored";
  },
  roleOf(segments): TopicRole | null {
    if (!/^frigate/i.test(segments[0]) || segments.length < 2) return null;
    const last = segments[segments.length - 1];
    if (segments.length === 2) {
      return last === "available" ? "availability" : NOTICES.test(last) ? "event" : "state";
    }
    if (last === "set") return "command";
    if (isStream(segments)) return "state";
    return last === "state" && STATES.test(segments[segments.length - 2]) ? "state" : null;
  },
  ownerOf(segments) {
    if (!/^frigate/i.test(segments[0]) || segments.length < 2) return null;
    const name = segments.length === 2 ? segments[0] : segments[1];
    return { name, key: segments.length === 2 ? name : `${segments[0]}/${name}` };
  },
  ownFindings: (view) => view.topics.flatMap(smallMemory),
  // An alert of a review is somebody seen, as it should be.
  troubleOf(topic, reading) {
    if (NOTICES.test(topic.segments.at(-1) ?? "")) return null;
    if (!isStream(topic.segments)) return undefined;
    const isGone = reading === topic.readings.at(-1) && reading.fields.get("") === "offline";
    return isGone
      ? {
        level: "error",
        kind: `${topic.segments[1]}: its stream for ${topic.segments[3]} is offline`,
      }
      : null;
  },
};

/** `reported_error` where the memory that its processes share is smaller than its cameras need, as it says itself. */
function smallMemory({ segments, live }: TopicView): Finding[] {
  const last = live.at(-1);
  const memory = valueIn(last?.sample.decoded?.value, ["service", "storage", "/dev/shm"]);
  const [total, least] = ["total", "min_shm"].map((key) =>
    isObject(memory) ? Number(memory[key] ?? NaN) : NaN
  );
  if (!isStats(segments) || last === undefined || !(total < least)) return [];
  return [findingFrom({
    severity: "warning",
    code: "reported_error",
    title:
      `Its shared memory is too small: /dev/shm has ${total} MB, and its cameras need ${least}`,
    summary: `"/dev/shm" in the storage on "${
      segments.join("/")
    }": total ${total}, min_shm ${least}`,
    messages: someOf([last]),
    suggestion: `Give its container a larger shm_size, ${
      Math.ceil(least)
    } MB or more: frames are lost until then.`,
  })];
}

/** `frigate/<camera>/status/<what its pictures are for>`: online, offline or disabled. */
function isStream(segments: readonly string[]): boolean {
  return segments.length === 4 && segments[2] === "status";
}

function isStats(segments: readonly string[]): boolean {
  return segments.length === 2 && /^frigate/i.test(segments[0]) && segments[1] === "stats";
}

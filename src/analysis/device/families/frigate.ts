import { isObject } from "../reading/json.ts";
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

/** `frigate/<camera>/status/<what its pictures are for>`: online, offline or disabled. */
function isStream(segments: readonly string[]): boolean {
  return segments.length === 4 && segments[2] === "status";
}

function isStats(segments: readonly string[]): boolean {
  return segments.length === 2 && /^frigate/i.test(segments[0]) && segments[1] === "stats";
}

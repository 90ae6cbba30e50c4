import type { Family, TopicRole } from "./family.ts";

const NOTICES = /^(events|reviews|review|tracked_object_update|triggers|notifications)$/;
const STATES =
  /^(detect|recordings|snapshots|motion|audio|improve_contrast|enabled|review_alerts)$/;

/** Frigate, a recorder for cameras: `frigate/<camera>/…`, `frigate/stats`, what it saw on `frigate/events`. */
export const frigate: Family<"frigate"> = {
  name: "frigate",
  title: "Frigate",
  isDocument: () => false,
  learn: () => false,
  roleOf(segments): TopicRole | null {
    if (!/^frigate/i.test(segments[0] ?? "") || segments.length < 2) return null;
    const last = segments[segments.length - 1] ?? "";
    if (segments.length === 2) {
      return last === "available" ? "availability" : NOTICES.test(last) ? "event" : "state";
    }
    if (last === "set") return "command";
    return last === "state" && STATES.test(segments[segments.length - 2] ?? "") ? "state" : null;
  },
  ownerOf(segments) {
    if (!/^frigate/i.test(segments[0] ?? "") || segments.length < 2) return null;
    const name = segments.length === 2 ? segments[0] ?? "" : segments[1] ?? "";
    return { name, key: segments.length === 2 ? name : `${segments[0]}/${name}` };
  },
  // An alert of a review is somebody seen, as it should be.
  troubleOf: (topic) => NOTICES.test(topic.segments.at(-1) ?? "") ? null : undefined,
};

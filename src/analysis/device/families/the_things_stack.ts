import type { Family, TopicRole } from "./family.ts";

const DOWNLINKS_ASKED = new Set(["push", "replace", "queued"]);

/** The Things Stack 3: `v3/<application>[@<tenant>]/devices/<id>/up`, what became of downlinks on `…/down/<kind>`. */
export const theThingsStack: Family<"the_things_stack"> = {
  name: "the_things_stack",
  title: "The Things Stack (TTN), LoRaWAN",
  isOfAllMakers: true,
  roleOf(segments): TopicRole | null {
    if (deviceOf(segments) === null) return null;
    const [group, kind] = segments.slice(4);
    if (group === "up") return "state";
    if (group === "down") return DOWNLINKS_ASKED.has(kind) ? "command" : "event";
    return /^(join|location|service)$/.test(group ?? "") ? "event" : null;
  },
  ownerOf(segments) {
    const id = deviceOf(segments);
    return id === null ? null : { name: id, key: `the_things_stack/${segments[1]}/${id}` };
  },
  // A device is asked to do something when it next sends, and may not answer at all.
  replyTopics: () => [],
  // The device's own word to the network, in percent.
  fieldKind: (path) => /last_battery_percentage\.value$/.test(path) ? "battery" : null,
  troubleOf({ segments }, { fields }) {
    if (segments[4] !== "down" || segments[5] !== "failed") return undefined;
    const why = ["message_format", "name"]
      .map((key) => fields.get(`downlink_failed.error.${key}`))
      .find((part): part is string => typeof part === "string" && part !== "");
    const kind = why === undefined ? "" : `: ${why.replace(/\s+/g, " ")}`;
    return { level: "error", kind: `a downlink failed${kind}`.slice(0, 160) };
  },
};

function deviceOf(segments: readonly string[]): string | null {
  const [version, , devices, id, group] = segments;
  return version === "v3" && devices === "devices" && id && group !== undefined ? id : null;
}

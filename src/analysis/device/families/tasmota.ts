import { isObject, textAt, textsIn } from "../json.ts";
import type { Family, TopicRole } from "./family.ts";

/** Longest beginning of a device's topics, in characters; Tasmota itself allows 100 for each part. */
const LONGEST_TREE = 1_000;

/** Tasmota: `tele/<topic>/…`, `stat/<topic>/…`, `cmnd/<topic>/…`, in either order. */
export const tasmota: Family = {
  name: "tasmota",
  isDocument(segments) {
    return segments.length === 4 && segments[0] === "tasmota" && segments[1] === "discovery" &&
      (segments[3] === "config" || segments[3] === "sensors");
  },
  learn(document, identity) {
    const address = document.segments[2] ?? "";
    if (document.segments[3] === "sensors") return identity.isNamed(address);
    if (!isObject(document.value)) return false;
    const topic = textAt(document.value, "t");
    const name = textAt(document.value, "dn");
    const friendly = textsIn(document.value["fn"]);
    const full = textAt(document.value, "ft") ?? "%prefix%/%topic%/";
    const prefixes = textsIn(document.value["tp"]);
    const trees = topic === undefined
      ? []
      : (prefixes.length === 3 ? prefixes : ["cmnd", "stat", "tele"])
        .map((prefix) =>
          full.replace("%prefix%", prefix).replace("%topic%", topic)
            .replace("%hostname%", textAt(document.value as { [key: string]: string }, "hn") ?? "")
            .replace("%id%", address.slice(-6)).slice(0, LONGEST_TREE).replace(/\/+$/, "")
        );
    const names = [
      address,
      topic,
      name,
      textAt(document.value, "hn"),
      textAt(document.value, "mac"),
      ...friendly,
    ];
    const mine = names.some((text) => text !== undefined && identity.isNamed(text)) ||
      trees.some((tree) => identity.owns(tree) || identity.owns(`${tree}/LWT`));
    if (!mine) {
      if (topic !== undefined) identity.addOther(name ?? topic, trees[2] ?? document.topic);
      return false;
    }
    identity.conventions.add("tasmota");
    identity.name ??= name;
    identity.model ??= textAt(document.value, "md");
    identity.addId(address);
    for (const tree of trees) identity.addTree(tree);
    return true;
  },
  roleOf(segments): TopicRole | null {
    if (this.isDocument(segments)) return "info";
    const prefix = segments.find((segment) => /^(tele|stat|cmnd)$/i.test(segment))?.toLowerCase();
    if (prefix === undefined || segments.length < 3) return null;
    const last = segments[segments.length - 1] ?? "";
    if (last === "LWT") return "availability";
    if (prefix === "cmnd") return "command";
    if (prefix === "stat") return "reply";
    return /^INFO\d$/.test(last) ? "info" : last === "RESULT" ? "event" : "state";
  },
  replyTopics(segments) {
    const at = segments.findIndex((segment) => /^cmnd$/i.test(segment));
    if (at === -1) return [];
    const answered = segments.slice(0, -1);
    answered[at] = "stat";
    return [`${answered.join("/")}/#`];
  },
};

import { isObject, textAt } from "../json.ts";
import type { Family, TopicRole } from "./family.ts";

/** Shelly's first generation: `shellies/<id>/…`, last will on `…/online`. */
export const shellyGen1: Family<"shelly_gen1"> = {
  name: "shelly_gen1",
  title: "Shelly, first generation",
  filters: ["shellies/announce"],
  wideTopics: [{ pattern: /(^|\/)shellies\/command$/, what: "every Shelly device" }],
  isDocument: (segments) =>
    segments[0] === "shellies" && segments[segments.length - 1] === "announce",
  learn(document, identity) {
    if (!isObject(document.value)) return false;
    const id = textAt(document.value, "id");
    const address = textAt(document.value, "mac");
    if (id === undefined) return false;
    if (
      !identity.isNamed(id) && !(address !== undefined && identity.isNamed(address)) &&
      !identity.owns(`shellies/${id}`)
    ) {
      identity.addOther(id, `shellies/${id}`);
      return false;
    }
    identity.conventions.add("shelly_gen1");
    identity.model ??= textAt(document.value, "model");
    identity.addId(id);
    identity.addTree(`shellies/${id}`);
    return true;
  },
  roleOf(segments): TopicRole | null {
    if (segments[0] !== "shellies") return null;
    const last = segments[segments.length - 1];
    if (last === "online") return "availability";
    if (last === "command") return "command";
    if (last === "announce" || last === "info") return "info";
    return last === "input_event" ? "event" : "state";
  },
  replyTopics: (segments) => segments.length > 3 ? [segments.slice(0, -1).join("/")] : [],
  expectedReply: (segments) =>
    segments[0] === "shellies" && segments.length > 3 && segments.at(-1) === "command"
      ? segments.slice(0, -1).join("/")
      : null,
  ownerOf(segments) {
    const name = segments[1] ?? "";
    return segments[0] === "shellies" && segments.length > 2 && name !== ""
      ? { name, key: name }
      : null;
  },
};

/** Shelly's second and later generations: JSON-RPC on `<prefix>/rpc`, `<prefix>/events/rpc`, `<prefix>/status/…`. */
export const shellyGen2: Family<"shelly_gen2"> = {
  name: "shelly_gen2",
  title: "Shelly, second and later generations",
  isDocument: () => false,
  learn: () => false,
  roleOf(segments, identity): TopicRole | null {
    const at = segments.findIndex((segment) => /^shelly[a-z0-9]*-[0-9a-f]{6,}$/i.test(segment));
    const own = at === -1 ? identity.ownSegment(segments) : at;
    const last = segments[segments.length - 1] ?? "";
    const rpcEvents = last === "rpc" && segments[segments.length - 2] === "events";
    if (at === -1 && !rpcEvents && !/^[a-z_]+:\d+$/.test(last)) return null;
    const rest = segments.slice(own + 1).join("/");
    if (rest === "online") return "availability";
    if (rpcEvents) return "event";
    if (/^(rpc|command)(\/|$)/.test(rest)) return "command";
    return rest === "debug/log" ? "log" : "state";
  },
  replyTopics(segments) {
    const at = segments.findLastIndex((segment) => segment === "rpc" || segment === "command");
    const prefix = segments.slice(0, at).join("/");
    return at > 0 ? [`${prefix}/events/rpc`, `${prefix}/status/#`] : [];
  },
  expectedReply(segments, payload) {
    if (segments.at(-1) !== "rpc" || segments.length < 2 || !isObject(payload)) return null;
    const source = textAt(payload, "src");
    return source === undefined || /[+#\0]/.test(source) ? null : `${source}/rpc`;
  },
  ownerOf(segments) {
    const at = segments.findIndex((segment) => /^shelly[a-z0-9]*-[0-9a-f]{6,}$/i.test(segment));
    return at === -1 || at === segments.length - 1
      ? null
      : { name: segments[at] ?? "", key: segments.slice(0, at + 1).join("/") };
  },
};

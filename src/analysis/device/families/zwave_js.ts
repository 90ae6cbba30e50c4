import type { Family, Statement, TopicRole } from "./family.ts";

/** Z-Wave JS UI: `<prefix>/<node>/status`, and its gateway on `<prefix>/_CLIENTS/<name>/status`. */
export const zwaveJs: Family<"zwave_js"> = {
  name: "zwave_js",
  title: "Z-Wave JS UI",
  roleOf(segments): TopicRole | null {
    if (segments.at(-3) === "_CLIENTS" && segments.at(-1) === "status") return "availability";
    return /^zwave/i.test(segments[0] ?? "") && segments.length >= 3 && segments.at(-1) === "status"
      ? "availability"
      : null;
  },
  statementOf(_segments, text): Statement | null {
    const word = /"status"\s*:\s*"(\w+)"/.exec(text)?.[1]?.toLowerCase();
    if (word === "asleep") return "sleeping";
    if (word === "dead") return "offline";
    if (word === "alive" || word === "awake") return "online";
    const value = /^\{[^{}]*"value"\s*:\s*(true|false)/.exec(text)?.[1];
    return value === "true" ? "online" : value === "false" ? "offline" : null;
  },
};

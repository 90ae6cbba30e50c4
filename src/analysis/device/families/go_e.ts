import { drawsMoreThanSet } from "../findings/supply/charges_unasked.ts";
import type { Family, TopicRole } from "./family.ts";

/** go-e Charger, API 2: `go-eCharger/<serial>/<key>`, of old with a slash before it, each payload JSON; `mcc` is its last will. */
export const goE: Family<"go_e"> = {
  name: "go_e",
  title: "go-e Charger",
  roleOf(segments): TopicRole | null {
    const [, key] = ownLevels(segments) ?? [];
    if (key === undefined) return null;
    if (segments.at(-1) === "set") return "command";
    if (segments.at(-1) === "result") return "reply";
    if (key === "mcc") return "availability"; // Whether its client is connected.
    // The name that its owner gave it, and for how long it charges: null while it does not.
    return key === "fna" || key === "cdi" ? "info" : "state";
  },
  replyTopics: (segments) => {
    const key = segments.slice(0, -1).join("/");
    return [key, `${key}/result`];
  },
  ownFindings: (view) =>
    drawsMoreThanSet(view, {
      limit: /^(?:amp|acu)$/,
      // `nrg` tells three voltages and neutral's, then the amperes of three phases.
      isDrawn: ({ topic, path }) => topic.segments.at(-1) === "nrg" && /^\[[456]\]$/.test(path),
    }),
  ownerOf(segments) {
    const [serial] = ownLevels(segments) ?? [];
    return serial === undefined ? null : { name: serial, key: serial };
  },
};

/** The serial number, and what stands behind it; null for a topic of anybody else. */
function ownLevels(segments: readonly string[]): readonly string[] | null {
  const at = segments[0] === "" ? 1 : 0;
  return /^go-eCharger$/i.test(segments[at] ?? "") && segments.length >= at + 3
    ? segments.slice(at + 1)
    : null;
}

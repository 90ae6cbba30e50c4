import type { Family, TopicRole } from "./family.ts";

/** go-e Charger, API 2: `go-eCharger/<serial>/<key>`, each payload JSON; `mcc` is its last will. */
export const goE: Family<"go_e"> = {
  name: "go_e",
  title: "go-e Charger",
  roleOf(segments): TopicRole | null {
    if (!/^go-eCharger$/i.test(segments[0] ?? "") || segments.length < 3) return null;
    const key = segments[2];
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
  ownerOf(segments) {
    if (!/^go-eCharger$/i.test(segments[0] ?? "") || segments.length < 3) return null;
    return { name: segments[1] ?? "", key: segments[1] ?? "" };
  },
};

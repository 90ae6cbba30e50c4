import type { Family, TopicRole } from "./family.ts";

/** go-eCharger wallboxes: `go-eCharger/<serial>/<key>`, one key a topic; `mcc` is the last will. */
export const goECharger: Family<"go_echarger"> = {
  name: "go_echarger",
  title: "go-eCharger",
  isDocument: () => false,
  learn: () => false,
  roleOf(segments): TopicRole | null {
    if (!/^go-echarger$/i.test(segments[0] ?? "") || segments.length < 3) return null;
    const [, , key, order] = segments;
    if (order === "set") return "command";
    if (order === "result") return "reply";
    return key === "mcc" ? "availability" : null;
  },
  ownerOf(segments) {
    const name = segments[1] ?? "";
    return /^go-echarger$/i.test(segments[0] ?? "") && segments.length > 2 && name !== ""
      ? { name, key: `go-eCharger/${name}` }
      : null;
  },
};

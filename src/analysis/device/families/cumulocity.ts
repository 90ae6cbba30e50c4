import type { Reading } from "../reading/view.ts";
import type { Family, TopicRole, Trouble } from "./family.ts";

/** Cumulocity's SmartREST: lines of comma-separated values, the first is the number of a template. */
const UPSTREAM = /^[stqc]$/;
/** Static templates of alarms by severity; 306 clears the alarms of a type. */
const ALARMS: Readonly<Record<string, Trouble["level"] | undefined>> = {
  301: "error",
  302: "error",
  303: "warning",
  304: "warning",
};
/** Static templates by which a device says what became of an operation: that it failed, and that it was done. */
const FAILED = /^50[25]$/;
const DONE = /^50[36]$/;
const decoder = new TextDecoder();
const CLEAR = "306";
const LOW_BATTERY_PERCENT = 15;
const MOST_LINES = 50;

function linesOf(value: unknown): string[][] {
  return typeof value === "string"
    ? value.slice(0, 8_192).split(/\r?\n/).slice(0, MOST_LINES).map((line) => line.split(","))
    : [];
}

/** The rows of a message as it was sent: those of measurements may have been read as a document. */
function rowsOf({ sample }: Reading): string[][] {
  return linesOf((sample.sent ?? sample.decoded)?.value);
}

/** Cumulocity: `s/us[/<child>]` upstream, `s/ds` operations. */
export const cumulocity: Family<"cumulocity"> = {
  name: "cumulocity",
  title: "Cumulocity SmartREST",
  roleOf(segments): TopicRole | null {
    const at = segments.findIndex((level, i) =>
      UPSTREAM.test(level) && /^(us|ds|ul|uat)$/.test(segments[i + 1] ?? "")
    );
    if (at < 0) return segments.slice(-2).join("/") === "s/e" ? "reply" : null;
    if (segments.length > at + 3) return null;
    return segments[at + 1] === "ds" ? "command" : "state";
  },
  ownerOf(segments) {
    const at = segments.findIndex((level, i) => UPSTREAM.test(level) && segments[i + 1] === "us");
    const child = at < 0 ? undefined : segments[at + 2];
    return child === undefined ? null : { name: child, key: child };
  },
  needsNoAnswer: () => true,
  troubleOf(topic, reading) {
    if (topic.role === "reply") {
      const [[code = "", ...why] = []] = linesOf(decoder.decode(reading.sample.payload));
      const said = why.filter((part) => !/^\d*$/.test(part)).join(", ");
      return /^4\d$|^50$/.test(code) && said !== ""
        ? { level: "error", kind: `the platform refused a message: ${said}`.slice(0, 100) }
        : null;
    }
    const later = topic.readings.filter(({ at }) => at > reading.at);
    const isSaidLater = (number: RegExp, type: string) =>
      later.some((one) => rowsOf(one).some(([id = "", what]) => number.test(id) && what === type));
    const isCleared = (type: string) => isSaidLater(/^306$/, type);
    const lines = rowsOf(reading);
    for (const [i, [id = "", type = "", text = ""]] of lines.entries()) {
      // `212,<percent>` is how full the battery is.
      if (id === "212" && /^\d{1,3}$/.test(type) && Number(type) <= LOW_BATTERY_PERCENT) {
        return { level: "warning", kind: `its battery is at ${type} %` };
      }
      if (FAILED.test(id) && type !== "" && !isSaidLater(DONE, type)) {
        return { level: "error", kind: `operation ${type} failed: ${text}`.slice(0, 100) };
      }
      const level = ALARMS[id];
      const isOver = lines.slice(i + 1).some(([later, what]) => later === CLEAR && what === type);
      if (level === undefined || type === "" || isOver || isCleared(type)) continue;
      return { level, kind: `alarm ${type}: ${text || "raised"}`.slice(0, 100) };
    }
    return null;
  },
};

import { withoutColours } from "../../../payload/visible_text.ts";
import { isObject, textAt } from "../reading/json.ts";
import type { Family, TopicRole } from "./family.ts";

const COMPONENTS =
  /^(sensor|binary_sensor|text_sensor|switch|light|fan|cover|climate|number|select|button|lock|valve|text)$/;

/** What drivers warn of when a sensor was not read, which each one is now and then. */
const NOT_READ =
  /(?:invalid|incomplete) (?:reading|frame|header|data|response)|(?:invalid|bad|wrong) (?:checksum|crc)|(?:checksum|crc) (?:check )?(?:is )?(?:failed|invalid|mismatch|error|wrong)|(?:sensor|device|module|meter) (?:is )?not responding|not ready for new|measurement timed out|no (?:data|response) (?:received )?from/i;

/** ESPHome: `<node>/<component>/<object>/state|command`, last will on `<node>/status`, log on `<node>/debug`. */
export const esphome: Family<"esphome"> = {
  name: "esphome",
  title: "ESPHome",
  greetsOnce: true,
  filters: ["esphome/discover/+"],
  isDocument: (segments) =>
    segments.length === 3 && segments[0] === "esphome" && segments[1] === "discover",
  learn(document, identity) {
    const node = document.segments[2] ?? "";
    const friendly = isObject(document.value)
      ? textAt(document.value, "friendly_name", "name")
      : undefined;
    const address = isObject(document.value) ? textAt(document.value, "mac") : undefined;
    if (![node, friendly, address].some((name) => name !== undefined && identity.isNamed(name))) {
      identity.addOther(node, node);
      return false;
    }
    identity.conventions.add("esphome");
    identity.addTree(node);
    // A `topic_prefix` of several levels may stand before it.
    identity.addLevel(node);
    return true;
  },
  roleOf(segments, identity): TopicRole | null {
    const last = segments[segments.length - 1];
    const own = identity.ownSegment(segments);
    const isNode = own === -1 ? identity.conventions.has("esphome") : own === segments.length - 4;
    const entity = isNode && segments.length >= 4 &&
      COMPONENTS.test(segments[segments.length - 3]);
    if (entity && last === "state") return "state";
    if (entity && last === "command") return "command";
    if (!identity.conventions.has("esphome")) return null;
    if (last === "status") return "availability";
    return last === "debug" ? "log" : null;
  },
  replyTopics: (segments) => [[...segments.slice(0, -1), "state"].join("/")],
  expectedReply(segments) {
    const isEntity = segments.length >= 4 && segments[segments.length - 1] === "command" &&
      COMPONENTS.test(segments[segments.length - 3]);
    return isEntity ? [...segments.slice(0, -1), "state"].join("/") : null;
  },
  ownerOf(segments) {
    const isEntity = segments.length >= 4 && COMPONENTS.test(segments[segments.length - 3]) &&
      /^(state|command)$/.test(segments[segments.length - 1]);
    const name = segments.slice(0, -3).join("/");
    return isEntity ? { name, key: name } : null;
  },
  troubleOf(topic, { sample }) {
    // A line may look like a row of values.
    const text = (sample.sent ?? sample.decoded)?.value;
    if (topic.role !== "log" || typeof text !== "string") return undefined;
    const [, level, component] = /\[([EWIDVC])\]\[([^\]:]*)/.exec(text) ?? [];
    if (level === undefined) return undefined;
    if (level !== "E" && level !== "W") return null;
    // Every slow sensor or display causes these notes.
    if (/took a long time for an operation|should block for at most/.test(text)) return null;
    return {
      level: level === "E" ? "error" : "warning",
      kind: `${component}: ${lineOf(text)}`,
      ...(level === "W" && NOT_READ.test(text) && { leastTimes: 3 }),
    };
  },
};

/** What a line of the log says, without its colours, time and place. */
function lineOf(text: string): string {
  const plain = withoutColours(text);
  return plain.slice(plain.search(/\[[EWIDVC]\]\[[^\]]*\]/)).replace(/^\[\w\]\[[^\]]*\]:?\s*/, "")
    // Two sums that differ are others each time.
    .replace(/(?<!\w)[\dA-F]{1,8} ?!= ?[\dA-F]{1,8}(?!\w)/g, "# != #")
    .replace(/\s+/g, " ").trim().slice(0, 90);
}

import type { JsonValue } from "../payload/payload.ts";

/** Where the answer to a command is expected, by the habits of a device family. */
interface ExpectedReply {
  readonly family: string;
  /** Topic filter on which the answer comes. */
  readonly filter: string;
}

/**
 * The topic on which a device of a known family answers a command sent to `topic`, or null when the topic shows no
 * family: Tasmota (`cmnd/x/POWER` → `stat/x/RESULT`), zigbee2mqtt (`…/x/set` and `/get` → `…/x`; bridge requests →
 * responses), and Shelly RPC (`x/rpc` → `SRC/rpc`, where the payload names `src`).
 */
export function expectedReply(topic: string, payload: JsonValue): ExpectedReply | null {
  const levels = topic.split("/");
  const last = levels[levels.length - 1];
  const command = levels.indexOf("cmnd");
  if (command >= 0 && levels.length >= 3) {
    const device = command === 0
      ? levels.slice(1, -1)
      : levels.filter((_, i) => i !== command).slice(0, -1);
    const answer = tasmotaAnswer(last, payload);
    const parts = command === 0 ? ["stat", ...device, answer] : [...device, "stat", answer];
    return { family: "tasmota", filter: parts.join("/") };
  }
  const request = levels.findIndex((level, i) => level === "request" && levels[i - 1] === "bridge");
  if (request > 0 && levels.length > request + 1) {
    const parts = levels.map((level, i) => i === request ? "response" : level);
    return { family: "zigbee2mqtt", filter: parts.join("/") };
  }
  if ((last === "set" || last === "get") && levels.length >= 3) {
    return { family: "zigbee2mqtt", filter: levels.slice(0, -1).join("/") };
  }
  if (last === "rpc" && levels.length >= 2) {
    const src = payload !== null && typeof payload === "object" && !Array.isArray(payload)
      ? payload.src
      : undefined;
    if (typeof src === "string" && src !== "" && !/[+#\0]/.test(src)) {
      return { family: "shelly", filter: `${src}/rpc` };
    }
  }
  return null;
}

/** `STATUS` with payload 5 answers on `STATUS5`, with none or 0 on `STATUS`; everything else on `RESULT`. */
function tasmotaAnswer(command: string, payload: JsonValue): string {
  if (!/^status$/i.test(command)) return "RESULT";
  const page = String(payload ?? "").trim();
  return /^[1-9]\d?$/.test(page) ? `STATUS${page}` : "STATUS";
}

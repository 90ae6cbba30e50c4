import type { JsonValue } from "../../../payload/payload.ts";
import { leafOf } from "../reading/fields.ts";
import { isObject, type JsonObject, textAt, textsIn } from "../reading/json.ts";
import type { TopicView } from "../reading/view.ts";
import type { Document, Family, TopicRole, Trouble } from "./family.ts";
import type { DeviceIdentity } from "../naming/identity.ts";

/** Longest beginning of a device's topics, in characters; Tasmota itself allows 100 for each part. */
const LONGEST_TREE = 1_000;

/** Tasmota: `tele/<topic>/…`, `stat/<topic>/…`, `cmnd/<topic>/…`, in either order. */
export const tasmota: Family<"tasmota"> = {
  name: "tasmota",
  title: "Tasmota",
  greetsOnce: true,
  filters: ["tasmota/discovery/#"],
  emptyCommands: true,
  wideTopics: [{ pattern: /(^|\/)cmnd\/tasmotas(\/|$)/, what: "every Tasmota device" }],
  isDocument: (segments) => isDiscovery(segments) || isNaming(segments),
  learn(document, identity) {
    if (!isDiscovery(document.segments)) return learnNames(document, identity);
    const address = document.segments[2];
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
  troubleOf(topic, { sample }) {
    const value = sample.decoded?.value;
    const last = topic.segments.at(-1) ?? "";
    if (!isObject(value)) return undefined;
    // `stat/oven_plug/WARNING` with `{"MaxPowerReached": 3702}`: a limit of its own switched it off.
    if (last === "WARNING") {
      const kind = Object.keys(value).slice(0, 3).join(", ").slice(0, 120);
      return kind === "" ? null : { level: "warning", kind };
    }
    // What is set, and why it started last, however long ago.
    if (/^STATUS(?:[1-7]|9|12)$|^HASS_STATE$/.test(last)) return null;
    if (last === "INFO3") return sample.retain ? null : unwantedStart(value);
    return /^(?:RESULT|SENSOR)$/.test(last) ? troubleInResult(value, topic) : undefined;
  },
  roleOf(segments): TopicRole | null {
    if (isDiscovery(segments)) return "info";
    // What is sent or asked follows the prefix; `mill/stat` is no Tasmota's.
    const at = segments.slice(0, -1).findIndex((segment) => /^(tele|stat|cmnd)$/i.test(segment));
    const prefix = segments[at]?.toLowerCase();
    if (prefix === undefined || segments.length < 3) return null;
    const last = segments[segments.length - 1];
    if (/^lwt$/i.test(last)) return "availability";
    // Others call their topics by `stat` too, and say there that they are connected.
    if (prefix === "stat" && /^(?:connected|online|availability|available)$/i.test(last)) {
      return "availability";
    }
    if (prefix === "cmnd") return "command";
    if (prefix === "stat") {
      // A command is a word: `msh/EU_868/2/stat/!9e7655a0` is somebody else's, and `pylon/stat/readings/Pack2` tells values.
      if (!/^\w/.test(last)) return null;
      return at > 0 && segments.length - at > 2 && /[a-z]/.test(last) ? "state" : "reply";
    }
    return /^INFO\d$/.test(last) ? "info" : last === "RESULT" ? "event" : "state";
  },
  // Others tell by `stat` how they are.
  onlyAnswers: (segments) =>
    /^(?:RESULT|STATUS\d{0,2}|POWER\d{0,2}|LOGGING|UPGRADE)$/i.test(segments.at(-1) ?? ""),
  replyTopics(segments) {
    const at = segments.findIndex((segment) => /^cmnd$/i.test(segment));
    if (at === -1) return [];
    const answered = segments.slice(0, -1);
    answered[at] = "stat";
    return [`${answered.join("/")}/#`];
  },
  expectedReply(segments, payload) {
    return statTopic(segments, answerOf(segments.at(-1) ?? "", payload));
  },
  furtherReplies(segments, payload) {
    const command = segments.at(-1) ?? "";
    const topic = /^status$/i.test(command)
      ? String(payload ?? "").trim() === "0" ? statTopic(segments, "+") : null
      // SetOption4 moves answers from RESULT to the command's name
      : statTopic(segments, command.toUpperCase());
    return topic === null ? [] : [topic];
  },
  filtersBeside(segments) {
    const at = segments.findIndex((segment) => PREFIXES.includes(segment));
    if (at === -1) return [];
    return PREFIXES.filter((prefix) => prefix !== segments[at]).map((prefix) =>
      [...segments.slice(0, at), prefix, ...segments.slice(at + 1), "#"].join("/")
    );
  },
  ownerOf(segments) {
    const at = segments.findIndex((segment) => /^(tele|stat|cmnd)$/i.test(segment));
    if (at === -1 || segments.length < 3) return null;
    const name = segments.filter((_, i) => i !== at).slice(0, -1).join("/");
    return { name, key: name };
  },
  statementOf: (_segments, text) => /^deep ?sleep$/i.test(text.trim()) ? "sleeping" : null,
  sleepOf(view) {
    const will = view.topics.find((topic) => topic.segments.at(-1) === "LWT")?.readings.at(-1);
    const note = view.topics.find((topic) => topic.segments.at(-1) === "DEEPSLEEP");
    const asleep = note?.readings.at(-1);
    const word = String(will?.sample.decoded?.value ?? "");
    const isGone = /^(offline|deep ?sleep)$/i.test(word.trim());
    if (!isGone || asleep === undefined && !/sleep/i.test(word)) return null;
    const wakes = [...asleep?.fields ?? []].find(([path]) => leafOf(path) === "epoch")?.[1];
    const periodMs = typeof wakes === "number" && asleep !== undefined && !asleep.sample.retain
      ? wakes * 1000 - asleep.at
      : null;
    return {
      sinceMs: asleep !== undefined && !asleep.sample.retain
        ? asleep.at
        : will !== undefined && !will.sample.retain
        ? will.at
        : null,
      periodMs: periodMs !== null && periodMs > 0 ? periodMs : null,
      evidence: note === undefined
        ? `its last will says ${word.slice(0, 40)}`
        : `"${note.topic}" told that it would sleep`,
    };
  },
  // What a device can do is no measurement: `"bat":0` says that it has no battery.
  fieldKind: (_path, topic) => isDiscovery(topic.segments) ? "ignored" : null,
  // A distance of none is one that is too far.
  isLostBlank: (path, { segments }) => segments.at(-1) === "SENSOR" && leafOf(path) !== "distance",
  restarts: (topic) =>
    topic.segments.at(-1) === "INFO1" ? topic.live.map((reading) => reading.sample) : [],
  signalScale(path, topic) {
    // RSSI is a percentage here; Signal beside it is in dBm.
    return leafOf(path) === "rssi" && /(^|\.)wifi\.[^.]*$/i.test(path) && isStatus(topic)
      ? { weakAt: 20, unit: " %" }
      : null;
  },
};

const PREFIXES = ["tele", "stat", "cmnd"];

/** `{"Info3":{"RestartReason":"Hardware Watchdog"}}`, which it sends when it starts and at no other time. */
function unwantedStart(value: JsonObject): Trouble | null {
  const info = isObject(value["Info3"]) ? value["Info3"] : value;
  const told = info["RestartReason"];
  // After a crash it is what was left of the program: `{"Exception":29,"Reason":"Exception","EPC":[…]}`.
  const reason = isObject(told)
    ? [textAt(told, "Reason") ?? "Exception", told["Exception"] ?? ""].join(" ").trim()
    : String(told ?? "");
  return /exception|watchdog|wdt|panic|brown/i.test(reason)
    ? { level: "warning", kind: `restarted: ${reason.slice(0, 80)}` }
    : null;
}

/** States of the Zigbee coordinator in which it gave up (`xdrv_23_zigbee`: an unsupported version, and aborted). */
const ZIGBEE_GAVE_UP = [98, 99];
/** What Zigbee's security sensors (IAS zones) are called after what they are there to find. */
const FOUND_BY_ZONE = ["Fire", "Water", "CO", "Gas", "Panic", "Tamper"];
/** What it answers to a command that it does not know, or cannot read, or that names a Zigbee device that it does not have. */
const REFUSED =
  /^(?:Error|Unknown(?: (?:device|attribute|cluster))?|Failed|Unsupported(?: value)?|(?:Invalid|Missing) (?:JSON|RawData|parameters?|device|endpoint|group|cluster))$/;

function troubleInResult(value: JsonObject, topic: TopicView): Trouble | null | undefined {
  const state = value["ZbState"];
  if (isObject(state)) {
    return ZIGBEE_GAVE_UP.includes(Number(state["Status"]))
      ? { level: "error", kind: `Zigbee: ${textAt(state, "Message") ?? "aborted"}`.slice(0, 120) }
      : null;
  }
  const heard = value["ZbReceived"];
  if (isObject(heard)) {
    for (const [address, told] of Object.entries(heard)) {
      const found = isObject(told) && FOUND_BY_ZONE.find((one) => told[one] === 1);
      if (!isObject(told) || !found || isOverSince(address, { found, topic })) continue;
      return { level: "error", kind: `${textAt(told, "Name") ?? address}: ${found}`.slice(0, 120) };
    }
    return undefined;
  }
  const unsent = Object.entries(value).find(([key, said]) =>
    /^Zb[A-Z]/.test(key) && isObject(said) && said["StatusMessage"] !== undefined &&
    typeof said["Status"] === "number" && said["Status"] !== 0
  );
  if (unsent !== undefined && isObject(unsent[1])) {
    const [key, { Status, StatusMessage }] = unsent;
    return { level: "error", kind: `${key}: status ${Status} ${StatusMessage}`.slice(0, 120) };
  }
  const [refused] = Object.entries(value).filter(([, said]) =>
    typeof said === "string" && REFUSED.test(said)
  );
  return refused === undefined || topic.role !== "reply"
    ? undefined
    : { level: "warning", kind: `${refused[0].slice(0, 40)}: ${refused[1]}` };
}

/** Whether the sensor of that address told later that what it had found is gone. */
function isOverSince(
  address: string,
  { found, topic }: { found: string; topic: TopicView },
): boolean {
  const last = topic.readings.findLast(({ fields }) =>
    fields.has(`ZbReceived.${address}.${found}`)
  );
  return last?.fields.get(`ZbReceived.${address}.${found}`) === 0;
}

function isDiscovery(segments: readonly string[]): boolean {
  return segments.length === 4 && segments[0] === "tasmota" && segments[1] === "discovery" &&
    (segments[3] === "config" || segments[3] === "sensors");
}

/** `stat/<topic>/STATUS` tells what people call the device. */
function isNaming(segments: readonly string[]): boolean {
  return segments.length >= 3 && segments.includes("stat") &&
    /^STATUS0?$/.test(segments.at(-1) ?? "");
}

/** The trees of a device that answers with the name that was asked for. */
function learnNames({ value, segments }: Document, identity: DeviceIdentity): boolean {
  const status = isObject(value) ? value["Status"] : null;
  if (!isObject(status)) return false;
  const name = textAt(status, "DeviceName");
  const names = [name, ...textsIn(status["FriendlyName"])];
  if (!names.some((text) => text !== undefined && identity.isNamed(text))) return false;
  identity.conventions.add("tasmota");
  identity.name ??= name;
  const at = segments.indexOf("stat");
  for (const prefix of PREFIXES) {
    identity.addTree(segments.with(at, prefix).slice(0, -1).join("/").slice(0, LONGEST_TREE));
  }
  return true;
}

function isStatus(topic: TopicView): boolean {
  return /^(STATE|STATUS\d*)$/.test(topic.segments.at(-1) ?? "");
}

/** The topic of a command's answer; null where the command's is no topic for commands. */
function statTopic(segments: readonly string[], last: string): string | null {
  const at = segments.indexOf("cmnd");
  if (at < 0 || segments.length < 3) return null;
  const device = segments.filter((_, i) => i !== at).slice(0, -1);
  return [...(at === 0 ? ["stat", ...device] : [...device, "stat"]), last].join("/");
}

/** `STATUS` with payload 5 answers on `STATUS5`, with none on `STATUS`, with 0 on all of them; all else on `RESULT`. */
function answerOf(command: string, payload: JsonValue): string {
  if (!/^status$/i.test(command)) return "RESULT";
  const page = String(payload ?? "").trim();
  return /^[1-9]\d?$/.test(page) ? `STATUS${page}` : "STATUS";
}

import { misspeltTopics } from "../findings/documents/misspelt_topics.ts";
import { notAmongOptions } from "../findings/documents/not_among_options.ts";
import { rejectedDocuments } from "../findings/documents/rejected_documents.ts";
import type { Finding } from "../finding_shape.ts";
import { someOf } from "../evidence.ts";
import type { DeviceIdentity, DiscoveryRecord, ProblemState } from "../naming/identity.ts";
import { troubleOfClass } from "../reading/device_classes.ts";
import { isObject, type JsonObject, numberAt, textAt, textsIn } from "../reading/json.ts";
import { looksUnique, normalizeName } from "../naming/names.ts";
import type { DeviceView } from "../reading/view.ts";
import type { Family, Statement, TopicRole } from "./family.ts";
import { pathIn, wholeTopic } from "../reading/templates.ts";

const COMPONENTS = new Set(
  ("alarm_control_panel binary_sensor button camera climate cover date datetime device device_automation " +
    "device_tracker event fan humidifier image lawn_mower light lock notify number scene select sensor " +
    "media_player siren switch tag text time todo update vacuum valve water_heater").split(" "),
);

/** Home Assistant MQTT discovery: `<prefix>/<component>/[<node>/]<object>/config`. */
export const homeAssistant: Family<"home_assistant"> = {
  name: "home_assistant",
  title: "Home Assistant discovery",
  describesOthers: true,
  filters: ["homeassistant/#"],
  isDocument(segments) {
    const n = segments.length;
    return n >= 4 && segments[n - 1] === "config" &&
      (COMPONENTS.has(segments[n - 3]) || COMPONENTS.has(segments[n - 4]));
  },
  learn(document, identity) {
    const known = identity.discovery.get(document.topic);
    if (document.empty) {
      if (known === undefined) return false;
      known.withdrawn = true;
      return true;
    }
    const objectIds = document.segments.slice(-3, -1);
    if (!isObject(document.value)) {
      return known !== undefined || identity.owns(document.topic) ||
        objectIds.some((id) => beginsWithId(id, identity));
    }
    const read = readDocument(document.value);
    const mine = known !== undefined ||
      [...read.ids, ...read.names, ...objectIds].some((id) => identity.isNamed(id)) ||
      [...read.stateTopics, ...read.commandTopics]
        .some((topic) => identity.owns(topic) && !isBridgeTopic(topic)) ||
      // Devices with ids of their own may share the availability of what connects them.
      read.availabilityTopics.some((topic) =>
        !isBridgeTopic(topic) &&
        (read.ids.length === 0 ? identity.owns(topic) : identity.bears(topic))
      );
    if (!mine) {
      if (isOneEntity(read, identity)) {
        identity.conventions.add("home_assistant");
        identity.name ??= read.own;
        for (const topic of read.stateTopics) identity.addTopic(topic, null);
        for (const topic of read.availabilityTopics) identity.addTopic(topic, "bridge");
        learnCommands(read, identity);
        return true;
      }
      for (const name of read.names) identity.addOther(name, document.topic);
      for (const topic of read.stateTopics) identity.addOtherTopic(topic);
      return false;
    }
    if (known === undefined && identity.discovery.size >= 200) return true;
    const record: DiscoveryRecord = known ?? {
      topic: document.topic,
      retained: 0,
      live: 0,
      firstLiveAt: null,
      withdrawn: false,
      stateTopics: [],
      availabilityTopics: [],
      neededTopics: [],
      expireAfterS: null,
      name: undefined,
      ids: [],
    };
    record.withdrawn = false;
    record.stateTopics = read.stateTopics;
    record.availabilityTopics = read.availabilityTopics;
    record.neededTopics = read.neededTopics;
    record.expireAfterS = read.expireAfterS;
    record.name = read.names[0];
    record.ids = read.ids.map(normalizeName);
    if (document.retain) record.retained++;
    else {
      record.live++;
      record.firstLiveAt ??= document.at;
    }
    identity.discovery.set(document.topic, record);
    identity.conventions.add("home_assistant");
    for (const id of read.ids) identity.addId(id);
    identity.name ??= read.names[0];
    identity.model ??= read.model;
    if (read.expireAfterS !== null) {
      identity.expireAfterS = Math.max(identity.expireAfterS ?? 0, read.expireAfterS);
    }
    for (const topic of read.stateTopics) {
      identity.addTopic(topic, null);
      for (const tree of treesOfOrders(topic, read.ids)) identity.addTree(tree);
    }
    for (const topic of read.availabilityTopics) {
      identity.addTopic(topic, isBridgeTopic(topic) ? "bridge" : "availability");
    }
    for (const { topic, text, statement } of read.words) {
      identity.addStatement(topic, text, statement);
    }
    for (const { topic, text } of read.calm) identity.addCalm(topic, text);
    for (const problem of read.problems) {
      const isKnown = identity.problems.some((one) =>
        one.topic === problem.topic && one.path === problem.path
      );
      if (!isKnown && identity.problems.length < 100) identity.problems.push(problem);
    }
    learnCommands(read, identity);
    return true;
  },
  ownFindings: (view) => [
    ...illegalTopics(view),
    ...rejectedDocuments(view),
    ...notAmongOptions(view),
    ...misspeltTopics(view),
  ],
  roleOf(segments, identity): TopicRole | null {
    return identity.discovery.has(segments.join("/")) || this.isDocument?.(segments) === true
      ? "discovery"
      : null;
  },
};

const TELLS = /^(?:device|state|status|stat|tele)$/;
const ORDERS = ["control", "command", "cmd", "set"];

/** Where a device is told what to do that tells on `x/device/009b08a57f10/data`: the level is the end of an id of its own. */
function treesOfOrders(topic: string, ids: readonly string[]): string[] {
  const levels = topic.split("/");
  const at = levels.findIndex((level, i) => {
    const id = normalizeName(levels[i + 1] ?? "");
    return TELLS.test(level) && looksUnique(id) &&
      ids.some((one) => normalizeName(one).endsWith(id));
  });
  return at < 1
    ? []
    : ORDERS.map((word) => [...levels.slice(0, at), word, levels[at + 1]].join("/"));
}

/** Whether an id such as `GT-WT02-1-4-battery_ok` begins with one by which other documents know the device: what broke tells none itself. */
function beginsWithId(objectId: string, { discovery }: DeviceIdentity): boolean {
  const known = new Set(discovery.values().flatMap(({ ids }) => ids));
  return known.size > 0 && [...`${objectId.slice(0, LONGEST_ID)}-`.matchAll(/[^\p{L}\p{N}]/gu)]
    .some(({ index }) => known.has(normalizeName(objectId.slice(0, index))));
}

const LONGEST_ID = 120;

/** What it is commanded on, and where it tells what became of that. */
function learnCommands(read: DiscoveryContent, identity: DeviceIdentity): void {
  for (const topic of read.commandTopics) {
    identity.addTopic(topic, "command");
    for (const reply of read.stateTopics) identity.addReply(topic, reply);
  }
  for (const { command, topic, path } of read.effects) {
    if (identity.effects.size < 500) identity.effects.set(command, { topic, path });
  }
}

/** Names of entities that nearly every device has one of. */
const COMMON_NAMES =
  /^(temperature|humidity|battery|power|energy|voltage|current|frequency|state|status|signal|rssi|lqi|uptime|illuminance|motion|contact|door|window|occupancy|presence|pressure|co2|update|restart|identify|lights?|switch|position|mode|errors?|problem|alarms?|wifi|firmware|version|fan|heating|water|volume|connectivity|available)/;

/** Whether a sensor is called what was asked for, at a panel or a gateway that has another name. */
function isOneEntity(read: DiscoveryContent, identity: DeviceIdentity): boolean {
  const { own } = read;
  return own !== undefined && !identity.isFilter && read.names.length > 0 &&
    read.names[0] !== own && read.stateTopics.length > 0 && identity.isNamed(own) &&
    (!COMMON_NAMES.test(normalizeName(own)) ||
      // A name of several words is no common one where it is switched: `Wifi Guest`.
      read.commandTopics.length > 0 && own.trim().includes(" "));
}

/** Home Assistant's MQTT discovery: node and object ids are `[a-zA-Z0-9_-]+`; others are ignored. */
function illegalTopics(view: DeviceView): Finding[] {
  const illegal = view.topics.filter(({ segments, role }) =>
    role === "discovery" && segments.at(-1) === "config" && segments.length >= 4 &&
    idsOf(segments).some((id) => !/^[\w-]+$/.test(id))
  );
  const first = illegal[0];
  if (first === undefined) return [];
  const id = idsOf(first.segments).find((one) => !/^[\w-]+$/.test(one)) ?? "";
  return [{
    severity: "warning",
    code: "discovery_not_retained",
    title: `Home Assistant ignores the discovery topic "${first.topic.slice(0, 120)}": "${
      id.slice(0, 60)
    }" has characters that are not allowed`,
    evidence: {
      summary: `${illegal.length} discovery ${
        illegal.length === 1 ? "topic has" : "topics have"
      } an id with other characters than a-z, A-Z, 0-9, _ and -`,
      messages: someOf(illegal.flatMap((topic) => topic.readings.slice(-1)).map((r) => r.sample)),
    },
    suggestion:
      "Publish the document under an id of letters a-z, digits, _ and - (no umlauts, dots, spaces), and clear the old topic; names for people belong in the document.",
  }];
}

function idsOf(segments: readonly string[]): readonly string[] {
  const at = segments.findLastIndex((segment) => COMPONENTS.has(segment));
  return segments.slice(at + 1, -1);
}

/** What a discovery document says, abbreviations resolved. */
interface DiscoveryContent {
  ids: string[];
  names: string[];
  /** What the entity itself is called, which may be no name of the device's. */
  own: string | undefined;
  model: string | undefined;
  stateTopics: string[];
  availabilityTopics: string[];
  neededTopics: string[];
  commandTopics: string[];
  /** Where what is set on a command topic is told, where the template is plain enough to be read. */
  effects: { command: string; topic: string; path: string }[];
  /** What payloads of availability topics mean, where the document says so. */
  words: { topic: string; text: string; statement: Statement }[];
  /** Payloads of state topics that mean off. */
  calm: { topic: string; text: string }[];
  /** States whose class is a problem, where the template is plain enough to be read. */
  problems: ProblemState[];
  expireAfterS: number | null;
}

function readDocument(value: JsonObject): DiscoveryContent {
  const content: DiscoveryContent = {
    ids: [],
    names: [],
    own: undefined,
    model: undefined,
    stateTopics: [],
    availabilityTopics: [],
    neededTopics: [],
    commandTopics: [],
    effects: [],
    words: [],
    calm: [],
    problems: [],
    expireAfterS: null,
  };
  const device = value["device"] ?? value["dev"];
  if (isObject(device)) {
    content.ids.push(...textsIn(device["identifiers"] ?? device["ids"]));
    for (const connection of asArray(device["connections"] ?? device["cns"])) {
      if (Array.isArray(connection) && typeof connection[1] === "string") {
        content.ids.push(connection[1]);
      }
    }
    const name = textAt(device, "name");
    if (name !== undefined) content.names.push(name);
    content.model = textAt(device, "model", "mdl");
  }
  const uniqueId = textAt(value, "unique_id", "uniq_id");
  if (uniqueId !== undefined && content.ids.length === 0) content.ids.push(uniqueId);
  const own = textAt(value, "name");
  content.own = own;
  if (own !== undefined && content.names.length === 0) content.names.push(own);
  readTopics(value, textAt(value, "~") ?? "", content);
  const components = value["components"] ?? value["cmps"];
  if (isObject(components)) {
    for (const component of Object.values(components).slice(0, 100)) {
      if (isObject(component)) readTopics(component, textAt(value, "~") ?? "", content);
    }
  }
  return content;
}

function readTopics(value: JsonObject, base: string, content: DiscoveryContent): void {
  const whole = (topic: string) => wholeTopic(topic, base);
  const mode = textAt(value, "availability_mode", "avty_mode");
  const listed = asArray(value["availability"] ?? value["avty"] ?? []).length;
  for (const [key, item] of Object.entries(value)) {
    if (key === "availability" || key === "avty") {
      for (const entry of asArray(item)) {
        const topic = isObject(entry) ? textAt(entry, "topic", "t") : undefined;
        if (topic === undefined || !isObject(entry)) continue;
        push(content.availabilityTopics, whole(topic));
        if (mode === "all" || listed === 1) push(content.neededTopics, whole(topic));
        readWords(entry, whole(topic), content);
      }
      continue;
    }
    if (typeof item !== "string" || item === "") continue;
    if (key === "availability_topic" || key === "avty_t") {
      push(content.availabilityTopics, whole(item));
      push(content.neededTopics, whole(item));
      readWords(value, whole(item), content);
    } else if (key.endsWith("_topic") || key.endsWith("_t") || key === "topic" || key === "t") {
      if (!/(^|_)(command|cmd|set)(_|$)/.test(key)) push(content.stateTopics, whole(item));
      else {
        push(content.commandTopics, whole(item));
        const effect = effectOf(key, value);
        if (effect !== null && content.effects.length < 100) {
          content.effects.push({ command: whole(item), ...effect, topic: whole(effect.topic) });
        }
      }
    }
  }
  const off = value["state_off"] ?? value["stat_off"] ?? value["payload_off"] ?? value["pl_off"];
  const state = textAt(value, "state_topic", "stat_t");
  const isBare = value["value_template"] === undefined && value["val_tpl"] === undefined;
  if (state !== undefined && isBare && (typeof off === "string" || typeof off === "number")) {
    if (content.calm.length < 100) content.calm.push({ topic: whole(state), text: String(off) });
  }
  const problem = state === undefined ? null : problemIn(value, whole(state));
  if (problem !== null && content.problems.length < 100) content.problems.push(problem);
  const expireAfter = numberAt(value, "expire_after", "exp_aft");
  if (expireAfter !== undefined && expireAfter > 0) {
    content.expireAfterS = Math.max(content.expireAfterS ?? 0, expireAfter);
  }
}

/** Where the state stands that a key's topic sets: `temperature_state_topic` beside `temperature_command_topic`. */
function effectOf(key: string, value: JsonObject): { topic: string; path: string } | null {
  const of = /^(\w{0,40}?)(?:command_topic|cmd_t)$/.exec(key)?.[1];
  const [topic, template] = of !== undefined
    ? [
      textAt(value, `${of}state_topic`, `${of}stat_t`),
      textAt(
        value,
        ...["state_template", "stat_tpl", "value_template", "val_tpl"].map((end) => of + end),
      ),
    ]
    : [
      textAt(value, "position_topic", "pos_t"),
      textAt(value, "position_template", "pos_tpl"),
    ];
  const path = pathIn(template);
  return topic === undefined || path === null ? null : { topic, path };
}

/** Connections that nobody need have, and those of people and what they carry. */
const OPTIONAL =
  /cloud|remote|server|internet|mqtt|wi-?fi|ble|bluetooth|phone|tablet|laptop|person|people|presence|guest|vpn|ping|client|tracker|vehicle|car|plug|cable|account|home/i;

/** A state of the classes that say of the device itself that something is wrong. */
function problemIn(value: JsonObject, topic: string): ProblemState | null {
  const told = textAt(value, "device_class", "dev_cla") ?? "";
  const called = `${topic} ${textAt(value, "name") ?? ""}`;
  const isLink = told === "connectivity" && !OPTIONAL.test(called);
  const trouble = troubleOfClass(told, called);
  // A lock's document may say by which word it tells that it is jammed.
  const jammed = textAt(value, "state_jammed", "stat_jam");
  if (trouble === null && !isLink && jammed === undefined) return null;
  // A sensor's battery is percent; a binary one has no unit.
  const unit = textAt(value, "unit_of_measurement", "unit_of_meas");
  if (unit !== undefined && (unit !== "%" || trouble !== "battery")) return null;
  const kind = isLink ? "connection" : unit === "%" ? "charge" : trouble ?? "problem";
  const template = textAt(value, "value_template", "val_tpl");
  const path = pathIn(template);
  if (path === null) return null;
  const on = isLink
    ? value["payload_off"] ?? value["pl_off"] ?? "OFF"
    : jammed ?? value["payload_on"] ?? value["pl_on"] ?? "ON";
  if (typeof on === "object") return null;
  const name = `${textAt(value, "name") ?? path}${jammed === undefined ? "" : " is jammed"}`;
  return {
    topic,
    path,
    on: String(on).toLowerCase(),
    kind,
    name: name.slice(0, 80),
  };
}

function readWords(value: JsonObject, topic: string, content: DiscoveryContent): void {
  const here = textAt(value, "payload_available", "pl_avail");
  const gone = textAt(value, "payload_not_available", "pl_not_avail");
  if (here !== undefined) content.words.push({ topic, text: here, statement: "online" });
  if (gone !== undefined) content.words.push({ topic, text: gone, statement: "offline" });
}

function push(topics: string[], topic: string): void {
  if (!topics.includes(topic) && topics.length < 100) topics.push(topic);
}

function asArray<T>(value: T | T[] | undefined): T[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** The state of what connects many devices is no device's own. */
function isBridgeTopic(topic: string): boolean {
  return /(^|\/)bridge\/(state|status|availability)$/i.test(topic);
}

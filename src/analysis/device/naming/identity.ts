import type { ClassTrouble } from "../reading/device_classes.ts";
import { isBelow, matchesFilter } from "../../../mqtt/topic.ts";
import type { JsonValue } from "../../../payload/payload.ts";
import type { Statement, TopicRole } from "../families/family.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { isObject, type JsonObject, valueAt } from "../reading/json.ts";
import {
  isNodeNumber,
  isOwnId,
  isTail,
  isThingsName,
  isTopicFilter,
  looksUnique,
  NAME_KEYS,
  normalizeName,
  sortedWords,
  UUID,
} from "./names.ts";

const decoder = new TextDecoder();

/** A Home Assistant discovery document of the device. */
export interface DiscoveryRecord {
  readonly topic: string;
  retained: number;
  live: number;
  firstLiveAt: number | null;
  /** The latest one was empty: the document was withdrawn. */
  withdrawn: boolean;
  stateTopics: string[];
  availabilityTopics: string[];
  /** Those of them without which what it describes is not available, whatever the others say. */
  neededTopics: string[];
  expireAfterS: number | null;
  name: string | undefined;
  /** Identifiers of its `device`, normalised. */
  ids: string[];
}

/**
 * A payload, or a field of it, that a document calls a problem, and the value that means there is one; of the kind
 * `charge` it is a battery's percentage.
 */
export interface ProblemState {
  readonly topic: string;
  /** Path of the field; empty for the payload itself. */
  readonly path: string;
  /** In lower case. */
  readonly on: string;
  readonly kind: ClassTrouble | "charge" | "connection";
  readonly name: string;
}

/** A level that may be an id: four signs or more, figures among them. */
const ID_LEVEL = /^(?=.*\d)[\w:-]{4,64}$/;

/** Keys under which a payload names the device it speaks of. */
const ID_KEYS = new Set([
  ...NAME_KEYS,
  "d",
  "device",
  "deviceid",
  "devid",
  "dev",
  "id",
  "node",
  "nodeid",
  "sensor",
  "sensorid",
  "sensorname",
  "serial",
  "serialnumber",
  "sn",
  "mac",
  "macaddress",
  "src",
  "source",
  "thing",
  "thingid",
  "componentid",
  "clientid",
  "registrationid",
  "externalid",
  "unit",
  "unitid",
  "asset",
  "assetid",
  "machine",
  "machineid",
  "ieeeaddress",
  "ieeeaddr",
  "host",
  "deveui",
  "hardwareid",
  "eui",
  "siteid",
  "hwid",
  "enddeviceid",
  "uid",
  "uuid",
  "tag",
  "station",
  "instance",
  "vehicleid",
  "printerid",
  "trackerid",
  "robotid",
  "idmachine",
  "iddevice",
  "idsensor",
  "idnode",
  "idwasp",
  "board",
  "boardid",
  "rtuid",
  "busid",
  "imei",
  "label",
  "equipment",
  "equipmentid",
  "invserial",
  "inverterserial",
  "inverterserialnumber",
  "invertersn",
  "deviceserial",
  "deviceserialnumber",
  "devicesn",
  "meterserial",
  "meterserialnumber",
  "meterid",
  "serialno",
  "serialnr",
  "batteryid",
  "chargerid",
  "inverterid",
  "dispositivo",
  "dispositivoid",
  "iddispositivo",
  "equipo",
  "equipoid",
  "idequipo",
  "idsensore",
  "sensoreid",
  "appareil",
  "idappareil",
  "appareilid",
  "capteur",
  "idcapteur",
  "capteurid",
  "geraet",
  "gerat",
  "geraeteid",
  "geraetid",
  "apparaat",
  "apparaatid",
  "urzadzenieid",
  "idurzadzenia",
  "pumpid",
]);

/** The kinds of what Home Assistant shows, and the name of one of them by what it tells of a device. */
const ENTITIES =
  /^(?:sensor|binary_sensor|switch|number|select|button|update|device_tracker|event|text)$/;
const ENTITY =
  /^([a-z\d_]{3,60}?)_(?:battery(?:_(?:level|low|state|voltage))?|contact|door|window|opening|temperature|humidity|linkquality|lqi|signal(?:_strength)?|rssi|last_seen|power|energy|current|voltage|motion|occupancy|presence|illuminance|pressure|tamper|status|update|firmware|action|moisture|soil_moisture|water_leak|smoke|vibration|carbon_dioxide|co2|uptime|problem|connectivity)$/;

/**
 * What is known of the device asked for: the name or filter, what documents added to it, and
 * which topics are its own. Grows while listening; `revision` says when it did.
 */
export class DeviceIdentity {
  readonly deviceId: string;
  readonly isFilter: boolean;
  /** Counts up whenever a topic that was a stranger's may now be the device's. */
  revision = 0;
  /** Names of the families that its documents and topics show. */
  readonly conventions = new Set<string>();
  readonly discovery = new Map<string, DiscoveryRecord>();
  /** What a person calls it. */
  name: string | undefined;
  model: string | undefined;
  /** Seconds after which the device itself counts as gone; from documents. */
  expireAfterS: number | null = null;
  /** Which topics answer which command topic. */
  readonly replies = new Map<string, Set<string>>();
  /** Where documents say that what a command topic sets is told: on which topic, and by which path in its messages. Bounded. */
  readonly effects = new Map<string, { readonly topic: string; readonly path: string }>();
  /** Names of other devices, for suggestions: name → a topic. Bounded. */
  readonly others = new Map<string, string>();
  /** Topics that documents give to other devices. Bounded. */
  readonly otherTopics = new Set<string>();
  /** What documents call problems. Bounded. */
  readonly problems: ProblemState[] = [];
  readonly #wanted: string;
  readonly #words: string;
  readonly #ids = new Set<string>();
  readonly #filters: string[];
  readonly #topics = new Map<string, TopicRole | null>();
  readonly #trees: string[] = [];
  readonly #aliases = new Set<string>();
  readonly #calm = new Map<string, Set<string>>();
  readonly #joinsModel: boolean;
  /** Ids of messages that named the device. Bounded. */
  readonly #asked = new Set<string>();
  readonly #statements = new Map<string, Map<string, Statement>>();

  /** `joinsModel`: a name may be a model with the id beside it. */
  constructor(deviceId: string, o?: { readonly joinsModel: boolean }) {
    this.deviceId = deviceId;
    this.#joinsModel = o?.joinsModel === true;
    this.isFilter = isTopicFilter(deviceId);
    this.#filters = this.isFilter ? ownFilters(deviceId) : [];
    this.#wanted = normalizeName(deviceId);
    this.#words = sortedWords(deviceId.slice(0, 120));
    this.#ids.add(this.#wanted);
  }

  /** True when a name in a document or payload means this device. */
  isNamed(name: string): boolean {
    if (this.#wanted === "") return false;
    const normalized = normalizeName(name);
    if (normalized === "") return false;
    if (this.#ids.has(normalized)) return true;
    // `kitchen lamp` is `Lamp (Kitchen)`.
    if (
      name.length <= 120 && normalized.length === this.#wanted.length &&
      this.#words.includes(" ") && sortedWords(name) === this.#words
    ) return true;
    // A MAC tail such as `A1B2C3` is enough to mean `tasmota_A1B2C3`.
    return isTail(this.#wanted) && normalized.endsWith(this.#wanted);
  }

  /** Whether a level of a topic is an id under which documents know the device, or its figures at the end: `4541` of `ener-4541`. */
  isIdLevel(level: string): boolean {
    if (!ID_LEVEL.test(level)) return false;
    const normalized = normalizeName(level);
    return this.#ids.values().some((id) =>
      id === normalized || /^\d+$/.test(normalized) && id.endsWith(normalized)
    );
  }

  /** Adds another id under which documents know the device. */
  addId(id: string): void {
    if (id.length > 200) return;
    const normalized = normalizeName(id);
    if (normalized.length < 3 || this.#ids.has(normalized) || this.#ids.size >= 64) return;
    this.#ids.add(normalized);
    this.revision++;
  }

  /** Adds a topic that a document names; a role from the document wins over guessing. */
  addTopic(topic: string, role: TopicRole | null): void {
    if (topic === "" || topic.length > 4096) return;
    const known = this.#topics.get(topic);
    if (known !== undefined || this.#topics.has(topic)) {
      if (known === null && role !== null) this.#topics.set(topic, role);
      return;
    }
    if (this.#topics.size >= 2_000) return;
    this.#topics.set(topic, role);
    this.revision++;
  }

  /** Adds a topic and all below it. */
  addTree(prefix: string): void {
    if (prefix === "" || this.#trees.includes(prefix) || this.#trees.length >= 64) return;
    this.#trees.push(prefix);
    this.revision++;
  }

  /** Adds a level that is the device's own wherever it stands. A single word may be anybody's, and is not taken. */
  addLevel(level: string): void {
    if (/[a-z\d][-_][a-z\d]/i.test(level)) this.#addLevel(normalizeName(level));
  }

  /** Says that answers to `command` come on `reply`. */
  addReply(command: string, reply: string): void {
    let replies = this.replies.get(command);
    if (replies === undefined) {
      if (this.replies.size >= 500) return;
      this.replies.set(command, replies = new Set());
    }
    if (replies.size < 8) replies.add(reply);
  }

  /** Remembers another device's name for suggestions. */
  addOther(name: string, topic: string): void {
    if (this.others.size < 3_000 && name.length <= 120 && !this.others.has(name)) {
      this.others.set(name, topic);
    }
  }

  /** Remembers that a topic is another device's. */
  addOtherTopic(topic: string): void {
    if (this.otherTopics.size < 3_000 && topic.length <= 400) this.otherTopics.add(topic);
  }

  /** Says which payload of an availability topic means that the device is there, or gone. */
  addStatement(topic: string, text: string, statement: Statement): void {
    let known = this.#statements.get(topic);
    if (known === undefined) {
      if (this.#statements.size >= 500) return;
      this.#statements.set(topic, known = new Map());
    }
    if (known.size < 8 && text !== "" && text.length <= 200) known.set(text, statement);
  }

  /** Says which payload of a state topic means that nothing is the matter. */
  addCalm(topic: string, text: string): void {
    const known = this.#calm.get(topic);
    if (known !== undefined) known.add(text);
    else if (this.#calm.size < 500 && text.length <= 200) this.#calm.set(topic, new Set([text]));
  }

  /** Whether a document says that this payload means that nothing is the matter. */
  isCalm(topic: string, payload: Uint8Array): boolean {
    const known = this.#calm.get(topic);
    return known !== undefined && payload.length <= 800 && known.has(decoder.decode(payload));
  }

  /** What a document says that a payload of an availability topic means; null where none does. */
  statementFor(topic: string, payload: Uint8Array): Statement | null {
    const known = this.#statements.get(topic);
    if (known === undefined || payload.length > 800) return null;
    return known.get(decoder.decode(payload)) ?? null;
  }

  /** The role a document gave a topic, if any did. */
  roleFromDocuments(topic: string): TopicRole | null {
    return this.#topics.get(topic) ?? null;
  }

  /** True when a topic belongs to the device by its name or by what documents said. */
  owns(topic: string): boolean {
    return this.#topics.has(topic) || this.bears(topic) ||
      // Below what is told stands where it is set.
      topic.endsWith("/set") && this.#topics.has(topic.slice(0, -"/set".length));
  }

  /** True when a topic is the device's by its name, whatever topics documents give it. */
  bears(topic: string): boolean {
    if (this.#trees.some((tree) => isBelow(topic, tree))) return true;
    if (this.isFilter) return this.#filters.some((filter) => matchesFilter(filter, topic));
    return this.ownSegment(topic.split("/")) !== -1 || this.levelsOfFlat(topic) !== null;
  }

  /**
   * The device's name in a topic of one level that joins it with what is told, and the rest: `voltronic` and `Load_watt`,
   * `display_tank` and `ph`. Null for all else.
   */
  levelsOfFlat(topic: string): [name: string, told: string] | null {
    if (this.isFilter || this.#wanted.length < LEAST_IN_FLAT || topic.includes("/")) return null;
    if (topic.length > LONGEST_FLAT || QUANTITY.test(this.#wanted)) return null;
    for (const { index } of topic.matchAll(/(?<=[\p{L}\p{N}])[-_.: ](?=[\p{L}\p{N}])/gu)) {
      const [before, after] = [topic.slice(0, index), topic.slice(index + 1)];
      if (normalizeName(before) === this.#wanted) return [before, after];
      if (this.#words.includes(" ") && normalizeName(after) === this.#wanted) {
        return [after, before];
      }
    }
    return null;
  }

  /** Index of the first topic segment that is the device's name, or −1. */
  ownSegment(segments: readonly string[]): number {
    if (this.#wanted === "" || this.isFilter) return -1;
    // Home Assistant's statestream names each value of a device after it: `ha/sensor/garden_gate_battery/state`.
    const entity = segments.length - 2;
    if (ENTITIES.test(segments[entity - 1] ?? "")) {
      const name = ENTITY.exec(segments[entity] ?? "")?.[1];
      if (name !== undefined && normalizeName(name) === this.#wanted) return entity;
      if (this.#isPartOf(segments[entity - 2] ?? "", segments[entity])) return entity;
    }
    const unique = isTail(this.#wanted);
    for (let i = 0; i < segments.length; i++) {
      let joined = "";
      // A name may be spread over levels: `plant/pump/3` is pump 3 as well.
      for (let j = i; j < Math.min(i + 3, segments.length); j++) {
        const level = normalizeName(segments[j]);
        // A letter between them says which way it goes: `cmd/hall2/X/B3` beside `data/hall2/B3`.
        if (j > i && /^[a-z]$/.test(level) && !this.#wanted.startsWith(joined + level)) continue;
        joined += level;
        if (j === i && this.#aliases.has(joined)) return i;
        if (joined === this.#wanted) return i;
        if (unique && j === i && joined.endsWith(this.#wanted)) return i;
        // `Thermostat:4` is a channel of Thermostat.
        const channel = j === i ? /^(.+):\d{1,2}$/.exec(segments[i]) : null;
        if (channel !== null && normalizeName(channel[1]) === this.#wanted) return i;
        if (joined.length >= this.#wanted.length) break;
      }
    }
    return -1;
  }

  /** Whether a node's entity is of the part of it that was asked for: `brain/sensor/brain_bms_errors/state` of `brain bms`. */
  #isPartOf(node: string, entity: string): boolean {
    const whole = normalizeName(node);
    const isOfNode = whole !== "" && this.#wanted.length > whole.length + 1 &&
      this.#wanted.startsWith(whole) && entity.length <= LONGEST_FLAT;
    return isOfNode && [...entity.matchAll(/[_-]/g)].some(({ index }) => {
      const part = normalizeName(entity.slice(0, index));
      return part === this.#wanted || whole + part === this.#wanted;
    });
  }

  /** True when a JSON payload names the device in a field that holds ids, at most two levels down, or in words, three down; or answers one that did, by its id. */
  isNamedIn(value: JsonValue | undefined): boolean {
    const isList = Array.isArray(value);
    const isNamed = this.#isNamedIn(value, {
      depth: 0,
      looks: { left: isList ? MOST_OF_A_LIST : 80 },
    });
    if (!isNamed && this.#asked.size === 0) return false;
    const request = requestIn(value);
    if (!isNamed) return request !== null && this.#asked.has(request);
    if (request !== null && this.#asked.size < MOST_ASKED) this.#asked.add(request);
    return true;
  }

  /** True when a line of text or a row of a table names the device: `id=12;name=Attic`, or a cell below a heading that names. */
  isNamedInText(text: string): boolean {
    if (this.#wanted.length < 4) return false;
    const lines = text.split(/\r?\n/, MOST_LINES);
    const headings = lines[0].split(CELLS, MOST_CELLS).map(normalizeName);
    return lines.some((line, i) => {
      const cells = line.split(CELLS, MOST_CELLS);
      const [id = "", name = ""] = line.split(/[,;\t|=:]/, 2).map((cell) => cell.trim());
      if (this.#isPaired(id, name)) return true;
      const isRow = i > 0 && cells.length === headings.length;
      const named = cells.some((cell, at) => {
        const end = cell.search(/[=:]/);
        const key = end === -1 ? isRow ? headings[at] : "" : normalizeName(cell.slice(0, end));
        return ID_KEYS.has(key) && this.isNamed(cell.slice(end + 1));
      });
      if (named && isRow) {
        this.#addAliases(Object.fromEntries(cells.map((cell, at) => [headings[at], cell])));
      }
      return named;
    });
  }

  /** Ids beside a name are the device's as well: its topics may bear them. */
  #addAliases(named: JsonObject): void {
    for (const [key, item] of Object.entries(named).slice(0, 60)) {
      if (typeof item !== "string" && typeof item !== "number") continue;
      if (!UNIQUE_KEYS.test(normalizeName(key)) && !isThingsId(key, item)) continue;
      this.#addAlias(normalizeName(String(item)));
    }
  }

  #addAlias(alias: string, least = 4): void {
    if (alias.length >= least && /\d/.test(alias)) this.#addLevel(alias);
  }

  #addLevel(level: string): void {
    const isNew = level !== this.#wanted && !this.#aliases.has(level);
    if (!isNew || level === "" || this.#aliases.size >= 4) return;
    this.#aliases.add(level);
    this.revision++;
  }

  /** Whether a table gives the device's name to an id, or an id to its name: `{"n01": "Attic"}`. */
  #isPaired(key: string, item: JsonValue): boolean {
    if (typeof item !== "string" && typeof item !== "number") return false;
    const [id] = [[key, item], [String(item), key]].flatMap(([one, other]) =>
      TABLE_ID.test(String(one)) && this.isNamed(String(other)) ? [normalizeName(String(one))] : []
    );
    if (id === undefined) return false;
    this.#addAlias(id, 2);
    return true;
  }

  /** Whether words such as `controller 405419896 does not answer` speak of what only one thing is called. */
  #isSpokenOf(key: string, text: string): boolean {
    // `Timeout writing device ahu-3`, `Device read failed: ahu-3`
    const words = /^(?:error|message)$/.test(key) && /\d/.test(this.#wanted)
      ? text.slice(0, 300).split(/[\s'"]+/)
      : [];
    return words.some((word, i) =>
      i > 1 && /^(?:device|node|slave|unit|\w+:)$/i.test(words[i - 1]) && this.isNamed(word)
    ) || /^(?:message|text|description|detail)$/.test(key) && text.length <= 300 &&
        this.#wanted.length >= 8 && looksUnique(this.#wanted) &&
        text.toLowerCase().split(/[^a-z0-9]+/).includes(this.#wanted);
  }

  #isNamedIn(
    value: JsonValue | undefined,
    o: { depth: number; looks: { left: number }; isTable?: boolean },
  ): boolean {
    if (Array.isArray(value)) {
      return value.slice(0, MOST_RECORDS).some((item) => this.#isNamedIn(item, o));
    }
    if (!isObject(value)) return false;
    for (const [written, item] of Object.entries(value)) {
      if (--o.looks.left < 0) return false;
      const key = plainKey(written);
      if (typeof item === "string" || typeof item === "number") {
        // Who asks is not who is asked: {"id": 1, "src": "nodered", "method": "Sys.GetInfo"}.
        const isAsking = key === "src" && valueAt(value, "method") !== undefined &&
          valueAt(value, "id") !== undefined;
        // A receiver's line on a sensor: its model and id, alone or together, are all the name there is.
        const modelId = key === "model" && o.depth === 0
          ? valueAt(value, "id") ?? valueAt(value, "mac")
          : undefined;
        const isId = !isAsking && ID_KEYS.has(normalizeName(key)) ||
          key === "from" && isNodeNumber(item) ||
          /^descr?(?:iption)?$/.test(key) && /\S\s\S/.test(String(item)) || isThingsName(key) ||
          isOwnId(key, o.depth) || isThingsId(key, item) || isKindBesideId(key, value) ||
          modelId !== undefined;
        const isNamed = this.isNamed(String(item)) ||
          this.#joinsModel && modelId !== undefined && this.isNamed(`${item} ${String(modelId)}`);
        if (isId && o.depth < 4 && isNamed) {
          this.#addAliases(value);
          return true;
        }
        if (typeof item === "string" && this.#isSpokenOf(key, item)) return true;
        const container = key === "to" ? containerIn(value) : undefined;
        if (container !== undefined && this.isNamed(container)) return true;
        if (this.#isPaired(written, item)) return true;
      } else if (o.isTable === true && isObject(item) && this.isNamed(written)) {
        return true;
      } else if (
        o.depth < 4 &&
        this.#isNamedIn(item, { depth: o.depth + 1, looks: o.looks, isTable: TABLE.test(key) })
      ) {
        if (looksUnique(normalizeName(key))) this.#addAlias(normalizeName(key));
        // What a node says of itself names it once, all that it sends bears its number.
        const from = valueAt(value, "from");
        if (isNodeNumber(from)) this.addId(String(from));
        return true;
      }
    }
    return false;
  }
}

const MOST_ASKED = 1_000;

/** The id of one message, by which another one answers it. */
function requestIn(value: JsonValue | undefined): string | null {
  if (!isObject(value)) return null;
  for (const [key, item] of Object.entries(value).slice(0, 20)) {
    if (REQUEST_KEYS.test(normalizeName(key)) && typeof item === "string" && UUID.test(item)) {
      return item;
    }
  }
  return null;
}

const REQUEST_KEYS =
  /^(?:uuid|guid|id|(?:req|request|corr|correlation|msg|message|trans|transaction|cmd|command|call|rpc)(?:id|token|key))$/;

/** Topics of one level that join a name with what is told of it; what is measured is no name. */
const LEAST_IN_FLAT = 4;
const LONGEST_FLAT = 120;
const QUANTITY =
  /^(?:temp(?:erature)?s?|humidity|pressure|power|voltage|current|energy|battery|signal|rssi|level|speed|flow|state|status|sensors?|device|system|data|value|alarms?|errors?|home|room|outdoor|indoor)$/;

/** The container that a request of oneM2M writes into: `sensor-1` of `/cse/ae/sensor-1`. */
function containerIn(value: JsonObject): string | undefined {
  const to = valueAt(value, "to");
  const isRequest = ["op", "fr", "rqi"].every((key) => valueAt(value, key) !== undefined);
  return isRequest && typeof to === "string" ? to.slice(0, 300).split("/").at(-1) : undefined;
}

/** What holds objects by the names of the devices that they are of. */
const TABLE = /^(?:sub|child|slave|end)_?(?:device|node|unit)s?(?:_(?:data|values|list|states?))?$/;

/** Whether a key such as `facesluiceId` holds an id as long as only one thing bears. */
function isThingsId(key: string, value: string | number): boolean {
  const id = String(value);
  return /^[a-z_]{4,24}_id$/.test(plainKey(key)) && id.length >= 6 &&
    looksUnique(normalizeName(id)) && !OTHER_IDS.test(normalizeName(key));
}

/** Whether a thing's kind is the key of what it is called, beside its own id: `{"door": "Rear Stores", "serial": "01438820"}`. */
function isKindBesideId(key: string, value: JsonObject): boolean {
  return KIND_KEY.test(key) &&
    Object.keys(value).some((one) => UNIQUE_KEYS.test(normalizeName(one)));
}

const KIND_KEY =
  /^(?:door|gate|lock|reader|camera|pump|valve|tank|fan|motor|light|lamp|blind|shutter|meter|vehicle|truck|boat|robot|printer|press|boiler|charger|lift|elevator|silo|well|barrier)$/;

/** What has an id and is no device. */
const OTHER_IDS =
  /^(?:person|user|record|request|reply|session|message|msg|event|transaction|order|customer|card|correlation|trace|span|job|task|account|tenant|app|application|(?:device)?profile|network|realm|gateway|client|command|packet|frame|parent|group|area|zone|room|product|model|type|class|firmware|build|software|vendor|manufacturer|service|process|program|operator|employee|org|organization|organisation|project|site|building|location)s?id$/;

/** Keys of ids that only one device bears. */
const UNIQUE_KEYS =
  /^(?:uuid|serial|serialnumber|sn|devsn|mac|macaddress|macid|eui|deveui|imei|ieeeaddr(?:ess)?|id|(?:device|dev|node|sensor|hardware|hw)id)$/;
/** An id in a table of names: one word with a digit. */
const TABLE_ID = /^(?=\D{0,20}\d)[\w.-]{2,40}$/;
/** Of a list of devices, or a table of their names. */
const MOST_RECORDS = 64;
const MOST_OF_A_LIST = 400;
const MOST_LINES = 200;
const MOST_CELLS = 40;
const CELLS = /[,;\t|&]/;

/** What a topic filter asked for means: itself, and for a plain topic all below it too. */
function ownFilters(deviceId: string): string[] {
  if (deviceId.endsWith("#")) return [deviceId];
  const bare = deviceId.endsWith("/") ? deviceId.slice(0, -1) : deviceId;
  return [bare, `${bare}/#`];
}

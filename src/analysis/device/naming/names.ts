import { editDistance, isMisspelt } from "../../../edit_distance.ts";
import { plainKey } from "../../../payload/plain_keys.ts";
import { remembering } from "../../../payload/remembered.ts";

/** Keys under which payloads and topics give a device's name, as {@linkcode normalizeName} writes them. */
export const NAME_KEYS: readonly string[] = [
  "name",
  "friendlyname",
  "customname",
  "displayname",
  "devicename",
  "devname",
  "friendlyid",
  "geraetename",
  "bezeichnung",
  "nom",
  "nombre",
  "naam",
  "equipmenttag",
  "assettag",
  "longname",
  "shortname",
  "nickname",
  "hostname",
  "nodename",
  "plantname",
  "title",
  "alias",
  "origin",
  "callsign",
  "call",
  "linkcall",
  "systemname",
  "unitname",
  "metername",
  "roomname",
  "zonename",
  "thingname",
  "objectname",
  "pointname",
  "tagname",
  "cameraid",
  "cameraname",
  "instanceid",
  "vehiclename",
  "printername",
  "trackername",
  "robotname",
  "assetname",
  "equipmentname",
  "plate",
  "licenseplate",
  "licenceplate",
  "numberplate",
  "platenumber",
  "plateno",
  "kennzeichen",
  "immatriculation",
  "matricula",
  "kenteken",
  "targa",
  "plaka",
];

/** What bears a name and is no device. */
const NO_THING =
  /^(?:user|owner|operator|driver|person|people|customer|employee|first|last|family|full|file|path|event|type|class|category|kind|metric|field|param|parameter|signal|channel|variable|property|unit|program|recipe|job|task|mode|scene|network|wifi|ssid|ap|city|country|region|app|service|process|package|model|brand|vendor|product|manufacturer|group|area|site|building|floor|song|track|artist|album|state|status|alarm|error|command|cmd|topic|rule|tenant|company|organi[sz]ation|project|location|place)$/;

/** Whether a key such as `hive_name`, `gatewayName` or, after the type of what it holds, `sName` holds what a thing is called. */
export function isThingsName(key: string): boolean {
  const [, kind] = /^([a-z_]{1,20})_name$/.exec(plainKey(key)) ?? [];
  return kind !== undefined && !kind.split("_").some((word) => NO_THING.test(word));
}

/** Keys of what has an id that tells whose a message is, as makers of many tongues spell their ends. */
const OWN_ID =
  /^(device|dev|gateway|gw|sensor|node|meter|station|unit|machine|equipment|asset|thing|terminal|module|inverter|pump|logger|rtu|plc|board|controller)((?:_[a-z]{2,12}){0,2})_(?:id|uid|in?dent\w{0,8}|code|no|nr|number|serial|label|tag)$/;

/** Whether a key such as `device_developer_id` or `gateway_identity` says whose its message is; below its top it names a gateway that it came through. */
export function isOwnId(key: string, depth: number): boolean {
  if (key.length > 60) return false;
  const [, thing, between = ""] = OWN_ID.exec(plainKey(key).replaceAll(".", "_")) ?? [];
  return thing !== undefined && !(depth > 0 && thing.startsWith("g")) &&
    !between.split("_").some((word) => NO_THING.test(word));
}

/** What a key such as `facesname` calls by its name, `faces`; null where that is no thing, or nothing is called. */
export function thingNamedBy(key: string): string | null {
  const [, kind] = /^([a-z]{2,20})name$/.exec(normalizeName(key)) ?? [];
  return kind === undefined || NO_THING.test(kind) ? null : kind;
}

/** Whether a text means topics: it has levels, or is a wildcard. `Dryer #2`, `PHAi#1` and `SmartSolar MPPT 150/35` are names. */
export function isTopicFilter(text: string): boolean {
  return text.includes("/") && !isRating(text) || text === "#" || text === "+";
}

/** A model by its figures, which slashes part: `MultiPlus-II 48/3000/35-32`. */
function isRating(text: string): boolean {
  const [name = "", ...figures] = text.split("/");
  return /\s\S*\d$/.test(name) && figures.length <= 2 &&
    figures.every((part) => /^\d{1,5}(?:-\d{1,4})?$/.test(part));
}

/**
 * A name as people mean it: lower case, without separators. `pump 3`, `pump-3`, `Pump_3` and
 * `PUMP3` are the same; so are `00:15:8D:AA` and `0x00158daa`.
 */
export const normalizeName: (name: string) => string = remembering((name) => {
  const bare = isAscii(name)
    ? name.toLowerCase().replace(/[^a-z0-9]+/g, "")
    : folded(name).replace(/[^\p{L}\p{N}]+/gu, "");
  return /^0x[0-9a-f]{6,}$/.test(bare) ? bare.slice(2) : bare;
});

/** Letters that stand for two, as people write them without. */
export const UMLAUTS: Readonly<Record<string, string>> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  å: "aa",
  æ: "ae",
  ø: "oe",
  œ: "oe",
  ß: "ss",
};

/** Nearly all names are, and what Unicode asks for takes many times as long. */
function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** Lower case, umlauts as two letters, other accents left out: `Zähler` is `zaehler`. */
export function folded(name: string, letters = UMLAUTS): string {
  if (isAscii(name)) return name.toLowerCase();
  return name.normalize("NFKC").toLowerCase().replace(
    /[äöüåæøœßł]/g,
    (letter) => letters[letter] ?? letter,
  )
    .normalize("NFD").replace(/\p{M}+/gu, "").normalize("NFC");
}

/** The words of a name in alphabetical order, so that `kitchen lamp` is `Lamp (Kitchen)`. */
export function sortedWords(name: string): string {
  return wordsOf(name).toSorted().join(" ");
}

/** What people add to a device's name to say what it is, or where; no name need hold them. */
const FILLERS = new Set(
  ("a an the my our of in on at for and plug socket outlet switch sensor light lights lamp bulb valve door " +
    "opener meter thermostat pump inverter charger machine device station camera cam monitor detector " +
    "controller unit gateway bridge hub box node module relay button remote robot mower printer car phone " +
    "display clock doorbell bell 3d panel system probe tracker tag receiver repeater server computer pc plc panel fan heater boiler radiator " +
    "der die das den dem mein meine unser unsere von im am und stecker steckdose schalter sensor fuehler " +
    "licht lampe leuchte ventil tuer tor zaehler thermostat pumpe wechselrichter ladestation wallbox " +
    "maschine geraet station kamera melder steuerung anlage heizung kessel roboter drucker auto handy uhr " +
    "thermometer thermometre thermometro termometro hygrometer barometer " +
    "waermepumpe luefter klingel tuerklingel battery akku batterie speicher shade blind curtain rollladen rolladen jalousie tank modul")
    .split(" "),
);

/** The words of a name, which of them it cannot be found without, and which tell it by themselves. */
export function tellingWords(
  name: string,
): { all: string[]; telling: string[]; strong: ReadonlySet<string> } {
  // What is measured tells no device from another, and its figures are no numbers of devices.
  const plain = name.slice(0, 120).replace(
    /\b(co2|no2|o3|pm ?\d+(\.\d+)?|t?voc|air quality)\b/gi,
    " ",
  );
  const all = [...new Set(wordsOf(plain))];
  const telling = all.filter((word) => !FILLERS.has(word));
  // A number alone is no name: "boiler 7" is known by both its words.
  const strong = (words: string[]) => new Set(words.filter((word) => !/^\p{N}{1,3}$/u.test(word)));
  return strong(telling).size === 0
    ? { all, telling: all, strong: strong(all) }
    : { all, telling, strong: strong(telling) };
}

/** Whether a word is only added to a name to say what the thing is, or where. */
export function isFiller(word: string): boolean {
  return FILLERS.has(word);
}

/** Words of three letters and less are in other words by chance. */
const LEAST_PART = 4;
const LEAST_NUMBER = 3;
const MOST_SPLIT = 5;

/**
 * Whether a text holds a word: as a word, as part of a compound (`sprinkler` in `opensprinkler`), the
 * other way round (`Kaltwasser` for `kaltwasserzaehler`), or misspelt by one letter.
 */
export function holdsWord(text: { words: readonly string[]; bare: string }, word: string): boolean {
  if (text.words.includes(word)) return true;
  if (/^\p{N}+$/u.test(word)) {
    // `PIP5048GK` is called 5048 too, and 34119102 by its end.
    return word.length >= LEAST_NUMBER &&
      text.words.some((own) =>
        own.startsWith(word) && /^\p{L}/u.test(own.slice(word.length)) ||
        word.length >= LEAST_PART && own.endsWith(word) && LONG_NUMBER.test(own)
      );
  }
  if (word.length >= LEAST_PART && text.bare.includes(word)) {
    // Not across words by chance: there are no powerwalls in `powerwall/site`.
    const isThere = text.words.some((own, at) =>
      own.includes(word) || text.words.slice(at, at + MOST_SPLIT).join("").startsWith(word)
    );
    if (isThere) return true;
  }
  return text.words.some((own) =>
    own.length > LEAST_PART && !FILLERS.has(own) &&
    (word.startsWith(own) && FILLERS.has(word.slice(own.length)) ||
      word.length > LEAST_PART && own[0] === word[0] && !/\d/.test(word) &&
        isMisspelt(own, word))
  );
}

/** A serial number, and no measurement, year or port. */
const LONG_NUMBER = /^\d{7,24}$/;

/** A text taken apart for {@linkcode holdsWord}. */
export function takenApart(text: string): { words: readonly string[]; bare: string } {
  const words = wordsOf(text.slice(0, 300));
  return { words, bare: words.join("") };
}

/** The words of a name: split at separators, at case changes and between letters and digits, ids left whole. */
export const wordsOf: (name: string) => readonly string[] = remembering(
  (name) =>
    folded(name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")).split(/[^\p{L}\p{N}]+/u)
      .flatMap((part) => isWholeId(part) ? [part] : part.split(/(?<=\p{L})(?=\p{N})/u))
      .filter((word) => word !== ""),
);

/** `f3b1c2` is no device 1 or 2. */
function isWholeId(part: string): boolean {
  return /^[0-9a-f]{4,}$/.test(part) && /\d[a-f]/.test(part);
}

/** True for what only one device bears: six or more hex digits with a digit among them. */
export function looksUnique(normalized: string): boolean {
  return /^[0-9a-f]{6,}$/.test(normalized) && /[0-9]/.test(normalized);
}

/** Whether a text may be the end of an id by which people call its device: `a1b2c3`, `d4hj3k`. */
export function isTail(normalized: string): boolean {
  return looksUnique(normalized) ||
    /^[0-9a-z]{6,}$/.test(normalized) && /\d[a-z]/.test(normalized) &&
      /[a-z]\d/.test(normalized);
}

/** What tells one message, or one thing, from all others that there are. */
export const UUID: RegExp = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const LONGEST_ID = 64;

/** An id at its end as only devices have: six hex digits or more, letters and figures among them. */
export function bearsUniqueId(name: string): boolean {
  const id = /[0-9a-f]{6,}$/i.exec(name.slice(-LONGEST_ID))?.[0] ?? "";
  return /\d/.test(id) && /[a-f]/i.test(id) || /^[0-9a-f]{12,}$/i.test(id);
}

/**
 * Where a device says that its topics begin, in words that bear its name: OpenEVSE's `{"name": "Courtyard", "mqtt":
 * "openevse-courtyard"}`.
 */
export function baseTopicIn(value: { readonly [key: string]: unknown }): string | null {
  const base = value["mqtt"] ?? value["mqtt_topic"] ?? value["base_topic"];
  if (typeof base !== "string" || !/^[\w-]{3,60}(?:\/[\w-]{1,60}){0,4}$/.test(base)) return null;
  const bears = (name: unknown) =>
    typeof name === "string" && normalizeName(name).length >= LEAST_NAME &&
    normalizeName(base).includes(normalizeName(name));
  return [value["name"], value["id"]].some(bears) ? base : null;
}

const LEAST_NAME = 4;

/** Whether it is the number by which a mesh knows a node, as in Meshtastic's envelopes: `"from": 2747122183`. */
export function isNodeNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value > 0xffff;
}

/** How alike two names are, from 0 to 1: shared words and edit distance, whichever is kinder. */
export function similarity(a: string, b: string): number {
  const left = normalizeName(a);
  const right = normalizeName(b);
  if (left === "" || right === "") return 0;
  if (left === right) return 1;
  const byEdits = 1 - editDistance(left, right) / Math.max(left.length, right.length);
  const wordsA = new Set(wordsOf(a));
  const wordsB = new Set(wordsOf(b));
  let shared = 0;
  for (const word of wordsA) if (wordsB.has(word)) shared++;
  const byWords = shared / Math.max(wordsA.size, wordsB.size, 1);
  const contains = left.length >= 3 && right.length >= 3 &&
      (left.includes(right) || right.includes(left))
    ? 0.7
    : 0;
  return Math.max(byEdits, byWords * 0.9, contains);
}

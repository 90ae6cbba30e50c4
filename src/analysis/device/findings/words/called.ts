/** Texts that say what a thing is called, that tell a story, or what people shall do: no statement of how a device is. */
import { isCatalogue } from "../../../../payload/severity/benign.ts";
import { isAtRest, isOverheard } from "../../../../payload/severity/beside.ts";
import { isStory, SPEECH } from "../../../../payload/severity/people.ts";
import { leafOf, objectOf } from "../../reading/fields.ts";
import { besideOf, type Reading } from "../../reading/view.ts";

/** Names that somebody gave, and works of people. */
const GIVEN =
  /^(?:nick(?:name)?|alias|surnom|spitzname|apodo|soprannome|bijnaam|smeknamn|kallenavn|callsign|playbook|automation|commit(?:message|msg)?|branch|ref|caption|product|produkt|produit|prodotto|producto|destination|activeapp|appname|dish|vessel|episode|podcast|book|game|plot|synopsis|overview|tagline|teaser|review|tweet|toot|quote|joke|lyrics|poem|suite|nowplaying|pet|film|movie|recipe|rezept|recette|release|domain|plate|species|prompt|bezeichnung|nom|nombre|nome|nazwa|název|nazev|naam|navn|namn|benämning|nimi|megnevezés|isim|название|имя)$/u;

/** What describes a thing, or in a record of trouble the trouble. */
const DESCRIBING =
  /^(?:beschreibung|descrizione|descripci[oó]n|descri[cç][aã]o|opis|popis|omschrijving|beskrivning|beskrivelse|kuvaus|leírás|açıklama|описание)$/u;

/** Things of which a record tells, by the names that people gave them. */
const THING =
  /^(?:service|check|rule|task|job|process|container|unit|test|testcase|case|content|workflow|step|monitor|probe|flow|item|role|standort|location|ort|lieu|lugar|luogo)$/u;

/** Of these the names are written as programs write them. */
const PROGRAM = /^(?:service|check|rule|container|unit|process|role|workflow|test|testcase|host)$/;

const IDENTIFIER = /^[\p{L}\p{N}]+(?:[-_.][\p{L}\p{N}]+)+$/u;

const FILE =
  /^(?:[^\s\/]+(?:\/[^\s\/]+)*|[\p{L}\p{N}._ -]{1,60})\.(?:ya?ml|sh|py|js|ts|ps1|bat|gcode|stl|3mf|mp[34]|flac|m4a|ogg|wav|mkv|avi|jpe?g|png|json|xml|conf|cfg|log|txt|service|timer|csv|pdf|bin|zip|hex|exe|html?|nc|ini|db)$/iu;

/** How a thing is, beside what it is called. */
const STATE =
  /^(?:state|status|result|outcome|conclusion|verdict|exit|rc|exitcode|exitstatus|returncode|enabled|done|completed|value|wert|valeur|valore|valor|wartość|värde|verdi|zustand|stan|stav|estado|stato|etat|état|tila|toestand|tilstand|tillstånd)$/u;

const WELL =
  /^(?:ok|okay|up|running|run|active|inactive|normal|pass|passed|success|successful|succeeded|healthy|good|idle|off|closed|open|opened|new|merged|playing|printing|paused|complete|completed|done|finished|needs_action|in_progress|todo|klid|norma|true|false|on|0|i\.?o\.?)$/i;

/** What was published, or is on people's lists of what there is to do. */
const INSIDE =
  /(?:^|[.\]])(?:now_?playing_?\w*|metadata|commits?|head_?commit|change|pull_?request|article|review|movie)(?:\[|\.)/i;
const PROSE = /^(?:message|text|summary|title|subject|betreff|description|body|comment|content)$/;

/** Whether a text of a message is a name or a story, and states nothing. */
export function isCalled(
  path: string,
  text: string,
  o: { reading: Reading; topic: string },
): boolean {
  if (isStory(o.topic, text) || FILE.test(text)) return true;
  const leaf = leafOf(path);
  const isNumbered = /\d$/.test(leaf);
  const isOfAlarm = /^(?:alarm|alert)/.test(leaf);
  const isOfThing = THING.test(leaf) || DESCRIBING.test(leaf);
  if (GIVEN.test(leaf) || PROSE.test(leaf) && INSIDE.test(path)) return true;
  if (PROGRAM.test(leaf) && IDENTIFIER.test(text)) return true;
  if (!isNumbered && !isOfAlarm && !isOfThing && !PROSE.test(leaf)) return false;
  const beside = besideOf(path, o.reading).map(([other, value]) => [leafOf(other), value] as const);
  const record = Object.fromEntries([...beside, [leaf, text]]);
  if (isNumbered && isCatalogue(record) || isOfAlarm && isAtRest(leaf, record)) return true;
  if (isOfThing) {
    return beside.some(([name, value]) => STATE.test(name) && WELL.test(String(value)));
  }
  if (!PROSE.test(leaf)) return false;
  const has = (name: RegExp) => beside.some(([other]) => name.test(other));
  return has(SPEECH) || has(/^(?:issue|ticket|ticketid|workorder|erledigt|done)$/) ||
    /^subject$/.test(leaf) && has(/^from$/) ||
    has(/^start$/) && has(/^end$/);
}

/** Whether a field is of an aircraft, a ship or a pager that a receiver hears. */
export function isOfOverheard(path: string, reading: Reading): boolean {
  const { length } = objectOf(path);
  return isOverheard(besideOf(path, reading).map(([other]) => other.slice(length)));
}

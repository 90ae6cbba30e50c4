import { lastOf, leafOf, type Scalar } from "../../reading/fields.ts";
import { siblingTopics } from "../../reading/view.ts";
import { error, type Field, has, levelsOf, type Rule } from "./flag.ts";

/** The numbers of one list of a family by which it tells of trouble. */
interface Coded {
  /** Of the levels that lead to it, with `/` between them, but for the `value` that only holds it; of a field as `plainKey` writes it. */
  readonly place: RegExp;
  /** What is told beside it, in the same message or on topics of their own, as {@linkcode leafOf} writes it. */
  readonly beside?: readonly RegExp[];
  /** Topics beside it that tell more closely what is wrong, unless they are 0. */
  readonly closer?: RegExp;
  readonly codes: Readonly<Record<number, string>>;
}

const FAULT = "a fault";
const SENSOR = { 1: "its sensor is open", 2: "its sensor is shorted", 3: "its sensor is reversed" };
const ON = { 1: "its light of warning is on", 2: "its light of warning blinks" };

const TRACKER = [/^(?:io)?(?:66|67)$/, /^(?:io)?(?:239|240)$/, /^(?:latlng|lat|latitude|sat)$/];

const CODED: readonly Coded[] = [
  // Victron, by the services of Venus OS.
  {
    place:
      /(?:^|\/)N\/[^/]+\/(?:vebus|solarcharger|multi|inverter|acsystem|dcdc|alternator|(?:ac)?charger)\/\d+\/State$/,
    closer: /^(?:errorcode|vebuserror)$/,
    codes: { 2: FAULT },
  },
  { place: /(?:^|\/)N\/[^/]+\/system\/\d+\/SystemState\/State$/, codes: { 2: FAULT } },
  {
    place:
      /(?:^|\/)N\/[^/]+\/(?:(?:battery|generator)\/\d+\/State|(?:genset|pvinverter)\/\d+\/StatusCode)$/,
    codes: { 10: "an error" },
  },
  { place: /(?:^|\/)N\/[^/]+\/(?:tank|temperature)\/\d+\/Status$/, codes: SENSOR },
  { place: /(?:^|\/)N\/[^/]+\/battery\/\d+\/Balancer\/Status$/, codes: { 3: "cells are apart" } },
  {
    place: /(?:^|\/)N\/[^/]+\/vebus\/\d+\/Leds\/(?:Overload|Temperature|LowBattery)$/,
    codes: ON,
  },
  { place: /(?:^|\/)N\/[^/]+\/digitalinput\/\d+\/State$/, codes: { 9: "an alarm" } },
  {
    place: /(?:^|\/)N\/[^/]+\/digitalinput\/\d+\/Alarm$/,
    codes: { 1: "a warning", 2: "an alarm" },
  },
  {
    place: /(?:^|\/)N\/[^/]+\/evcharger\/\d+\/Status$/,
    codes: {
      8: "the test of the ground failed",
      9: "its contacts are welded",
      10: "the car's pilot is shorted",
      11: "a residual current",
      12: "an undervoltage",
      13: "an overvoltage",
      14: "it is too hot",
    },
  },
  // go-e.
  { place: /(?:^|\/)go-eCharger\/[^/]+\/car$/i, codes: { 5: "an error" } },
  {
    place: /(?:^|\/)go-eCharger\/[^/]+\/err$/i,
    codes: {
      1: "an AC residual current",
      2: "a DC residual current",
      3: "a phase is missing",
      4: "an overvoltage",
      5: "an overcurrent",
      6: "the check of the car's diode failed",
      7: "the cable's coding is not valid",
      8: "it has no ground",
      9: "its contactor is stuck",
      10: "its contactor does not close",
      13: "it is too hot",
      14: "its parts do not reach each other",
      15: "its lock is stuck open",
      16: "its lock is stuck shut",
    },
  },
  {
    place: /(?:^|\/)go-eCharger\/[^/]+\/cus$/i,
    codes: { 2: "its lock did not open", 4: "its lock did not close" },
  },
  {
    place: /(?:^|\/)go-eCharger\/[^/]+\/ffb$/i,
    codes: { 1: "its lock did not close", 2: "its lock did not open" },
  },
  {
    place: /(?:^|\/)go-eCharger\/[^/]+\/modelStatus$/i,
    codes: { 1: "it does not charge: it is too hot", 26: "it does not charge because of an error" },
  },
  // MCZ's stoves over Maestro: A01 to A23 are 50 to 69.
  {
    place: /(?:^|\/)stove_?state$/i,
    codes: Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [50 + i, "the stove stopped by an error"] as const),
    ),
  },
  // OpenEVSE.
  {
    place: /\/state$/,
    beside: [/^(?:pilot|evseconnected)$/, /^(?:divertmode|gfcicount|wattsec|sessionenergy)$/],
    codes: {
      5: "the check of the car's diode failed",
      6: "a residual current",
      7: "it has no ground",
      8: "its relay is stuck",
      9: "its own test failed",
      10: "it is too hot",
      11: "an overcurrent",
    },
  },
  {
    place: /\/evse_connected$/,
    beside: [/^pilot$/],
    codes: { 0: "the board that speaks for it does not reach it" },
  },
  // Teltonika's trackers, by the numbers of what they tell (AVL).
  {
    place: /(?:^|\/)(?:io)?252$/,
    beside: TRACKER,
    codes: { 1: "it is unplugged from its supply" },
  },
  { place: /(?:^|\/)(?:io)?249$/, beside: TRACKER, codes: { 1: "its radio is jammed" } },
  {
    place: /(?:^|\/)(?:io)?318$/,
    beside: TRACKER,
    codes: { 1: "its satellites are jammed", 2: "its satellites are jammed: it has no place" },
  },
  // WARP chargers, TWCManager.
  {
    place: /(?:^|\/)evse\/state\/(?:charger|iec61851)_state$/,
    codes: { 4: "an error" },
  },
  { place: /(?:^|\/)TWC\/[^/]+\/state$/, codes: { 2: "an error" } },
  // KEBA, report 2.
  { place: /\/state$/, beside: [/^plug$/, /^enableuser$/], codes: { 4: "an error" } },
  // openWB: 1 is a warning, which a flag of that name tells as well.
  { place: /fault_?state$/i, beside: [/^(?:soc)?faultstr$/], codes: { 2: "an error" } },
  // OpenEMS: the level of a component.
  { place: /(?:^|\/)edge\/[^/]+\/channel\/[^/]+\/State$/, codes: { 2: "a warning", 3: FAULT } },
  // Synology's MIBs.
  {
    place: /\/disk_?status$/i,
    beside: [/^disk(?:id|model|type|temperature|name)$/],
    codes: { 4: "the disk's system partition failed", 5: "the disk crashed" },
  },
  {
    place: /\/raid_?status$/i,
    beside: [/^raid(?:index|name|freesize|totalsize)$/],
    codes: { 11: "the array is degraded", 12: "the array crashed" },
  },
  // Growatt: 0 waits, 1 feeds in.
  {
    place: /\/inverter_status$/,
    beside: [/^(?:pv1voltage|outputpower|totalgenerateenergy)$/],
    codes: { 3: FAULT },
  },
];

/** What holds the codes of the errors that there are now, and none of those that were. */
const CODES_NOW =
  /^(?:current|active|actual|present|aktuelle?r?|aktive)(?:error|fault|alarm|fehler|stoerung|störung|dtc|trouble)(?:e?n|s)?(?:codes?|numbers?|list|liste)?$|^(?:error|fault|alarm|fehler|dtc|trouble)codes?$/;
/** What holds the one code of now. */
const CODE_NOW =
  /^(?:current|active|actual|present|aktuelle?r?)(?:error|fault|fehler|stoerung|störung|dtc)(?:code|number|nr|no)?$/;
const MOST_CODES = 3;
const EMPTY_SLOT = /^(?:-{0,4}|0{1,6}|none|null|ok)$/i;
const CODE = /^[a-z]{0,4}[. ]?\d{1,6}(?:[.-]\d{1,3})?$/i;
const MOST_SLOTS = 16;

/** Whether a text is a row of slots for codes, not all of which are empty: `28;-;-;-;-`, `0,0,14`. */
function holdsCode(value: Scalar): boolean {
  if (typeof value !== "string" || value.length > 100) return false;
  const slots = value.split(/[;,|]/).map((slot) => slot.trim());
  return slots.length > 1 && slots.length <= MOST_SLOTS &&
    slots.every((slot) => EMPTY_SLOT.test(slot) || CODE.test(slot)) &&
    slots.some((slot) => !EMPTY_SLOT.test(slot));
}

/** Trouble that families of devices tell by the numbers of their own lists, or in slots for codes. */
export const CODE_RULES: readonly Rule[] = [
  ...CODED.map(({ place, beside = [], closer, codes }): Rule => ({
    is: (value) => typeof value === "number" && codes[value] !== undefined,
    where: (field) =>
      place.test(placeOf(field)) && areBeside(beside, field) && !isToldCloser(closer, field),
    tells: ({ value }) => error(codes[Number(value)] ?? FAULT),
  })),
  // IEC 61851-1: A to D are of a car.
  {
    own:
      /^(?:(?:evse|cp|iec61851|mode3?|charg(?:er?|ing)|(?:control)?pilot)?(?:status|state)|mode3|(?:control)?pilot|pst)$/,
    is: /^[ef]$/,
    where: isOfCharger,
    tells: ({ value }) =>
      error(/e/i.test(String(value)) ? "an error of the charger" : "the charger is not available"),
  },
  { name: CODES_NOW, is: holdsCode, tells: error("a code of error") },
  {
    name: CODES_NOW,
    is: (value) => typeof value === "number" && value > 0,
    where: ({ path }) => /\[\d+\]$/.test(path),
    tells: error("a code of error"),
  },
  {
    name: CODE_NOW,
    is: (value) =>
      // The ends of words stand for none.
      CODE.test(String(value)) && !EMPTY_SLOT.test(String(value)) && !(Number(value) >= 0x7fff),
    // What is regulated is off by now this, now that.
    where: ({ path, topic }) =>
      new Set(topic.live.map(({ fields }) => fields.get(path))).size <= MOST_CODES,
    tells: error("a code of error"),
  },
  // KEBA: two halves of one code.
  {
    name: /^error[12]$/,
    is: (value) => typeof value === "number" && value > 0,
    where: (field) => areBeside([/^plug$/, /^enableuser$/], field),
    tells: error("a code of error"),
  },
];

/** A charger of cars: that of a battery tells by letters of its own that it floats. */
const CHARGER =
  /(?:^|[^a-z])(?:wbec|evse|zappi|wall_?box|(?:ev|car)_?charger|charging_?(?:point|station)|charge_?point|lp\/\d|load_?points?|lade(?:punkt|station|saeule|säule|box)|laad(?:paal|station)|colonnina)s?(?:[^a-z]|$)/i;

/** Whether a field is of a charger of cars, which nobody made unavailable. */
function isOfCharger({ path, reading, topic }: Field): boolean {
  const isOut = has(reading, /^(?:available|operative|inservice)$/, (value) => value === false);
  return !isOut && CHARGER.test(levelsOf(path, topic.segments).join("/"));
}

function placeOf({ path, topic }: Field): string {
  return levelsOf(path, topic.segments).filter((level) => level !== "value").join("/");
}

function areBeside(names: readonly RegExp[], { reading, topic, view }: Field): boolean {
  if (names.length === 0) return true;
  const around = [
    ...[...reading.fields.keys()].map(lastOf),
    ...siblingTopics(view, topic).map(({ segments }) => segments.at(-1) ?? ""),
  ].map(leafOf);
  return names.every((name) => around.some((one) => name.test(one)));
}

function isToldCloser(names: RegExp | undefined, { topic, view }: Field): boolean {
  return names !== undefined && siblingTopics(view, topic).some(({ segments, readings }) => {
    const fields = readings.at(-1)?.fields;
    return names.test(leafOf(segments.at(-1) ?? "")) &&
      Number(fields?.get("value") ?? fields?.get("") ?? 0) > 0;
  });
}

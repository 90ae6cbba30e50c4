import { isHolder, leafOf, type Scalar } from "../../reading/fields.ts";
import type { FieldPlace } from "../../reading/view.ts";
import { areOneSide, isEnd, isPositionName, isSide, sidesOf } from "../orders/order_words.ts";
import { wordsOf } from "../orders/wishes.ts";

/** What is measured, whatever was asked for; and what is a setting, of whatever quantity: by day, for comfort. */
const MEASURED =
  /temp(?!late)|humid|(?<!es)press|power(?!_?(?:switch|state|on|off|mode))|volt|(?<![cdlrtx])amp|current(?!_?(?:pos|height|angle|tilt|bright|volume|mode|source|level|floor))|energy|flow(?!er)|rpm|freq|lux|co2|soc(?!ket)/;
export const SETTING =
  /^(?:set|setpoint|sp|target|desired|requested|wanted|goal|soll|limit|max|min|threshold|setzen|stellen|day|night|eco|comfort|away|holiday|frost|boost|tag|nacht|komfort|jour|nuit|confort)$/;
/** Whether what is told is what was set, and not what is measured. */
export function isSetting({ topic, path }: FieldPlace): boolean {
  const own = topic.segments.at(-1) ?? "";
  // `HcDayTemp` with `{"temp1": {"value": 21}}`.
  const name = path === "" || /^val(?:ue)?$/.test(path)
    ? own
    : /^temp(?:erature)?\d?\.val(?:ue)?$/.test(path)
    ? `${own} ${path}`
    : path;
  return /^settings?$/i.test(own) || wordsOf(name).some((word) => SETTING.test(word));
}

/** By which words a thing is told to stand still, and by which it says that it does not. */
export const HALTS = /^(?:stop|halt|freeze|stopp|arrêt|arret|pare|parar|ferma)$/;
const UNDER_WAY =
  /^(?:is[_ ]?)?(?:moving|opening|closing|travell?ing|rotating|raising|lowering|rising|going|driving)(?:[_ -]?(?:up|down|left|right|in|out))?$/;

/** How a thing is that does not do what it is there for, and where it says so. */
export const RESTS = /^(?:idle|standby|stopped|parked|docked|halted|inactive)(?![a-z])/;
export const DOES = /^(?:state|status|activity|mode|phase|operation)$/;

/** Whether a thing that is to open or close says that it stands, at neither end. */
export function isHalted(wanted: string, told: string): boolean {
  return /^(?:stop(?:ped)?|halted|stationary)$/.test(told) &&
    /^(?:open|close|up|down|raise|lower)$/.test(wanted);
}

/** What a thing is told to do that is to move, and where to: `MOVE_TO_6`. */
export const MOVES =
  /^(?:move|go|goto|drive|travel|position|fahre?|aller|ir)(?:[ _-]?(?:to|zu|nach|à|a))?[ _:=-]*(-?\d{1,6})$/;
/** What has a word for each of its states. */
export const CHOSEN = /(?:mode|preset|program|profile|source|scene|effect|direction|swing|fan)$/;

/** A value as a word that can be compared: trimmed, in lower case. */
export function wordOf(value: Scalar | undefined): string {
  return String(value).trim().toLowerCase();
}

/** Words for both sides of what is opened, played, locked and armed. */
const SIDE_WORDS = [["open", "closed"], ["playing", "stopped"], ["locked", "unlocked"], [
  "armed",
  "disarmed",
]];

/** What a place tells; a flag that is called after one of two sides as a word: `locked: false` is unlocked. */
export function saidAt({ topic, path }: FieldPlace, told: Scalar | undefined): string {
  const word = wordOf(told);
  const name = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path).replace(/^is/, "");
  const [pair, isFirst] = FLAG.test(word) ? [...sidesOf(name)].find(([at]) => at > 0) ?? [] : [];
  if (pair === undefined) return word;
  const isSo = /^(?:1|true)$/.test(word) === isFirst;
  return SIDE_WORDS[pair - 1]?.[isSo ? 0 : 1] ?? word;
}

/** Names of what is wanted, where it is told beside what is. */
export const AIM = /target|setpoint|desired|requested|wanted|goal|soll/;

/** Whether a value that is told is the wanted one, or shows that it was not taken; null where they cannot be compared. */
export function stanceOf(
  wanted: Scalar,
  told: Scalar,
  o: FieldPlace & { isDeed?: boolean; isFlag?: boolean; isSet?: boolean },
): "met" | "against" | null {
  const isHeld = isHolder(leafOf(o.path));
  const name = (isHeld ? o.topic.segments.slice(-2).join("/") : o.path).toLowerCase();
  // The frequency of a receiver is what it was set to; that of a drive that stands is none.
  const isTuned = typeof wanted === "number" && told !== 0 && /freq/.test(name);
  const isMeasured = typeof told === "number" && MEASURED.test(name) && !AIM.test(name) &&
    o.isSet !== true && !isSetting(o) && !isTuned;
  if (isMeasured && !(o.isFlag && FLAG.test(String(told)))) return null;
  const words = wordOf(wanted);
  // `ON:5000` is on, for a while.
  const [head = ""] = words.split(/[ ,:]/, 1);
  const one = o.isDeed || isSide(head) ? head : words;
  const other = FLAG.test(one) ? wordOf(told) : saidAt(o, told);
  if (words === other) return "met";
  const played = o.isFlag && FLAG.test(other)
    ? one.replace(/^play$/, "on").replace(/^(?:stop|pause)$/, "off")
    : one;
  const isMet = areOneSide(played, other);
  if (isMet !== null) return isMet ? "met" : "against";
  if (areOneSide(one, "start") === true && RESTS.test(other)) return "against";
  // Between its ends it is at neither.
  if (
    isEnd(one) && typeof told === "number" &&
    isPositionName(leafOf(isHeld ? o.topic.segments.at(-1) ?? "" : o.path))
  ) {
    return told > 5 && told < 95 ? "against" : null;
  }
  if (HALTS.test(one) && UNDER_WAY.test(other) || isHalted(one, other)) return "against";
  const move = MOVES.exec(words)?.[1];
  if (o.isDeed && move === undefined) return null;
  // `=40` sets, and `+5` does something else.
  const number = move !== undefined
    ? Number(move)
    : /^=\d{1,6}$/.test(one)
    ? Number(one.slice(1))
    : wanted;
  // What has two states is toggled by a third number.
  if (number === 2 && FLAG.test(other)) return null;
  if (typeof number === "number" && typeof told === "number") {
    // A target is told as it was set, and a share of 100 may be rounded.
    const least = AIM.test(name) || isSetting(o) ? 0.3 : 1;
    const isWhich = move !== undefined || CHOSEN.test(name);
    const most = isWhich ? 0 : Math.max(least, Math.abs(number) * 0.02);
    return Math.abs(number - told) <= most || isOtherScale(number, told) ? "met" : "against";
  }
  // A mode that is off has no other.
  if (CHOSEN.test(name) && words === "off" && RUNNING_MODE.test(other)) return "against";
  const isWritten = typeof wanted === "string" && typeof told === "string" &&
    (HEX.test(words) && HEX.test(other) ||
      /\d/.test(words) && writtenAs(words) === writtenAs(other));
  if (isWritten) return "against";
  const isState = (text: string) =>
    /^\p{L}(?:[\p{L}\p{N}_ -]{1,24}|[\p{L}\p{N}_-]{25,39})$/u.test(text);
  if (typeof wanted !== "string" || typeof told !== "string" || !isState(one) || !isState(other)) {
    return null;
  }
  if (beginAlike(one, other) || one.includes(other) || other.includes(one)) return "met";
  return /^(?:ok|success|done|accepted|error|fail)/.test(one) ||
      isSide(one)
    ? null
    : "against";
}

/** So long is no word in another form, but several in one. */
const LONG = 12;

/** Whether two words are forms of one, `close` and `closed`; of long ones half must be the same: `chargeThenDischarge` is none of `chargeDischargeTogether`. */
function beginAlike(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  const least = shorter > LONG ? Math.ceil(shorter / 2) : 4;
  return one.slice(0, least) === other.slice(0, least);
}

/** A colour, and how a text is written, whatever its letters and figures: a time, an input, a version. */
const HEX = /^#?[\da-f]{6}(?:[\da-f]{2})?$/;
function writtenAs(text: string): string {
  return text.slice(0, 40).replace(/\p{L}+/gu, "a").replace(/\d+/g, "0");
}

const RUNNING_MODE = /^(?:heat|cool|auto|dry|boost|eco|comfort|manual|on)(?:ing)?$/;

/** A flag as a word, and a number as one. */
export const FLAG = /^(?:[01]|true|false)$/;
export const NUMBER = /^-?\d{1,6}(?:\.\d{1,3})?$/;

/** One scale's values in others: of 255, of 100, in tenths, in hundredths. */
const TENTHS = [10, 0.1, 100, 0.01];
const SCALES = [100 / 255, 100 / 254, 255 / 100, 254 / 100, ...TENTHS];

/** Whether a number is the same on another scale: 255 of a brightness is 100 %. */
function isOtherScale(wanted: number, told: number): boolean {
  // Among few small numbers each is near another one on some scale.
  const scales = Math.max(Math.abs(wanted), Math.abs(told)) > 10 ? SCALES : TENTHS;
  return scales.some((scale) => Math.abs(wanted * scale - told) <= Math.abs(told) * 0.02);
}

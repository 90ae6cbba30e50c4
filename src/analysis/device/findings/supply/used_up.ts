import type { Finding } from "../../finding_shape.ts";
import { evidenceTopics } from "../finding.ts";
import { findingFrom, iso, rounded, withNumbers } from "../../evidence.ts";
import { isHolder, labelOf, leafOf, nameOf, objectOf } from "../../reading/fields.ts";
import { splitWords } from "../../../../payload/severity/split_words.ts";
import {
  besideOf,
  type DeviceView,
  type Reading,
  siblingTopics,
  type TopicView,
} from "../../reading/view.ts";
import { remembering } from "../../../../payload/remembered.ts";
import { numberOf } from "../values/quantities.ts";

/** Words for a share of a whole, as a unit or in a name. */
const PERCENT = /percent|pct|^perc$|prozent|^prcnt$|procent|pourcent/;
/** Words for what is still there. */
const LEFT =
  /free|^frei|left$|avail|^remain|^rest$|^life|lifetime|level|^niveau$|^nivel$|^stand$|^fill|f(?:ü|ue)llstand/;
/** Words for what is taken of a whole. */
const USED = /^use$|used$|usage|full$|belegt|belegung|auslastung/;
/** What holds data. */
const STORE =
  /^(?:disks?|drives?|fs|df|filesystems?|storage|partitions?|mounts?|hdd|ssd|sd|sdcard|rootfs|flash|memory|mem|ram|heap|festplatten?|speicher|datentr[aä]ger|dateisystem)$/;
const VOLUME = /^(?:volumes?|pools?)$/;
const MEMORY = /^(?:mem|memory|ram|heap)$/;
/** What is used up and filled again, or replaced. */
const SUPPLY =
  /salt|salz|toner|^ink$|tinte|pellet|fuel|diesel|^oil$|heiz(?:ö|oe)l|propan|^lpg$|chlor|deterg|rinse|soap|seife|tank|reservoir|vorrat|filter|brush|cartridge|patrone|^drum$|consumable|suppl(?:y|ies)$|descal/;
/** What is never full or empty to anyone's harm, and levels of other things. */
const NOT_THAT =
  /^(?:noise|sound|cpu|processor|gpu|swap|loop|snap|squashfs|cdrom|overlay|recovery|efi|firmware|output|waste|dirty|abwasser|sump|septic|drip|collect|dust|rain|regen|flow|temp|temperature|consumption|price|rate|pressure|target|limit|alarm|setpoint|min|max|threshold|power|speed|fan|batter(?:y|ies)|batt?|akku|soc|valve|light|brightness|humidity|io|busy|read|write|inodes?|health|scan|progress|cache|cached|buffers?|load|power|leistung|puissance|duty|modulation|speed|throttle|oxygen|photo|ballast|bilge|trim|damper|command)$|sewage|gr[ae]y|black ?water/;
const LEFT_PERCENT = 5;
const USED_PERCENT = 97;
const DISK_PERCENT = 95;
/** What is recorded there is written over when it is full. */
const RING = /recordings?(?![a-z])|timeshift|(?:^|[^a-z])[dn]vr(?![a-z])/i;
const RING_PERCENT = 99.5;
/** What is told of a whole. */
const PARTS =
  /total|gesamt|capacity|size|free|frei|left|avail(?:able)?|remain(?:ing)?|used|belegt|volume|level/g;
/** The whole of what is told in any unit. */
const WHOLE = /total|gesamt|capacity|^(?:fs|disk|flash|storage|partition)?size$/;
/** Read-only images are always full. */
const ALWAYS_FULL = /snap|loop\d|squashfs|cdrom|iso9660|overlay|efi/i;
const LEAST = 3;

/** `reported_error` of what is nearly used up, or full: a share of it that is left or taken, whatever it is. */
export function usedUp(view: DeviceView, told: readonly Finding[]): Finding[] {
  const known = evidenceTopics(told);
  for (const topic of view.topics) {
    if (!/^(?:state|event|info)$/.test(topic.role) || known.has(topic.topic)) continue;
    const last = topic.live.at(-1);
    for (const path of last?.fields.keys() ?? []) {
      const found = overloadIn(topic, path) ?? shareIn(topic, path, view);
      if (found !== null) return [found];
    }
  }
  return [];
}

/** What the words of a name tell; null where it is no share, or one that is never full or empty to anyone's harm. */
const toldBy = remembering((name) => {
  const words = splitWords(name);
  const is = (expression: RegExp) => words.some((one) => expression.test(one));
  if (is(NOT_THAT)) return null;
  const isUse = is(USED);
  // The volume of a sound is not used.
  const isStore = is(STORE) || is(VOLUME) && isUse;
  const isSupply = is(SUPPLY);
  const isLeft = is(LEFT);
  return isStore || isSupply || isLeft || isUse
    ? { isStore, isSupply, isLeft, isUse, isMemory: is(MEMORY), isPercent: is(PERCENT) }
    : null;
});

/** A gauge of so many steps at the most is told by their number. */
const MOST_STEPS = 7;

/** Whether it is told in a few steps, as its like beside it is: `pHTankLevel: 5, orpTankLevel: 4`. */
function isInSteps(path: string, reading: Reading): boolean {
  const isStep = (value: unknown) =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) <= MOST_STEPS;
  const end = leafOf(path).slice(-LEAST_ALIKE);
  return isStep(reading.fields.get(path)) &&
    besideOf(path, reading).some(([other, value]) => leafOf(other).endsWith(end) && isStep(value));
}

/** Names with so many letters at their end in common are of one kind. */
const LEAST_ALIKE = 6;

/** Above this no tank is high, in metres. */
const HIGHEST_M = 12;

/** Whether it may as well be metres as percent: fractions, and never more than a tank is high. */
function mayBeLength(path: string, readings: readonly Reading[]): boolean {
  const values = readings.map((one) => numberAt(path, one) ?? 0);
  return values.some((value) => !Number.isInteger(value)) && Math.max(...values) <= HIGHEST_M;
}

function shareIn(topic: TopicView, path: string, view: DeviceView): Finding | null {
  // `disk_used_percent` says of itself what it is, whatever it is told with.
  // What is mounted at `/tmp/cache` fills up; a cache of a program does not.
  const named = path.replace(/(?<=\/)cache(?=[./]|$)/g, "mount");
  const own = toldBy(path === "" ? topic.segments.at(-1) ?? "" : named);
  const isWhole = own?.isStore === true && own.isUse && own.isPercent &&
    !ALWAYS_FULL.test(topic.topic);
  const told = isWhole ? own : toldBy([...topic.segments.slice(-3), named].join("."));
  if (told === null || !isOfThat(path)) return null;
  const readings = topic.live.filter(({ fields }) => fields.has(path));
  const last = readings.at(-1);
  if (last === undefined || numberAt(path, last) === null) return null;
  if (besideOf(path, last).some(([, value]) => ALWAYS_FULL.test(String(value)))) {
    return null;
  }
  const unit = unitAt(path, last);
  const isInPercent = /%|perc/i.test(unit);
  if (unit !== "" && !isInPercent) return null;
  const { isStore, isMemory, isSupply, isLeft } = told;
  if (isLeft && !told.isPercent && isInSteps(path, last)) return null;
  const isUsed = !isLeft && (isStore || told.isUse);
  const isPercent = told.isPercent || isInPercent || /%\s*$/.test(String(last.fields.get(path)));
  const whole = isPercent || isMemory ? null : wholeOf(path, last);
  const isShare = isPercent || whole !== null || isOneOfMany(path, last) ||
    isStore && fillsBesideLoad(path, readings);
  // Of what is left 0 is what has no gauge tells as well.
  const isTold = isShare ||
    (isLeft
      ? isSupply && (numberAt(path, last) ?? 0) > 0 && !isToldBeside(topic, view) &&
        !mayBeLength(path, readings)
      : isStore && told.isUse);
  if (!isTold || !isUsed && !isSupply && !(isLeft && (isPercent || isStore))) return null;
  const values = readings.map((one) =>
    (numberAt(path, one) ?? -1) * (whole === null ? 1 : 100 / whole)
  );
  const lately = values.slice(-LEAST);
  const full = isMemory || !isStore
    ? USED_PERCENT
    : RING.test(`${topic.topic} ${path}`)
    ? RING_PERCENT
    : DISK_PERCENT;
  const [from, to] = isUsed
    ? [full, 100]
    : [0, isStore ? 100 - Math.max(USED_PERCENT, full) : LEFT_PERCENT];
  if (lately.some((one) => one < from || one > to)) return null;
  if (!isStore && lately.length < LEAST) return null;
  const what = isMemory
    ? "Nearly no memory is left"
    : isStore
    ? "The disk is nearly full"
    : isUsed
    ? "It is nearly full"
    : "Nearly nothing is left";
  return findingFrom({
    code: "reported_error",
    title: `${what}: "${labelOf({ path, topic })}" is ${rounded(values.at(-1) ?? 0)} %`,
    summary: `On "${topic.topic}" at ${iso(last.at)}`,
    ...withNumbers({ topic, path, values }, readings.slice(-2)),
    suggestion: isStore && !isMemory
      ? "Free some of it (logs, recordings, images): programs fail to write when it is full."
      : "Fill it up, free some of it or replace it, before what lives of it stops.",
  });
}

/** What is carried, in percent of what may be; computers and teams are loaded too, and bear it. */
const LOAD =
  /(?<!down|up|pay)load(?:level|factor)?(?:pct|percent(?:age)?|prozent)$|acoutput(?:pct|percent(?:age)?)$|^(?:pct|percent(?:age)?)(?:of)?load$/;
const CARRIES =
  /volt|(?:^|[^a-z])(?:ac|dc|ups|va|kva)(?:$|[^a-z])|inverter|wechselrichter|batter|apparent|transformer|genset|generator/i;
/** Its load is a share wherever it is told by that name alone. */
const UPS = /(?:^|[^a-z]|apc)ups(?:d|[^a-z]|$)/i;
const LEAST_OVER = 4;
const MOST_OVER = 250;

/** What of electricity carries more than it may, and goes on so: a motor that starts is soon back. */
function overloadIn(topic: TopicView, path: string): Finding | null {
  const name = nameOf(path, topic.segments);
  const isOfUps = /load$/.test(name) && UPS.test(`${topic.topic} ${path}`) &&
    !/shed|min|max|high|low/.test(name);
  if (!LOAD.test(name) && !isOfUps) return null;
  const readings = topic.live.filter(({ fields }) => fields.has(path));
  const around = [topic.topic, ...readings.at(-1)?.fields.keys() ?? []].join(" ");
  const values = readings.map((one) => numberAt(path, one) ?? 0);
  const isOver = values.length >= LEAST_OVER &&
    values.slice(-LEAST_OVER).every((value) => value > 100 && value < MOST_OVER);
  if (!isOver || !CARRIES.test(around) && !UPS.test(around)) return null;
  return findingFrom({
    code: "reported_error",
    title: `It is overloaded: "${labelOf({ path, topic })}" is ${
      rounded(values.at(-1) ?? 0)
    } % of what it may carry`,
    summary: `On "${topic.topic}" ${
      values.filter((value) => value > 100).length
    } of ${values.length} values are above 100 %, the last ones all`,
    ...withNumbers({ topic, path, values }, readings.slice(-2)),
    suggestion: "Switch off some of what it feeds before it switches off by itself, or is damaged.",
  });
}

/** Whether a field is of what its topic is called by: `dt` beside the value of `Tank5.Level` is of how that is told. */
function isOfThat(path: string): boolean {
  const words = splitWords(path);
  // A quality beside the value of `TankLevel`.
  if (/^q(?:uality)?$/.test(leafOf(path))) return false;
  return words.every((word) => isHolder(word)) ||
    [PERCENT, LEFT, USED, STORE, VOLUME, SUPPLY].some((one) =>
      words.some((word) => one.test(word))
    );
}

/** Whether a topic beside it tells how much there may be, in the same unit, or how much of that is left, in percent. */
function isToldBeside(topic: TopicView, view: DeviceView): boolean {
  return siblingTopics(view, topic).some(({ segments, readings }) => {
    const fields = readings.at(-1)?.fields;
    const value = Number(fields?.get("") ?? fields?.get("value"));
    const name = leafOf(segments.at(-1) ?? "");
    return /^(?:capacity|size)$/.test(name) && value > 0 ||
      /level|percent/.test(name) && value > LEFT_PERCENT;
  });
}

/** The unit that stands beside a number, as in `{"level": 3.1, "level_unit": "m"}`; empty where none does. */
function unitAt(path: string, reading: Reading): string {
  const name = leafOf(path);
  const [, unit] =
    besideOf(path, reading).find(([other, value]) =>
      typeof value === "string" && value !== "" &&
      [`${name}unit`, `${name}uom`, "unit", "uom", "units"].includes(leafOf(other))
    ) ?? [];
  return String(unit ?? "");
}

const numberAt = (path: string, { fields }: Reading) =>
  numberOf(path === "" ? "value" : path, fields.get(path) ?? null);

const PROCESSOR_LOAD = /^cpu(?:load|usage|percent|pct|util(?:ization)?)?$/;
const ALL_BUT_FULL = 99;

/** Whether what a computer tells of a store beside its load, in percent both, came to be as good as all. */
function fillsBesideLoad(path: string, readings: readonly Reading[]): boolean {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return false;
  const [from, to] = [numberAt(path, first) ?? 0, numberAt(path, last) ?? 0];
  const isBesideLoad = besideOf(path, last).some(([other, value]) => {
    const load = PROCESSOR_LOAD.test(leafOf(other)) ? numberOf(other, value) : null;
    return load !== null && load >= 0 && load <= 100;
  });
  return isBesideLoad && from < to && to >= ALL_BUT_FULL && to <= 100;
}

/** Whether supplies stand beside each other, in percent: `supplies.black` beside `supplies.cyan`. */
function isOneOfMany(path: string, reading: Reading): boolean {
  const shares = besideOf(path, reading).map(([, value]) => Number(value));
  return SUPPLY.test(leafOf(objectOf(path).slice(0, -1))) && shares.length >= 2 &&
    shares.every((one) => Number.isInteger(one) && one >= 0 && one <= 100) &&
    shares.some((one) => one > 9);
}

/** The whole of which a number is a part: `size_total` beside `size_free`, `capacity_l` beside `volume_l`. */
function wholeOf(path: string, reading: Reading): number | null {
  const stem = (one: string) => leafOf(one).replace(PARTS, "");
  if (!leafOf(path).match(PARTS)) return null;
  const whole = besideOf(path, reading).find(([other, value]) =>
    WHOLE.test(leafOf(other)) && typeof value === "number" && value > 0 &&
    stem(other) === stem(path)
  );
  return whole === undefined ? null : Number(whole[1]);
}

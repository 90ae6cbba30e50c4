import { remembering } from "../../../payload/remembered.ts";
import { iso, someOf, spanText } from "../evidence.ts";
import type { Finding } from "../finding_shape.ts";
import { isCounter, isTime, labelOf, leafOf, type Scalar } from "../fields.ts";
import { type DeviceView, heardAtLeast, type Reading, type TopicView } from "../view.ts";

/** Words of a name by which a value is wanted. */
const WANTING =
  /^(?:set|setter|cmd|cmnd|commands?|req|requests?|requested|actions?|in|rx|to|tasks?|methods?|do|downlink|down|write|desired|targets?|control|ctrl|orders?|calls?|rpc|want|wanted|put|change|ordenes|orden|ordres?|input|commanded|demand|setpoint|sp|soll|befehle?|consigne|comandos?|kommandos?|commandes?)$/;
/** Words of a name by which a value is told, or held. */
const TELLING =
  /^(?:current|cur|curr|currently|actual|act|is|ist|states?|status|stat|reported|report|values?|val|get|feedback|fb|now|present|measured|tele|telemetry|info|data|out|tx|from|up|uplink|events?|response|resp|reply|ack|last|output|etat|estado|stato|attributes?|json|msg|message|payload|params|new)$/;
/** How long what is asked for may take, where it is asked for once. */
const ONCE_MS = 15_000;
/** How long it may take where it is asked for again. */
const AGAIN_MS = 5_000;

/** What is alike and what is opposed, of words that switch. */
const SIDES: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^(?:on|true|1|enabled?|turn_?on|ein|an|aan|start(?:ed)?|run(?:ning)?|active|activated?)$/,
    /^(?:off|false|0|disabled?|turn_?off|aus|uit|stop(?:ped)?|inactive|deactivated?|idle|standby)$/,
  ],
  [
    /^(?:open(?:ed)?|auf|offen|öffnen|ouvrir|ouverte?|abrir|abiert[oa]|abert[oa]|apri|apert[oa])$/,
    /^(?:closed?|zu|geschlossen|schlie(?:ß|ss)en|shut|fermer|fermée?|cerrar|cerrad[oa]|fechar|fechad[oa]|chiudi|chius[oa])$/,
  ],
  [/^play(?:ing)?$/, /^(?:stop(?:ped)?|paused?|idle)$/],
  [/^(?:lock(?:ed)?)$/, /^(?:unlock(?:ed)?)$/],
  [/^(?:arm(?:ed)?(?:[_ ]?(?:away|home|stay|night))?)$/, /^disarm(?:ed)?$/],
];
/** What is measured, whatever was asked for. */
const MEASURED = /temp|humid|press|power|volt|amp|current|energy|flow|rpm|freq|lux|co2|soc/;

/** Commands for a value that is told otherwise before and after, and the topics they came on. */
interface Untaken {
  readonly findings: Finding[];
  readonly commands: ReadonlySet<Reading>;
}

/** `command_without_reply` of commands for a value that stays what it was. */
export function untakenCommands(view: DeviceView): Untaken {
  const told = new Map<string, Place[]>();
  for (const topic of view.topics) {
    if (!/^(?:state|info|event|reply|availability)$/.test(topic.role)) continue;
    for (const path of [...topic.readings.at(-1)?.fields.keys() ?? []].slice(0, MOST_FIELDS)) {
      const key = keyOf(topic, path);
      if (key !== "") told.set(key, [...told.get(key) ?? [], { topic, path }]);
    }
  }
  const findings: Finding[] = [];
  const commands = new Set<Reading>();
  for (const topic of view.topics) {
    if (topic.live.length === 0 || !isWanting(topic)) continue;
    for (const path of [...topic.live.at(-1)?.fields.keys() ?? []].slice(0, MOST_FIELDS)) {
      const leaf = leafOf(path);
      if (ENVELOPE.test(leaf) || isCounter(leaf) || isTime(leaf)) continue;
      const key = keyOf(topic, path);
      const deed = isDeed(topic, { path, key });
      const same = told.get(key) ?? [];
      const parts = deed && same.length === 0 ? onlyPart(told, { key, topic, path }) : same;
      const places = parts.filter((one) => one.topic !== topic);
      const against = places.map((place) => ignored(place, { topic, path, isDeed: deed, view }));
      const [one] = against;
      const place = places[0];
      if (one === undefined || one === null || place === undefined) continue;
      if (against.includes(null)) continue;
      for (const command of one.asked) commands.add(command);
      const wanted = new Set(one.asked.map(({ fields }) => clip(fields.get(path) ?? null)));
      const times = one.asked.length;
      findings.push({
        severity: "warning",
        code: "command_without_reply",
        title: `${times === 1 ? "A command has" : `${times} commands have`} no effect: "${
          labelOf({ path, topic })
        }" asked for ${[...wanted].slice(-3).join(", ")}, "${labelOf(place)}" stays ${
          clip(one.value)
        }`,
        evidence: {
          summary: `Asked first at ${iso(one.asked[0]?.at ?? 0)}; "${place.topic.topic}" told ${
            clip(one.value)
          } ${
            one.after.length === 0
              ? "before, and nothing since"
              : `${one.after.length} times ${spanText(one.after)} after it`
          }`,
          messages: someOf([...one.asked, ...one.after]),
        },
        suggestion:
          "Check that the device subscribes to this very topic and understands the payload, that it may be commanded from there, and that what it moves is not stuck.",
      });
      break;
    }
    if (findings.length === 2) break;
  }
  return { findings, commands };
}

/** A place where a value is told. */
interface Place {
  readonly topic: TopicView;
  readonly path: string;
}

/** The one field of a thing that is `closed` where the thing was told to `open`. */
function onlyPart(
  told: ReadonlyMap<string, readonly Place[]>,
  { key, topic, path }: { key: string; topic: TopicView; path: string },
): readonly Place[] {
  const wanted = wordOf(topic.live.at(-1)?.fields.get(path));
  const sides = SIDES.slice(1).find((two) => two.some((side) => side.test(wanted)));
  if (sides === undefined) return [];
  const found = [...told].filter(([other]) => other.startsWith(`${key}/`)).flatMap(([, places]) =>
    places.filter((place) => {
      const word = wordOf(place.topic.readings.at(-1)?.fields.get(place.path));
      return sides.some((side) => side.test(word));
    })
  );
  return found.length === 1 ? found : [];
}

function wordOf(value: Scalar | undefined): string {
  return String(value).trim().toLowerCase();
}

const MOST_FIELDS = 40;
/** Fields that are about the message itself. */
const ENVELOPE =
  /^(?:type|kind|method|id|msgid|reqid|requestid|ts|timestamp|time|version|schema|source|src|seq)$/;
/** What has a word for each of its states. */
const CHOSEN = /(?:mode|preset|program|profile|source|scene|effect|direction|swing|fan)$/;

/** Whether a word on a topic or in a field for commands of all kinds names what is to be done: `feed`. */
function isDeed({ segments }: TopicView, { path, key }: { path: string; key: string }): boolean {
  const words = wordsOf(path === "" ? segments.at(-1) ?? "" : leafOf(path));
  return !CHOSEN.test(key) && !words.includes("set") && words.every((word) => WANTING.test(word));
}

function clip(value: Scalar): string {
  return String(value).trim().slice(0, 40);
}

/** Words by which others want something of a device, at the ends of levels: `set_position`, `rudder-cmd`. */
const ASKING =
  /^(?:set|cmd|cmnd|commands?|req|requests?|actions?|tasks?|methods?|orders?|calls?|rpc|write|befehle?|comandos?|kommandos?|commandes?|ordenes|orden|ordres?)$/;

/** Whether a topic is there for what others want, and no setting that its device tells itself. */
function isWanting({ readings, role, segments }: TopicView): boolean {
  if (role === "command") return true;
  const words = segments.map(wordsOf).flatMap((level) => [level.at(0), level.at(-1)]);
  return /^(?:state|event)$/.test(role) && words.some((word) => ASKING.test(word ?? "")) &&
    !readings.some(({ sample }) => sample.retain);
}

/** Messages so close to one another are told in one go. */
const TOGETHER_MS = 300;

/** What a value is of, without the words by which it is wanted or told: `x/set_pos` and `x/state` with `{"pos": …}`. */
function keyOf({ segments }: TopicView, path: string): string {
  const levels = [...segments, ...path.split(/[.\[\]]+/)].map((level) =>
    wordsOf(level).filter((word) => !WANTING.test(word) && !TELLING.test(word)).join("")
  ).filter((level) => level !== "");
  return levels.filter((level, i) => level !== levels[i - 1]).join("/");
}

const wordsOf: (level: string) => readonly string[] = remembering(
  (level) =>
    level.slice(0, 80).replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase()
      .split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ""),
  { longest: 80 },
);

const QUESTION = /^(?:get|query|refresh|read|status|poll)(?![a-z])/i;

/**
 * The last commands in a row for another value than is told ever since, and before; null where one was taken, may still be,
 * or what is told cannot be compared.
 */
function ignored(
  place: Place,
  o: { topic: TopicView; path: string; isDeed: boolean; view: DeviceView },
): { value: Scalar; asked: Reading[]; after: Reading[] } | null {
  const telling = place.topic.readings.filter(({ fields }) => fields.has(place.path));
  const last = telling.at(-1);
  const value = last?.fields.get(place.path);
  if (last === undefined || value === undefined || value === null) return null;
  const changedAt = telling.findLast(({ fields }) => fields.get(place.path) !== value)?.at ?? 0;
  const since = o.topic.live.filter(({ at, fields }) => {
    const wanted = fields.get(o.path) ?? "";
    return at > changedAt && wanted !== "" && !QUESTION.test(String(wanted));
  });
  const taken = since.findLastIndex(({ fields }) =>
    !isAgainst(fields.get(o.path) ?? null, value, { ...place, isDeed: o.isDeed })
  );
  const asked = since.slice(taken + 1);
  const first = asked[0];
  if (first === undefined) return null;
  const after = telling.filter(({ at }) => at > first.at);
  const before = telling.length - after.length;
  const isTold = last.at >= first.at + (asked.length > 1 ? AGAIN_MS : ONCE_MS);
  if (after.length > 0 && !isTold || before === 0 && asked.length < 2) return null;
  if (after.length === 0 && (asked.length < 2 || (o.view.lastHeardMs ?? 0) < first.at + ONCE_MS)) {
    return null;
  }
  const together = asked.filter(({ at }) =>
    after.some((one) => Math.abs(one.at - at) <= TOGETHER_MS)
  );
  if (
    o.topic.role !== "command" && together.length * 2 > asked.length &&
    after.length < asked.length * 2
  ) {
    return null;
  }
  if (isAimedAt(last, asked.map(({ fields }) => fields.get(o.path) ?? null))) return null;
  return heardAtLeast(o.view, first.at, after.length === 0 || asked.length < 2 ? ONCE_MS : AGAIN_MS)
    ? { value, asked, after }
    : null;
}

/** So many beside a topic of commands that have a topic of their own for what became of them. */
const LEAST_ANSWERING = 2;

/** Whether a topic of commands has none above it that tells its state, where all of its kind have: `channel/3/set`. */
export function isLeftOut({ live, segments, topic }: TopicView, { topics }: DeviceView): boolean {
  const above = (levels: readonly string[]) => levels.slice(0, -1).join("/");
  const tells = new Set(
    topics.filter(({ live, role }) => role === "state" && live.length > 0).map((one) => one.topic),
  );
  const kind = (levels: readonly string[]) => levels.join("/").replace(/\d{1,4}/g, "#");
  // What is so already is often not told again; two values cannot both be.
  if (new Set(live.map(({ fields }) => [...fields].join())).size < 2) return false;
  if (tells.has(above(segments)) || !/\d/.test(topic)) return false;
  const alike = topics.filter((one) =>
    one.topic !== topic && one.live.length > 0 && kind(one.segments) === kind(segments)
  );
  return alike.length >= LEAST_ANSWERING &&
    alike.every((one) => tells.has(above(one.segments)));
}

/** Whether a message tells a number that was commanded as what its device is on its way to: `Target`. */
export function isAimedAt({ fields }: Reading, wanted: readonly Scalar[]): boolean {
  return [...fields].some(([path, value]) =>
    typeof value === "number" && AIM.test(leafOf(path)) && wanted.includes(value)
  );
}

const AIM = /target|setpoint|desired|requested|wanted|goal|soll/;

/** Whether a value that is told shows that another one, which is wanted, was not taken. */
function isAgainst(
  wanted: Scalar,
  told: Scalar,
  { path, topic, isDeed }: { path: string; topic: TopicView; isDeed: boolean },
): boolean {
  const one = wordOf(wanted);
  const other = wordOf(told);
  if (one === other) return false;
  for (const [yes, no] of SIDES) {
    if (yes.test(one) && no.test(other) || no.test(one) && yes.test(other)) return true;
  }
  if (isDeed) return false;
  // `=40` sets, and `+5` does something else.
  const number = /^=\d{1,6}$/.test(one) ? Number(one.slice(1)) : wanted;
  if (typeof number === "number" && typeof told === "number") {
    const name = (path === "" ? topic.segments.slice(-2).join("/") : path).toLowerCase();
    if (MEASURED.test(name) && !AIM.test(name)) return false;
    return Math.abs(number - told) > Math.max(1, Math.abs(number) * 0.02) &&
      !isOtherScale(number, told);
  }
  const isState = (text: string) => /^\p{L}[\p{L}_ -]{1,24}$/u.test(text);
  return typeof wanted === "string" && typeof told === "string" && isState(one) &&
    isState(other) && one.slice(0, 4) !== other.slice(0, 4) &&
    !/^(?:ok|success|done|accepted|error|fail)/.test(one) &&
    !SIDES.flat().some((side) => side.test(one));
}

/** One scale's values in others: of 255, of 100, in tenths, in hundredths. */
const SCALES = [100 / 255, 100 / 254, 255 / 100, 254 / 100, 10, 0.1, 100, 0.01];

/** Whether a number is the same on another scale: 255 of a brightness is 100 %. */
export function isOtherScale(wanted: number, told: number): boolean {
  return SCALES.some((scale) => Math.abs(wanted * scale - told) <= Math.abs(told) * 0.02);
}

import { everyTime, findingFrom, secondsText, spanText } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { labelOf, leafOf, nameOf, objectOf } from "../../reading/fields.ts";
import { lastsMs, paceOf } from "../../../statistics.ts";
import { thingsOf, type Told } from "../../reading/streams.ts";
import type { DeviceView, TopicView } from "../../reading/view.ts";
import { restartTimes } from "../reach/connection.ts";
import { isOn } from "../effects/drivers.ts";
import { flagOf } from "../../../../payload/flag.ts";

/** What says whether a light or an outlet is on. */
const SWITCH =
  /^(?:power|state|status|on|is_?on|onoff|on_?off|switch|relay|output|light|lamp|licht|lampe|schalter|zustand|etat|estado|stato|stan|stav)\d{0,2}$/;
/** What only a light tells beside that. */
const OF_LIGHT =
  /^(?:brightness|bri|helligkeit|luminosite|luminosidad|brillo|luminosita|colou?r|colou?r_?(?:temp(?:erature)?|mode)|hue|sat|saturation|cct|ct|kelvin|mired|dimmer|rgbw?w?|hsv|hsb|xy|white_?value|warm_?white)$/;
/** Levels and names of what lights, or feeds what is plugged in. */
const LIGHT =
  /(?:^|[^\p{L}])(?:lights?|lamps?|bulbs?|licht|leuchten?|lampen?|lumi[eè]res?|ampoules?|luz|luces|luci?|lampad[ae]|lampy?|verlichting|belysning|osv[eě]tlen[ií])(?=$|[^\p{L}])/iu;
const OUTLET =
  /(?:^|[^\p{L}])(?:plugs?|sockets?|outlets?|smart_?plug|steckdosen?|prises?|enchufes?|tomadas?|prese|stopcontact(?:en)?|gniazdk?o|zasuvka|stikkontakt)(?=$|[^\p{L}])/iu;
/** What is there to go on and off by itself, and what is regulated so. */
const BY_TURNS =
  /blink|flash|strobe|alarm|siren|alert|beacon|puls|breath|notif|indicat|xmas|christmas|weihnacht|no[eë]l|navidad|natale|party|disco|traffic|ampel|tally|signal|turn|hazard|emergency|rescue|police|lighthouse|leuchtturm|heat|heiz|chauff|boiler|thermo|oven|kiln|pump|valve|fan|fridge|freez|charg|irrig|compress|test|demo|sim|effect|anim|scene|demand|cycle|duty|pwm|sensor|ldr|detect|motion|presence|ambient|photo|dark/i;
/** Fields that say of a light that something is played on it, and what they say where nothing is. */
const PLAYS = /effect|alert|anim|program|mode|flash|blink|scene|pattern|sequence|dynamics/;
const NOTHING =
  /^(?:|0|null|none|no|off|false|solid|static|normal|steady|manual|white|colou?r|hsv?|hsb|rgbw?w?|xy|ct|cct|temp|color_?temp|no[ _]?effect|stop(?:ped)?|idle)$/i;

const LEAST_TURNS = 20;
const LEAST_LENGTH_MS = 60_000;
/** By hand one does not switch so often for so long; what changes faster is another matter. */
const MOST_PACE_MS = 15_000;
const LEAST_PACE_MS = 1_000;
/** A light that goes on and off does so with nearly each message. */
const MOSTLY = 0.9;
const MOST_FIELDS = 60;

/** `flapping` of a light or an outlet that goes on and off by itself all the time, while nothing commands it and all else of it stays. */
export function switchesByItself(view: DeviceView): Finding[] {
  if (restartTimes(view).length >= 2) return [];
  // Who is heard to command it, is told of by what becomes of commands.
  if (view.topics.some(({ role, live }) => role === "command" && live.length > 1)) return [];
  for (const topic of view.topics) {
    if (!/^(?:state|event)$/.test(topic.role) || topic.live.length < LEAST_TURNS) continue;
    if (BY_TURNS.test(topic.topic) || BY_TURNS.test(view.identity.deviceId)) continue;
    for (const { of, told } of thingsOf(topic)) {
      for (const path of [...told.at(-1)?.fields.keys() ?? []].slice(0, MOST_FIELDS)) {
        const turns = turnsOf(path, { topic, told, view });
        if (turns === null) continue;
        const every = paceOf(turns);
        return [findingFrom({
          code: "flapping",
          title: `"${
            labelOf({ path, topic })
          }"${of} goes on and off by itself ${turns.length} times, every ${secondsText(every)}`,
          summary: `On "${topic.topic}" it is on and off by turns ${
            spanText(turns)
          }, and no command was heard`,
          ...everyTime(turns.map(({ reading }) => reading)),
          suggestion:
            "Look for an automation, a scene or another bridge that switches it, for an effect that plays on it, and for a loose contact or a wall switch that cuts its supply.",
        })];
      }
    }
  }
  return [];
}

/** The messages with which a light or an outlet changed between on and off, where it does nothing else. */
function turnsOf(
  path: string,
  { topic, told, view }: { topic: TopicView; told: readonly Told[]; view: DeviceView },
): Told[] | null {
  const names = [
    nameOf(path, topic.segments),
    leafOf(path === "" ? topic.segments.at(-1) ?? "" : path),
  ];
  if (!names.some((name) => SWITCH.test(name)) || BY_TURNS.test(path)) return null;
  const having = told.filter(({ fields }) => fields.has(path));
  const is = having.map(({ fields }) => {
    const value = fields.get(path) ?? null;
    return flagOf(value) ?? (typeof value === "number" ? null : isOn(value));
  });
  if (having.length < LEAST_TURNS || is.includes(null)) return null;
  const turns = having.filter((_, i) => i > 0 && is[i] !== is[i - 1]);
  const lengthMs = lastsMs(turns);
  const paceMs = paceOf(turns);
  if (
    turns.length < Math.max(LEAST_TURNS, MOSTLY * (having.length - 1)) ||
    lengthMs < LEAST_LENGTH_MS || paceMs > MOST_PACE_MS || paceMs < LEAST_PACE_MS
  ) return null;
  return isSwitched(path, topic, view) && !isPlayed(having) && staysOtherwise(path, having)
    ? turns
    : null;
}

/** Whether what stands beside it, or what it is called, says that it is a light or an outlet. */
function isSwitched(path: string, topic: TopicView, view: DeviceView): boolean {
  const isOfLight = (name: string) => OF_LIGHT.test(name);
  const inside = [...topic.live.at(-1)?.fields.keys() ?? []].filter((other) =>
    other !== path && other.startsWith(objectOf(path))
  ).flatMap((other) => other.slice(objectOf(path).length).split(".").map(leafOf));
  if (inside.some(isOfLight)) return true;
  const called = `${view.identity.deviceId}/${topic.topic}/${path}`;
  return LIGHT.test(called) || OUTLET.test(called);
}

/** Whether something is played on it. */
function isPlayed(told: readonly Told[]): boolean {
  return told.some(({ fields }) =>
    [...fields].slice(0, MOST_FIELDS).some(([path, value]) =>
      PLAYS.test(leafOf(path)) && typeof value !== "number" && value !== null &&
      !NOTHING.test(String(value).trim())
    )
  );
}

/** Whether nothing else that a light tells in words goes with it by turns: what also changes its colour is played. */
function staysOtherwise(path: string, told: readonly Told[]): boolean {
  const [first] = told;
  return [...first?.fields.keys() ?? []].slice(0, MOST_FIELDS).every((other) =>
    other === path || !/colou?r|hue|rgb|xy|ct$|kelvin/.test(leafOf(other)) ||
    new Set(told.map(({ fields }) => String(fields.get(other)))).size <= 2
  );
}

import type { Finding } from "../../finding_shape.ts";
import { findingFrom, repeating, someOf, spanText } from "../../evidence.ts";
import { labelOf, leafOf, nameOf, namesThing, type Scalar } from "../../reading/fields.ts";
import { goesWithPeople, isCarried, linkSaid, reachSaid } from "../../reading/reach_words.ts";
import { differences, median, paceOf, spreadOf } from "../../../statistics.ts";
import {
  type DeviceView,
  type FieldPlace,
  toldBeside,
  type TopicView,
} from "../../reading/view.ts";
import { thingsOf, type Told, toldOf } from "../../reading/streams.ts";
import { saysConnected } from "./restart_signs.ts";
import { joinsAnew } from "./lorawan.ts";
import { nameWords, wordsAt } from "../words/name_words.ts";
import { restsIn, saysRest } from "../effects/held_back.ts";

/** Fields that say whether something can be reached. */
const REACH =
  /^(?:is)?(?:reachable|online|alive|available|availability|connected|responding|reach|link|registered)$|^(?:is|has)?(?:link|connection|conn|network|ppp|wan|internet|uplink|tunnel|vpn|modbus|bus|cloud|mqtt|wifi|stream|signal|sensor|device|node|gateway|bridge|meter|inverter|ble|bluetooth|zigbee|lte|modem|rf|radio|serial)(?:state|status|reachable|online|alive|up|connected|ok|available|active)$/;
/** Words of a name that speak of nothing but that. */
const REACH_WORDS =
  / (?:(?:un)?reach(?:able|ability)?|online|alive|availability|connect(?:ed|ion|ivity)|conn|uplink|link|erreichbar(?:keit)?|verbunden|verbindung|connecte|connexion|joignable|conectado|conexion|connesso|connessione|verbonden|verbinding|bereikbaar) | (?:comm?|communication|komm|kommunikation|bus|modbus|plc|network|conn|connection|heartbeat) (?:ok|good|up|healthy|valid|active|established|state|status) /;
/** What is linked or available without a device being there or not. */
const OTHER_LINKS =
  / (?:quality|speed|rate|count|number|time|type|mode|last|update|id|url|name|users?|clients?|cable|plug(?:ged)?|group|scene) /;
/** What is switched is off again and again, and is there all the same; so is what shines or sounds, if its name says no more than where. */
const SWITCHED = /motor|pump|valve|heater|relay|output|outlet|socket|button|door|window/i;
const SHOWS =
  /lamp|lumi[eè]re|licht|leuchte|light|led(?![a-z])|siren|sirene|buzzer|summer|horn|bell|beacon|strobe|indicator|signal_?head|relais|(?<![a-z])(?:lock|latch|schloss)(?![a-z])/i;
/** Nobody comes and goes so often, that quickly. */
const QUICK_MS = 10_000;
const MANY_CHANGES = 6;
/** Levels of what a link's own word, up or down, is told of. */
const LINK =
  /^(?:ap|wan|lan|connection|conn|comm|link|links|port|ports|interface|interfaces|uplink|vpn|tunnel|router|internet|isp|wifi|wlan|radio)\d*$/i;
const LEAST_LOSSES = 2;
const LEAST_CHANGES = 3;
/** A state is one of so many words. */
const MOST_WORDS = 4;

/** `flapping` of a part, a link or a source that a device tells of: it comes and goes while the device goes on. */
export function flappingParts(view: DeviceView): Finding[] {
  for (const { topic, of, told, path } of thingsTold(view, /^(?:state|info|event|log)$/)) {
    if (topic.live.length < LEAST_CHANGES) continue;
    const losses = lossesOf(path, { topic, told, view }) ?? unseenOf(path, { topic, told, view });
    if (losses === null) continue;
    const label = labelOf({ path, topic });
    const said = String(losses[0]?.fields.get(path)).slice(0, 30);
    return flapped(losses, {
      title: `"${label}"${of} comes and goes: it was lost ${losses.length} times`,
      summary: `On "${topic.topic}" it says ${said} and back again`,
    });
  }
  for (
    const find of [
      connectsAgain,
      joinsAnew,
      reconnectsAgain,
      lostAgain,
      seeksAgain,
      addressLostAgain,
      rolesSwapAgain,
      flutters,
    ]
  ) {
    const again = find(view);
    if (again.length > 0) return again;
  }
  return [];
}

/** Each field of what topics of some roles tell of each thing. */
function* thingsTold(
  view: DeviceView,
  roles: RegExp,
): Generator<Story & { of: string; path: string }> {
  for (const topic of view.topics) {
    if (!roles.test(topic.role)) continue;
    for (const { of, told } of thingsOf(topic)) {
      for (const path of [...told.at(-1)?.fields.keys() ?? []].slice(0, MOST_FIELDS)) {
        yield { topic, of, told, path };
      }
    }
  }
}

/** Who connects so often in so short a time does not stay. */
const LEAST_CONNECTS = 3;
const AGAIN_MS = 30_000;
/** Who is heard stays joined for days. */
const JOINS_MS = 600_000;

/** The 64 bits by which LoRaWAN knows a device. */
const EUI = /^(?:[\da-f]{2}[:-]?){8}$/i;

/** Whether each message of a topic is a join of a LoRaWAN device. */
function isJoin({ segments, live }: TopicView): boolean {
  // Its address may stand behind that: `join/24e124707c481005`.
  const level = segments.findLast((one) => !EUI.test(one)) ?? "";
  return /^(?:re)?join(?:ed|s|[_-]?(?:accept|notify|notification|event|request))?$/i.test(level) &&
    [...live.at(-1)?.fields.keys() ?? []].some((path) => DEV_EUI.test(leafOf(path)));
}

const DEV_EUI = /^deveui$/;

/** What a mesh tells of one of its own that has just got its power, or lost its way: of Zigbee2MQTT, and of Tasmota's bridge by a number. */
const ANNOUNCED = /^(?:device[_ -]?(?:announced?|joined)|zb_?state\.status 30)$/i;
/** Who is switched on and off by its wall switch announces itself as well; some say it twice each time. */
const LEAST_ANNOUNCED = 5;
const TWICE_MS = 2_000;

/** Messages that announce a device of a mesh, each as it comes back. */
function announced({ live }: TopicView): Told[] {
  const said = toldOf(live).filter(({ fields }) =>
    [...fields].some(([path, value]) =>
      ANNOUNCED.test(/^(?:type|event)$/.test(path) ? String(value) : `${path} ${value}`)
    )
  );
  const apart = said.filter(({ at }, i) => at - (said[i - 1]?.at ?? 0) > TWICE_MS);
  return isTimed(apart) ? [] : apart;
}

/** Whether they come each as late, as a timer has it, or who asks by one. */
function isTimed(told: readonly { readonly at: number }[]): boolean {
  const steps = differences(told.map(({ at }) => at));
  return spreadOf(steps) < TIMED * Math.max(...steps);
}

/** `flapping` of one that says each time anew that it has connected, or of whom its mesh says so. */
function connectsAgain(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|info|event|log)$/.test(topic.role) || isCarried(topic.topic)) continue;
    const joins = isJoin(topic);
    const connects = (one: Told) => joins || saysConnected(one.fields, topic.role);
    const ways = [
      // Such a family tells it better.
      ...joins && topic.family.ownFindings !== undefined ? [] : [{
        said: toldOf(topic.live).filter(connects),
        does: joins ? "joins its network" : "connects",
        least: LEAST_CONNECTS,
        withinMs: joins ? JOINS_MS : AGAIN_MS,
      }],
      {
        said: announced(topic),
        does: "announces itself to its mesh",
        least: LEAST_ANNOUNCED,
        withinMs: JOINS_MS,
      },
    ];
    for (const { said, does, least, withinMs } of ways) {
      for (const [who, told] of Map.groupBy(said, joins ? euiIn : whoIn)) {
        const isOften = told.length >= least ||
          joins && told.length >= LEAST_REJOINS && tellsBetween(told, view);
        if (!isOften || paceOf(told) > withinMs) continue;
        const by = who === "" ? "" : ` by ${who}`;
        return flapped(told, {
          title: `It ${does} again and again: ${told.length} times${by}`,
          summary: `On "${topic.topic}" it says so`,
        });
      }
    }
  }
  return [];
}

/** One word by which one says that it had lost its connection before. */
const RECONNECTED =
  /^(?:(?:mqtt|wi-?fi|wlan|broker|network)[ _-]?)?(?:re-?connect(?:ed)?|wieder verbunden|neu verbunden|reconnect[eé]e?|reconectad[oa]|riconness[oa]|opnieuw verbonden|ponownie po[lł][aą]czon[oya]|(?:å|a)teransluten|znovu p[rř]ipojeno)[.!]?$/i;
const LEAST_RECONNECTS = 4;
const TIMED = 0.1;

/** `flapping` of one that says again and again that it is back, and so was gone before each. */
function reconnectsAgain(view: DeviceView): Finding[] {
  for (const { topic, of, told, path } of thingsTold(view, /^(?:state|info|event|log)$/)) {
    if (isCarried(topic.topic) || isTimed(told) || topic.mixes) continue;
    const words = told.map(({ fields }) => String(fields.get(path) ?? "").trim());
    // In a document it is told along with all else, for as long as it is the newest of its kind.
    const back = told.filter((_, i) =>
      RECONNECTED.test(words[i]) && (path === "" || words[i] !== words[i - 1])
    );
    if (back.length < LEAST_RECONNECTS || paceOf(back) > LOST_MS) continue;
    return flapped(back, {
      title: `It connects again and again: "${
        labelOf({ path, topic })
      }"${of} said ${back.length} times that it has reconnected`,
      summary: `On "${topic.topic}" it says so`,
    });
  }
  return [];
}

/** Who was joined, as what came before each shows, joins anew for a fault. */
const LEAST_REJOINS = 2;

function tellsBetween(joins: readonly Told[], view: DeviceView): boolean {
  return joins.every(({ at }, i) =>
    view.topics.some((topic) =>
      !isJoin(topic) && topic.live.some((one) => one.at < at && one.at > (joins[i - 1]?.at ?? 0))
    )
  );
}

/** The EUI of who joins; other ids of such a message are of the session, or of the message. */
function euiIn({ fields }: Told): string {
  return String([...fields].find(([path]) => DEV_EUI.test(leafOf(path)))?.[1] ?? "").slice(0, 60);
}

/** By what a message says of whom it speaks. */
function whoIn({ fields }: Told): string {
  return [...fields].filter(([path]) => /id$/.test(leafOf(path)) || namesThing(leafOf(path)))
    .map(([, value]) => String(value).slice(0, 60)).join(" ");
}

/** What a message tells that came on a topic, or as an event, of one of these names. */
const LOSS =
  /^(?:[a-z0-9]{0,16}?)(?:dis_?connect(?:ed|ion)?|connection_?(?:lost|closed|dropped|failed)|link_?(?:lost|down)|session_?(?:lost|terminated|expired)|dropped|verbindung_?verloren)(?:_?event)?$/i;
/** A line of a log that says it in words. */
const LOSS_LINE =
  /(?<!\p{L})(?:disconnect(?:ed|ing)|connection (?:was |has been )?(?:closed|lost|dropped|reset|terminated))(?!\p{L})/iu;
/** Why nobody wanted it to go. */
const UNWANTED =
  /time_?d?[ _-]?out|keep[ _-]?alive|lost|beacon|no[ _-]?(?:response|answer|ack|carrier|heartbeat|ap)|unexpected|ungraceful|abnormal|unclean|reset by|conn(?:ection)?[ _-]?reset|broken[ _-]?pipe|network|socket|tcp[ _-]?error|protocol|handshake|auth|refused|taken?[ _-]?over|another (?:device|client|session|location)|kicked|duplicate|conflict|crash|fail|fault|err(?:or)?(?![a-z])/i;
const LEAST_LOST = 3;
/** Who is gone so rarely sleeps. */
const LOST_MS = 120_000;

/** `flapping` of one of whom events tell, each with its reason, that its connection was lost. */
function lostAgain(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|info|event|log|availability)$/.test(topic.role) || isCarried(topic.topic)) {
      continue;
    }
    const isOfLoss = LOSS.test(topic.segments.at(-1) ?? "");
    const lost = toldOf(topic.live).flatMap((one) => {
      const line = topic.role === "log" ? String(one.fields.get("") ?? "").slice(0, 200) : "";
      if (LOSS_LINE.test(line) && UNWANTED.test(line)) {
        return [{ ...one, who: line.replace(/\d+/g, "#"), why: line.slice(0, 60) }];
      }
      const said = [...one.fields].map(([path, value]) => ({ name: leafOf(path), value }));
      const isLoss = isOfLoss ||
        said.some(({ name, value }) =>
          /^(?:event|eventtype|type|kind|action|evt|msg|message)$/.test(name) &&
          typeof value === "string" && LOSS.test(value.trim().replace(/[ .-]/g, "_"))
        );
      const why = said.find(({ name, value }) =>
        /(?:reason|cause|grund)(?:text|str|string|name)?$/.test(name) &&
        typeof value === "string" &&
        UNWANTED.test(value)
      );
      return isLoss && why !== undefined
        ? [{ ...one, who: whoIn(one), why: String(why.value).slice(0, 60) }]
        : [];
    });
    for (const [who, losses] of Map.groupBy(lost, ({ who }) => who)) {
      if (losses.length < LEAST_LOST || paceOf(losses) > LOST_MS) continue;
      return flapped(losses, {
        title: `Its connection is lost again and again: ${losses.length} times${
          who === "" ? "" : ` that of ${who}`
        }, for "${losses.at(-1)?.why}"`,
        summary: `On "${topic.topic}" it says so`,
      });
    }
  }
  return [];
}

/** States of one that is on its way to what it needs; who was off, or rests, has reason to. */
const SEEKS =
  /^(?:(?:re)?connecting|initiali[sz]ing|init|(?:re)?joining|searching(?:[_ ](?:network|broker|server|gateway))?|handshak(?:e|ing)|verbinde[nt]?|initialisier(?:en|ung|t))(?:\.{3})?$/i;

/** `flapping` of one whose state goes back to its beginning while it runs. */
function seeksAgain(view: DeviceView): Finding[] {
  for (const { topic, of, told, path } of thingsTold(view, /^(?:state|info|event|availability)$/)) {
    const name = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
    if (!/(?:state|status|phase|connection|link)$/.test(name) || isCarried(topic.topic)) continue;
    const words = told.map(({ fields }) => String(fields.get(path) ?? ""));
    const begun = told.filter((_, i) =>
      i > 0 && SEEKS.test(words[i]) && !SEEKS.test(words[i - 1]) && !saysRest(words[i - 1])
    );
    if (begun.length < LEAST_LOST || new Set(words).size > MOST_WORDS + 1) continue;
    if (paceOf(begun) > LOST_MS) continue;
    return flapped(begun, {
      title: `"${
        labelOf({ path, topic })
      }"${of} starts over again and again: ${begun.length} times`,
      summary: `On "${topic.topic}" it goes back to ${
        String(begun[0]?.fields.get(path)).slice(0, 30)
      }`,
    });
  }
  return [];
}

/** What is told of a link as long as it is up: where it stands in a network, and of which. */
const HELD =
  /^(?:(?:wifi|wlan|lan|eth|sta|local)?(?:ip|ipv4|ipaddr|ipaddress|bssid|ssid|apmac)|dhcpaddress|dhcplease)$/;
/** Links that are made when they are wanted. */
const AT_WISH = /vpn|tunnel|wg\d|wireguard|ppp|hotspot|tether|bluetooth|dial/i;
const BLANK =
  /^(?:|none|null|n\/?a|-+|0\.0\.0\.0|(?:00[:-]?){6}|not[ _]connected|unassigned|\(unset\))$/i;

/** `flapping` of a link by what is told of it: its address is gone again and again, and comes back the same. */
function addressLostAgain(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|info|event)$/.test(topic.role) || topic.mixes) continue;
    for (
      const path of new Set(topic.readings.slice(-3).flatMap(({ fields }) => [...fields.keys()]))
    ) {
      const name = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
      const around = `${topic.topic}/${path}`;
      if (!HELD.test(name) || goesWithPeople(around) || AT_WISH.test(around)) continue;
      const told = topic.readings.filter(({ fields, sample }) =>
        fields.has(path) || path === "" && sample.sizeBytes === 0
      ).map((reading) => ({
        at: reading.at,
        reading,
        value: String(reading.fields.get(path) ?? "").trim(),
      }));
      const held = new Set(told.map(({ value }) => value).filter((value) => !BLANK.test(value)));
      const lost = told.filter(({ value, reading }, i) =>
        i > 0 && BLANK.test(value) && !BLANK.test(told[i - 1].value) &&
        // What sleeps has no address.
        !restsIn(reading)
      );
      if (held.size !== 1 || lost.length < LEAST_LOST || paceOf(lost) > LOST_MS) continue;
      return flapped(lost, {
        title: `"${
          labelOf({ path, topic })
        }" was lost ${lost.length} times, and came back the same`,
        summary: `On "${topic.topic}" it is empty and ${[...held][0]?.slice(0, 60)} by turns`,
      });
    }
  }
  return [];
}

/** Roles of two of which one stands in for the other, and each takes the other for dead again and again. */
const ROLES =
  /^(?:(?:master|active|primary|leader)|(?:backup|standby|secondary|follower|slave|hot[ _-]?standby))$/i;
const NAMES_ROLE =
  /^(?:[a-z]{0,12}role|(?:vrrp|ha|hsrp|carp|redundancy|failover|cluster)?(?:state|status))$/;
const LEAST_SWAPS = 4;

/** `flapping` of one whose role in a pair changes again and again. */
function rolesSwapAgain(view: DeviceView): Finding[] {
  for (const { topic, of, told, path } of thingsTold(view, /^(?:state|info|event)$/)) {
    const name = leafOf(path === "" ? topic.segments.at(-1) ?? "" : path);
    const words = told.map(({ fields }) => String(fields.get(path) ?? ""));
    if (!NAMES_ROLE.test(name) || !words.every((word) => ROLES.test(word))) continue;
    const swaps = told.filter((_, i) => i > 0 && words[i] !== words[i - 1]);
    if (new Set(words).size !== 2 || swaps.length < LEAST_SWAPS) continue;
    if (paceOf(swaps) > LOST_MS) continue;
    return flapped(swaps, {
      title: `"${labelOf({ path, topic })}"${of} flaps: its role changed ${swaps.length} times`,
      summary: `On "${topic.topic}" it is ${[...new Set(words)].join(" and ")} by turns`,
    });
  }
  return [];
}

/** What a contact says by turns. */
const AJAR = /^(?:open|opened|offen|ouvert|abierto|aperto|on|1|true)$/i;
const SHUT = /^(?:closed?|shut|geschlossen|zu|ferm[eé]|cerrado|chiuso|off|0|false)$/i;
/** What people open and shut, one at a time. */
const CONTACT =
  /door|window|gate(?!way)|hatch|lid|contact|reed|t(?:ü|ue)r|fenster|porte|fen[eê]tre|puerta|ventana|porta|finestra/i;
/** What nobody opens again while it works. */
const MACHINE =
  /wash(?:ing|er)|dish_?washer|dryer|wasch|sp(?:ü|ue)lmaschine|trockner|lave_?(?:linge|vaisselle)|s[eè]che_?linge|lavadora|lavatrice|lavastoviglie|lavavajillas|secadora|wasmachine|vaatwasser|pralka|zmywarka|pra[cč]ka|tv[aä]ttmaskin|vaskemaskin/i;
const LEAST_OF_MACHINE = 8;
const OF_MACHINE_MS = 20_000;
const LEAST_FLUTTERS = 16;
/** Nobody goes in and out so quickly all the time. */
const FLUTTER_MS = 4_000;

/** `flapping` of a contact that opens and closes all the time, each time for a moment. */
function flutters(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|info|event)$/.test(topic.role) || topic.live.length < LEAST_OF_MACHINE) {
      continue;
    }
    const isOfMachine = MACHINE.test(topic.topic);
    for (const { of, told } of thingsOf(topic)) {
      for (const path of [...told.at(-1)?.fields.keys() ?? []].slice(0, MOST_FIELDS)) {
        if (!CONTACT.test(`${topic.segments.slice(-2).join("/")}/${path}`)) continue;
        const words = told.map(({ fields }) => String(fields.get(path) ?? ""));
        if (!words.every((word) => AJAR.test(word) || SHUT.test(word))) continue;
        const changes = told.filter((_, i) =>
          i > 0 && AJAR.test(words[i]) !== AJAR.test(words[i - 1])
        );
        if (paceOf(changes) > (isOfMachine ? OF_MACHINE_MS : FLUTTER_MS)) continue;
        const distance = changes.length < LEAST_OF_MACHINE ? null : jumpsAlong(told, path);
        if (
          changes.length < (isOfMachine || distance !== null ? LEAST_OF_MACHINE : LEAST_FLUTTERS)
        ) continue;
        return flapped(changes, {
          title: `"${labelOf({ path, topic })}"${of} flutters: it changed ${changes.length} times${
            distance === null ? "" : `, and "${distance}" jumps with it`
          }`,
          summary: `On "${topic.topic}" it is ${[...new Set(words)].join(" and ")} by turns`,
          advice: distance === null
            ? undefined
            : "Look at the distance sensor: its place and angle, what stands or hangs in its beam, and its filter in the settings.",
        });
      }
    }
  }
  return [];
}

const DISTANCE = /^(?:dist|range|echo|ultrasonic|abstand|entfernung|afstand|distanza)/;

/** A distance that is far from what it was each time that a contact is the other way: it is by that that it is told. */
function jumpsAlong(told: readonly Told[], path: string): string | null {
  return [...told.at(-1)?.fields.keys() ?? []].find((other) => {
    if (!DISTANCE.test(leafOf(other))) return false;
    const [ajar = [], shut = []] = [AJAR, SHUT].map((side) =>
      told.filter(({ fields }) => side.test(String(fields.get(path))))
        .map(({ fields }) => Number(fields.get(other)))
    );
    return Math.max(...ajar) < Math.min(...shut) / 2 || Math.max(...shut) < Math.min(...ajar) / 2;
  }) ?? null;
}

function flapped(
  told: readonly Pick<Told, "at" | "reading">[],
  o: { title: string; summary: string; advice?: string },
): Finding[] {
  return [findingFrom({
    code: "flapping",
    title: o.title,
    summary: `${o.summary} ${spanText(told)}`,
    messages: someOf(told.map(({ reading }) => reading)),
    ...repeating(told),
    suggestion: o.advice ??
      "Look at the link between what speaks here and this part: its signal, cable, supply and timeout, and for a second one with the same id.",
  })];
}

/** Fields of a message that are looked at, one by one. */
const MOST_FIELDS = 100;

/** Whether a flag beside what a program tells of itself says if its bus, or its radio, has a signal: ebusd's `global/signal`. */
export function isSignalOfBus({ topic, path }: FieldPlace, view: DeviceView): boolean {
  return leafOf(path === "" ? topic.segments.at(-1) ?? "" : path) === "signal" &&
    topic.readings.every(({ fields }) => typeof (fields.get(path) ?? true) === "boolean") &&
    toldBeside({ topic, path }, view).some(([name]) =>
      /^(?:running|uptime|version|scan)$/.test(leafOf(name))
    );
}

/** Whether a name alone says that this is about being reached. */
function tellsReach(path: string, topic: TopicView): boolean {
  const isLink = path === "" && topic.segments.slice(-3, -1).some((level) => LINK.test(level)) &&
    /^(?:state|status|link)$/i.test(topic.segments.at(-1) ?? "") && !SHOWS.test(topic.topic);
  const words = wordsAt(path, topic.segments);
  const isNamed = isLink || REACH.test(nameOf(path, topic.segments)) ||
    REACH_WORDS.test(words) && !OTHER_LINKS.test(words);
  const around = `${topic.topic}/${path}`;
  return isNamed && !goesWithPeople(around) && !SWITCHED.test(around);
}

interface Story {
  readonly topic: TopicView;
  readonly told: readonly Told[];
}

/** The messages with which it was lost and after which it came back; null where that is not again and again. */
function lossesOf(
  path: string,
  { topic, told, view }: Story & { view: DeviceView },
): Told[] | null {
  const having = told.filter(({ fields }) => fields.has(path));
  const values = having.map(({ fields }) => fields.get(path));
  if (values.some(isMeasured)) return null;
  // Words that say it of anything need no name; what else is said then is said by one that is there.
  const isSaid = values.some(isLost) && values.every((value) => typeof value === "string") &&
    new Set(values).size <= MOST_WORDS;
  const stands = values.map(linkSaid);
  const isLink = stands.includes("online") && !stands.includes(null) &&
    !CALLS.test(topic.topic) && !/^(?:idle|ready|trying)$/i.test(String(values[0]));
  const isHome = values.every((value) => AT_HOME.test(String(value)));
  const isNamed = tellsReach(path, topic) || isSignalOfBus({ topic, path }, view);
  if (!isSaid && !isLink && !isHome && !isNamed) return null;
  const here = values.map((value, i) =>
    isHome
      ? value === "home"
      : isLink
      ? stands[i] === "online"
      : isSaid
      ? !isLost(value)
      : isHere(value)
  );
  if (here.includes(null)) return null;
  const changes = having.filter((_, i) => i > 0 && here[i] !== here[i - 1]);
  const losses = having.filter((_, i) => i > 0 && here[i] === false && here[i - 1] === true);
  if (changes.length < LEAST_CHANGES || losses.length < LEAST_LOSSES) return null;
  if (!isHome && !goesWithPeople(`${topic.topic}/${path}`) || areQuick(changes)) return losses;
  // Nobody who leaves is back within seconds, again and again.
  const backs = changes.flatMap(({ at }, i) =>
    i > 0 && losses.includes(changes[i - 1] ?? changes[i]) ? [at - (changes[i - 1]?.at ?? at)] : []
  );
  return backs.length >= MANY_CHANGES && median(backs) <= QUICK_MS ? losses : null;
}

/** Whether changes come more often and more quickly than people come and go. */
export function areQuick(changes: readonly { readonly at: number }[]): boolean {
  return changes.length >= MANY_CHANGES && paceOf(changes) <= QUICK_MS;
}

const SEEN =
  / (?:presence|present|seen|detected|in range|nearby|anwesend|anwesenheit|present[ei]?) /;
const POOR_DBM = -80;

/** Where it is said to be away again and again while its radio is heard all the time, and well. */
function unseenOf(
  path: string,
  { topic, told, view }: Story & { view: DeviceView },
): Told[] | null {
  if (!SEEN.test(topic.segments.slice(-2).concat(path).map(nameWords).join(""))) return null;
  const here = told.map(({ fields }) => isHere(fields.get(path)));
  if (here.includes(null)) return null;
  const changes = told.filter((_, i) => i > 0 && here[i] !== here[i - 1]);
  if (!areQuick(changes)) return null;
  const losses = told.filter((_, i) => i > 0 && here[i] === false && here[i - 1] === true);
  const heard = view.topics.filter((other) => other.topic !== topic.topic || path !== "").flatMap(
    ({ live, segments }) =>
      live.filter(({ fields }) =>
        [...fields].some(([at, value]) =>
          typeof value === "number" && value < 0 && value >= POOR_DBM &&
          /rssi|signal/i.test([...segments.slice(-2), at].join("/"))
        )
      ),
  );
  const contradicted = losses.filter(({ at }) => {
    const back = told.find((one) => one.at > at && isHere(one.fields.get(path)) === true);
    return heard.some((one) => one.at >= at && one.at <= (back?.at ?? at));
  });
  return contradicted.length >= losses.length / 2 ? losses : null;
}

/** Where trackers say that something is. */
const AT_HOME = /^(?:not_)?home$/;

/** `camera_lost`: of what it says so stands before it. */
const LOST_PART = /^[a-z]{2,16}[ _-](?:lost|offline|disconnected|unreachable)$/i;

function isLost(value: Scalar | undefined): boolean {
  return typeof value === "string" &&
    (reachSaid(value, { bare: false }) === "offline" || LOST_PART.test(value.trim()));
}

/** What stands for as long as people speak. */
const CALLS = /call|phone|(?<![a-z])ext(?![a-z])|voip|handset|door_?bell|intercom/i;

/** Whether it is a number that says nothing of whether one is there; most fields are such. */
function isMeasured(value: Scalar | undefined): boolean {
  return typeof value === "number" && (!Number.isInteger(value) || Math.abs(value) > 2);
}

function isHere(value: Scalar | undefined): boolean | null {
  const said = reachSaid(value ?? "", { bare: true });
  return said === null ? null : said !== "offline";
}

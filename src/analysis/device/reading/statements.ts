import { flagOf } from "../../../payload/flag.ts";
import type { Family, Statement } from "../families/family.ts";
import type { JsonValue } from "../../../payload/payload.ts";
import { leafOf } from "./fields.ts";
import { isObject } from "./json.ts";
import { plainKeys } from "../../../payload/plain_keys.ts";
import { inEnglish } from "../../../payload/spoken_words.ts";
import { goesByChoice, reachNamed, reachSaid } from "./reach_words.ts";
import type { Sample } from "./trace.ts";

/** A message that says whether the device can be reached. */
export interface HeardStatement {
  readonly at: number;
  readonly statement: Statement;
  readonly sample: Sample;
  /** It speaks of what connects the device, not of the device. */
  readonly bridge: boolean;
  /** The same for statements that are one story of coming and going. */
  readonly story: string;
}

const STATEMENT_KEYS =
  /^(state|status|availability|available|online|connected|connection(?:_?state)?|alive|lwt|publisher|client)$/;
/** Fields of a document beside what it says of its sender's reach. */
const BESIDE =
  /^(?:ts|t|time|timestamp|date|datetime|since|depuis|seit|reason|cause|grund|message|last(?:seen|heard|contact|update|change)|seen|ip|mac|name|id|\w*name|\w*id|client|host|hostname|serial|sn|version|type|uptime)$/;

/** The document within an envelope: `{"d":{"Con":1},"ts":…}`. */
function inEnvelope(value: JsonValue): JsonValue {
  if (!isObject(value)) return value;
  const inner = Object.entries(value).filter(([key]) => !BESIDE.test(leafOf(key)));
  const [only] = inner;
  return inner.length === 1 && only !== undefined && isObject(only[1]) ? only[1] : value;
}

/** What a key by which a document tells its sender's reach says: `UeD`, an unexpected disconnect. */
const COMING: Readonly<Record<string, Statement>> = {
  con: "online",
  hbt: "online",
  dsc: "offline",
  ued: "offline",
};

/** The program behind a document, whose reach is told by its own name: Moonraker's `{"server": "offline"}`. */
const PROGRAM = /^(?:server|service|daemon|program)$/;

/** What a document that tells of nothing but its sender's reach says; null for all others. */
export function presenceSaid(
  value: JsonValue,
  o: { bare: boolean; /** Its topic is called for reach. */ isNamed?: boolean },
): Statement | null {
  const within = inEnvelope(plainKeys(value));
  if (!isObject(within)) return null;
  const entries = Object.entries(within).filter(([key]) => !BESIDE.test(leafOf(key)));
  const [only] = entries;
  if (entries.length !== 1 || only === undefined) return null;
  const [key, item] = only;
  const coming = COMING[leafOf(key)];
  if (coming !== undefined && item === 1) return coming;
  if (PROGRAM.test(key) && typeof item === "string") return reachSaid(item, { bare: false });
  const named = o.isNamed && /^(?:st|s|v|val|value|state|status)$/.test(key)
    ? "reach"
    : reachNamed(key);
  if (named === null || goesByChoice(key) || typeof item === "object") return null;
  return reachSaid(item, { bare: o.bare && named === "reach" });
}

/** What an availability payload says; `bare` admits `true`, `0`, `ON` and their like. */
export function statementIn(
  sample: Sample,
  o: { bare: boolean; family: Family; segments: readonly string[] },
): Statement | null {
  const decoded = sample.decoded;
  if (decoded === undefined) return null;
  const text = typeof decoded.value === "string" ? decoded.value : textOf(decoded.value);
  const own = o.family.statementOf?.(o.segments, text);
  if (own !== undefined && own !== null) return own;
  const value = plainKeys(decoded.value);
  if (isObject(value)) {
    // OwnTracks: a phone's last will stands where its positions do.
    if (value["_type"] === "lwt") return "offline";
    for (const [key, item] of Object.entries(value).slice(0, 30)) {
      if (!STATEMENT_KEYS.test(key)) continue;
      const isState = /^(state|status)$/.test(key);
      // An alarm panel is inactive among all else that it tells.
      if (isState && item === "inactive" && Object.keys(value).length > 2) continue;
      const said = wordOf(item, !isState);
      if (said !== null) return said;
    }
    return presenceSaid(value, {
      bare: o.bare,
      isNamed: reachNamed(o.segments.at(-1) ?? "") === "reach",
    });
  }
  if (Array.isArray(value) || value === null) return null;
  // A charger without a car, a call that ended.
  if (isOfOtherEnd(o.segments) && /^\s*(?:dis)?connect(?:ed)?\s*$/i.test(String(value))) {
    return null;
  }
  // A blind's or a desk's state goes up and down, and a detector is active or not.
  const last = o.segments.at(-1);
  if (last === "state" && /^\s*(?:up|down|(?:in)?active)\s*$/i.test(String(value))) return null;
  return wordOf(value, o.bare);
}

/** Whether `disconnected` says there that nothing is plugged in, or nobody called. */
function isOfOtherEnd(segments: readonly string[]): boolean {
  return /^(?:state|status)$/i.test(segments.at(-1) ?? "") &&
    segments.slice(0, -1).some((level) => OTHER_END.test(level));
}

const OTHER_END =
  /^(?:(?:phone|telefon)?calls?|anruf|easee|wall_?box|wattpilot|zappi|keba|go-?e(?:charger)?|open_?wb|evse|loadpoints?|(?:ev|car|vehicle)(?:_?charger)?)(?:[_-]?\d+)?$/i;

/** A small object as its family may read it. */
function textOf(value: JsonValue): string {
  return value === null || typeof value !== "object" ? "" : JSON.stringify(value).slice(0, 400);
}

/**
 * What a message on a topic of values says of the device: some send their last will where their
 * values stand. `alive` and a type of last will only, for `state` and `online` are mostly values.
 */
export function willAmongValues(sample: Sample): Statement | null {
  const value = plainKeys(sample.decoded?.value ?? null);
  if (!isObject(value)) return null;
  if (value["_type"] === "lwt") return "offline";
  if (value["_type"] === "location") return "online";
  // `dataq/connect/<serial>` with all that a camera is, and its last will with next to nothing.
  const connected = CONNECTING.test(sample.topic) ? flagOf(value["connected"]) : null;
  if (connected !== null) return connected ? "online" : "offline";
  // What became of a client, by its id and with little else.
  if (
    typeof value["client_id"] === "string" &&
    Object.keys(value).length <= 4 && /(?:^|[\/_-])(?:status|state)$/i.test(sample.topic)
  ) {
    const said = wordOf(value["status"] ?? value["state"], false);
    if (said !== null) return said;
  }
  // `{"node_state":"offline","motors":{}}` where a node tells all of itself.
  for (const [key, item] of Object.entries(value).slice(0, 4)) {
    if (reachNamed(key) !== "link" || goesByChoice(key)) continue;
    if (/^(?:ready|running)$/i.test(String(item))) return "online";
    const said = wordOf(item, false);
    const others = Object.keys(value).filter((one) => !BESIDE.test(leafOf(one)));
    if (said !== null && (said !== "offline" || others.length <= 2)) return said;
  }
  const alive = flagOf(value["alive"]);
  // A last will says next to nothing else.
  if (value["alive"] === 0 && Object.keys(value).length > 2) return null;
  return alive === null ? null : alive ? "online" : "offline";
}

/** A program's last word of itself. */
const ENDED =
  /^(?:terminated|shut ?down|shutting down|exited|killed|crashed|beendet|heruntergefahren|arr[eê]t[eé])$/i;

/** The message with which a device ended: the newest of all, of a word that its topic did not say before. */
export function lastWord(
  drafts: readonly { readonly readings: readonly { readonly sample: Sample }[] }[],
): Sample | null {
  const newest = drafts.flatMap(({ readings }) => {
    const last = readings.at(-1);
    return last === undefined || last.sample.retain ? [] : [{ last, before: readings.at(-2) }];
  }).sort((a, b) => b.last.sample.at - a.last.sample.at);
  const [final, ...others] = newest;
  const value = final?.last.sample.decoded?.value;
  // A machine whose only word it is may have ended its work.
  if (final?.before === undefined || others.length === 0 || typeof value !== "string") return null;
  return ENDED.test(value.trim()) ? final.last.sample : null;
}

/** Where a document of values says how its sender is, its last will says the same and next to nothing else. */
const OWN_STATE =
  /^(?:up|status|state|availability|connection|connection_?state|online|connected)$/;
const GONE = /^(?:offline|disconnected|unavailable|dead|lost|connection ?lost)$/i;
/** A document of values has so many fields, and a last will among them so few. */
const MANY_KEYS = 4;
const FEW_KEYS = 2;

/**
 * What messages of one topic say of their sender, where documents of values bear its state and a last will
 * stands among them; null each where there is none. In the order of the messages.
 */
export function willsAmongDocuments(samples: readonly Sample[]): (Statement | null)[] {
  const wholes = samples.map(({ decoded }) => {
    const value = plainKeys(decoded?.value ?? null);
    return isObject(value) ? value : null;
  });
  const key = wholes.flatMap((value) => {
    const keys = Object.keys(value ?? {});
    const own = keys.find((one) => OWN_STATE.test(one));
    const said = own === undefined ? undefined : value?.[own];
    return own !== undefined && saysGone(own, said) && keys.length <= FEW_KEYS ? [own] : [];
  })[0];
  const isWhole = (value: typeof wholes[number]) =>
    value !== null && key !== undefined && key in value && Object.keys(value).length >= MANY_KEYS;
  if (key === undefined || !wholes.some(isWhole)) return samples.map(() => null);
  return wholes.map((value) => {
    if (isWhole(value)) return "online";
    const keys = Object.keys(value ?? {});
    return keys.length <= FEW_KEYS && saysGone(key, value?.[key]) ? "offline" : null;
  });
}

function saysGone(key: string, value: JsonValue | undefined): boolean {
  // A light's state is off.
  const isFlag = value === false || !/^(?:state|status)$/.test(key);
  return isFlag && flagOf(value) === false ||
    typeof value === "string" && GONE.test(inEnglish(value.trim()));
}

/** A level of a topic on which a client says that it is there. */
const CONNECTING = /(?:^|\/)(?:connect|lwt|will|last_?will)(?:\/|$)/i;

function wordOf(value: unknown, bare: boolean): Statement | null {
  if (typeof value === "boolean") return bare ? (value ? "online" : "offline") : null;
  if (typeof value === "number") {
    // 2: all that the program connects is there as well.
    return !bare ? null : value === 1 || value === 2 ? "online" : value === 0 ? "offline" : null;
  }
  if (typeof value !== "string" || value.length > 40) return null;
  const word = inEnglish(value.trim()).toLowerCase();
  const reach = reachSaid(value, { bare });
  if (reach !== null) return reach;
  if (/^(?:lost|down|inactive)$/.test(word)) return "offline";
  // `reader disconnected`: whose will it is, and what it says.
  const [, said = ""] =
    /^[\p{L}\p{N}_-]{2,24} (offline|disconnected|online|connected)$/u.exec(word) ?? [];
  if (said !== "" && !/^(?:not|no|never|is|was|client|user)(?![\p{L}])/u.test(word)) {
    return /^off|^dis/.test(said) ? "offline" : "online";
  }
  if (/^(?:sleep(?:ing)?|asleep|hibernat(?:ed|ing|ion))$/.test(word)) return "sleeping";
  return null;
}

/** What a client says when it comes, and what its last will says when it is gone. */
const HELLO = /^(?:(?:is|came|back|now|going) ){0,2}(?:connected|online|hello|birth)[.!]?$/i;
const WILL =
  /^(?:(?:status|state|conn|connection|online)[=:] ?)?(?:(?:is|has|gone|went|going|now|unexpectedly) ){0,2}(?:disconnected|offline|lwt|last ?will|connection ?lost|goodbye|bye|dead|unreachable)[.!]?$/i;
/** Data in a text: `DATA door=closed tries=0`, `T:21.5`. */
const DATA = /[=:{;,]/;

/**
 * What bare words say among the data on one topic: `CONNECTED`, `DATA door=closed`, `DISCONNECTED`. Null
 * where the words are a value of their own, such as a cable's or a phone's.
 */
export function willsAmongTexts(samples: readonly Sample[]): (Statement | null)[] | null {
  const texts = samples.map(({ decoded }) =>
    typeof decoded?.value === "string"
      ? inEnglish(decoded.value.trim())
      : JSON.stringify(decoded?.value ?? "")
  );
  const said = texts.map((text) =>
    WILL.test(text) ? "offline" : HELLO.test(text) ? "online" : null
  );
  if (!said.includes("offline")) return null;
  const others = texts.filter((_, i) => said[i] === null);
  return others.length >= 2 && others.every((text) => DATA.test(text)) ? said : null;
}

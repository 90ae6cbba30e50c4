/** What the name of a topic says of its payloads. */
import type { JsonValue } from "../payload.ts";
import { isObject } from "../json_object.ts";
import {
  COUNT_PARTS,
  EXEMPT_PARTS,
  isRoomLeft,
  NAMING_LEVELS,
  ONLINE_PARTS,
  PAST_PARTS,
  WARNING_KEYS,
} from "./key_words.ts";
import { isHistory } from "./past.ts";
import { plainKey } from "../plain_keys.ts";
import { splitWords } from "./split_words.ts";
import { isTroubleNoun } from "./trouble_nouns.ts";
import { remembering } from "../remembered.ts";

/**
 * What a topic's name alone says of its payloads. `severityByHint` looks at nothing else of a topic, so
 * that a verdict can be remembered for all topics of one hint.
 */
export type TopicHint =
  | "none"
  | "availability"
  | "trouble"
  | "warning"
  | "death"
  | "description";

/** What the name of a topic says of its payloads: only its last levels count. */
export const topicHint: (topic: string) => TopicHint = remembering(hintOf);

function hintOf(topic: string): TopicHint {
  if (/^spBv1\.0\/[^/]*\/[ND]DEATH\//.test(topic)) return "death";
  const slash = topic.lastIndexOf("/");
  const last = topic.slice(slash + 1);
  if (last === "config" || topic.startsWith("homeassistant/") && topic.endsWith("/config")) {
    return "description";
  }
  if (/\/bridge\/(?:devices|definitions|groups|info)$/.test(topic)) return "description";
  const parts = splitWords(last.slice(0, 64));
  if (NAMING_LEVELS.has(parts[parts.length - 1] ?? "")) return "description";
  if (parts.length === 0 || parts.length > 3) return "none";
  if (
    parts.some((p, i) =>
      EXEMPT_PARTS.has(p) && !isRoomLeft(p, parts[i - 1]) || COUNT_PARTS.has(p) || PAST_PARTS.has(p)
    )
  ) {
    return "none";
  }
  if (parts.some((p) => ONLINE_PARTS.has(p))) return "availability";
  if (parts.some(isTroubleNoun)) return "trouble";
  if (parts.some((p) => WARNING_KEYS.has(p))) return "warning";
  return "none";
}

/** The level of a topic that names what its payload is. */
export const levelKey: (topic: string) => string = remembering(namingLevel);

function namingLevel(topic: string): string {
  const levels = topic.split("/");
  while (levels.length > 1 && /^(?:value|val|v|get|raw|data)$/i.test(levels.at(-1) ?? "")) {
    levels.pop();
  }
  const [above = "", last = ""] = levels.slice(-2);
  // `…/error/state` is what `…/error` is, and `…/nasa_error_code1/state` what the code is.
  if (/^(?:state|status)$/i.test(last) && isFaultName(above)) return above;
  // `…/status/plain` says what `…/status` is.
  if (/^(?:plain|text|txt|str|string)$/i.test(last) && /^(?:state|status)$/i.test(above)) {
    return above;
  }
  // `alarms/active_text`, `faults/current`: what is wrong now, in words.
  if (
    /^(?:alarms?|faults?|errors?|warnings?)$/i.test(above) &&
    /^(?:(?:active|current|present)(?:[_-]?(?:text|message|list|description|alarms?|faults?))?|text|message)$/i
      .test(last)
  ) {
    return `${above}_text`;
  }
  // `mower/error/message`, `störung/text`: one record, a level for each of its fields.
  return TROUBLE_LEVEL.test(above) && RECORD_LEVEL.test(last) ? `${above}_${last}` : last;
}

/** Whether a level of a topic is called after a fault; an alarm may be what a detector is there for. */
function isFaultName(level: string): boolean {
  return /(?:^|[_-])(?:err|error|fault|trouble)(?:$|[_-]message$|[_-]?code(?:[_-]?\d)?$)/i.test(
    level,
  );
}

const TROUBLE_LEVEL = /^(?:err|error|fault|fehler|störung|stoerung)$/i;

const RECORD_LEVEL = /^(?:code|number|nummer|nr|message|msg|text|description|desc)$/i;

/** Whether a level above the last is there for errors, and none of them for what was. */
export const isBelowErrors: (topic: string) => boolean = remembering((topic) => {
  const above = topic.split("/").slice(0, -1);
  return above.some((level) => /^errors?$/i.test(level)) && !above.some(isHistory);
});

/** Whether nothing on a topic is of now: it is below what was (`…/LastErrors/1/Error`), or what people said to an assistant. */
export const isNeverNow: (topic: string) => boolean = remembering(
  (topic) =>
    UTTERED.test(topic) || RESTORED.test(topic) ||
    topic.split("/").slice(-4, -1).some((level) =>
      /^(?:last|prev|previous)_?(?:errors?|faults?|alarms?|events?|trips?)$/i.test(level)
    ),
);

/** `…/restore_code`: what an alarm panel names there is over. */
const RESTORED = /(?:^|\/)restor(?:e|ed|al)_?(?:code|event|description|text)$/i;

/** What people say to a voice assistant: "turn off the alarm". */
const UTTERED = /(?:^|\/)(?:asr|stt|nlu|tts|intent|textCaptured|utterance)\/(?!error)/i;

/** Whether a level holds how something is set: `limits`, `alarm_config`. */
export const isSettings: (level: string) => boolean = remembering((level) =>
  /^(?:[a-z]{2,12}_)?(?:cfg|conf|konfig|config(?:uration)?|settings?|setpoints|options|thresholds?|limits?|bounds|ranges?|par|params?|parameters?|profiles?|prefs|preferences)$/
    .test(plainKey(level))
);

/** `flowio/…/cfg/thresholds`, `…/capabilities`: from when on something shall be wrong, or what can be. */
export const isOfSettings: (topic: string) => boolean = remembering((topic) =>
  topic.split("/").slice(1).some((level) =>
    isSettings(level) ||
    /^(?:switch|capabilit(?:y|ies)|legend|schema|manual|catalog(?:ue)?)$/.test(plainKey(level))
  )
);

/** `…/alarms/P0` with the action RAISED: an alarm of the system that speaks, and not of what it sees. */
export function isRaisedAlarm(topic: string, value: JsonValue): boolean {
  if (!isObject(value)) return false;
  return topic.split("/").some((level) => /^alarms?$/i.test(level)) &&
    Object.keys(value).some((key) =>
      /^(?:action|state|status|event)$/i.test(key) &&
      /^(?:raised|escalated)$/i.test(String(value[key]))
    );
}

/** Whether the text on a topic is what somebody sees, hears or called it: `…/activewindow/state`. */
export function isShown(topic: string): boolean {
  const levels = topic.split("/");
  const last = levels.at(-1) ?? "";
  const named = /^(?:state|status|value|select|selected|current|active)$/i.test(last)
    ? levels.at(-2) ?? ""
    : last;
  return SHOWN.test(splitWords(named).at(-1) ?? "") || isNotice(topic) || isPlayed(topic);
}

/**
 * Whether what stands at a place, its levels with `/` or `.` between them, is what a player plays: the words of titles
 * are no reports. `roon/Kitchen/now_playing/one_line/line1`, `tv/current_program`, `showtitle`.
 */
export const isPlayed: (place: string) => boolean = remembering((place) => {
  const levels = place.split(/[/.]/).map((level) => splitWords(level.slice(0, 64)).join("_"))
    .filter((level) => level !== "" && !HOLDS.test(level));
  const last = levels.at(-1) ?? "";
  if (levels.slice(-3).some((level) => PLAYED.test(level)) || TITLE.test(last)) return true;
  return OF_PLAYER.test(last) && levels.slice(0, -1).some((level) => PLAYER.test(level));
});

const HOLDS = /^(?:val|value|v|state|text)$/;
/** Levels below which nothing is told but what is played. */
const PLAYED =
  /^(?:now|currently)_?(?:playing|showing)(?:_?item)?$|^current_?(?:track|song|program(?:me)?|show)$/;
/** Names of what is said or written of music, films and programmes. */
const TITLE =
  /^(?:media|show|series|stream|icy|track|song|album|movie|episode|grand_?parent|current|remote|program(?:me)?)_?(?:title|name)$|^(?:media_)?(?:title|artists?|album(?:_?artists?|_?name)?|genre|song_?album|composer|lyrics?(?:_?lines?)?|play_?list|radio_?text|tagline|podcast|audio_?book)$/;
/** Words by which players are called, and names that are of what is played where they are. */
const PLAYER =
  /(?:^|_)(?:roon|squeezebox|lms|snapcast|kodi|xbmc|plex|spotify|mpd|jellyfin|emby|sonos|volumio|moode|shairport|airplay|chromecast|yoradio|vlc|tuner|dab|radio|(?:media_?|music_?|audio_?)?player|podcast|playback|epg|rds)(?:_|$)/;
const OF_PLAYER =
  /^(?:station|program(?:me)?|channel|description|desc|summary|overview|subtitle|chapter|episode|movie|show|video|file|name|context|dls|ps|now|next|item)$/;

/** Whether a topic is a board or a display of a place, where people read: "Lift 4: defekt". */
export function isNotice(topic: string): boolean {
  return NOTICE.test(topic);
}

const NOTICE =
  /(?:^|\/)displays?\/[^/]+\/(?:text|message|content|line_?\d*|row_?\d*)$|(?:^|\/)(?:notices?|notice_?boards?|bulletins?|announcements?|signage|news|ticker|info_?screen|aushang|schwarzes_?brett|pinnwand)(?:\/|$)/i;

const SHOWN =
  /(?:^|active|current|foreground)(?:window|title|song|track|artist|album|media|app|application|program|channel|station|ssid|playlist|headline|subject|caption|effects?|scenes?|presets?)$/;

/** Records and topics of people: what they say to one another, plan, read and play, and what is told of the world. */
import type { JsonValue } from "../payload.ts";
import { isObject } from "../json_object.ts";
import { remembering } from "../remembered.ts";

/** Beside one of these stands what people say, ask, write or read. */
export const SPEECH =
  /^(?:intent|intents|utterance|transcript|transcription|speech|heard|(?:stt|tts|asr|llm)_?(?:text|input|output|result|response|reply|answer|sentence)|chat_?id|author|from_?user|sentence|wake_?word|reviewer|stars|tweet|headline|episode|podcast|isbn)$/i;

/** What a person wrote stands under one of these, beside a telephone number. */
export const LETTER_TEXT = /^(?:text|message|body|content|sms)$/i;

const LETTER_END = /^(?:phone|phone_?number|msisdn|from|to|sender|recipient|caller|originator)$/i;

/** A `number` alone may be anything's, unless it is written as a telephone's. */
const PHONE_NUMBER = /^(?:\+\d|0\d|\d{9})[\d ]{4,18}$/;

/** A short message from or to a telephone: its text is a person's, and tells nothing of the modem. */
export function isPersonsLetter(
  value: { readonly [key: string]: JsonValue },
  keys: readonly string[],
): boolean {
  return keys.some((key) => LETTER_TEXT.test(key)) &&
    keys.some((key) => {
      const end = String(value[key]);
      return LETTER_END.test(key) && /^\+?[\d ]{5,20}$/.test(end) ||
        /^number$/i.test(key) && PHONE_NUMBER.test(end);
    });
}

/** What a key says of who or what is behind its record; a key may say several. */
const KINDS = {
  /** Where it stands in a chat. */
  chat:
    /^(?:user_?(?:name|id)?|nick(?:_?name)?|channel_?(?:name|id)?|avatar|post_?id|team_?(?:domain|id)|account|protocol|room_?(?:id|name)?|thread_?(?:id|ts)|sender_?name|group_?(?:id|name)|chat|conversation)$/i,
  /** A person. */
  person:
    /^(?:first_?name|last_?name|user_?name|nick|display_?name|real_?name|author|sender_?(?:name|full_?name|email)|source_?name|from_?(?:name|user|email)|callsign|requester|guest|reviewer|editor|speaker|seller|correspondent|employee)$/i,
  /** Somebody whom it shall reach. */
  reader: /^(?:recipients?|empf[aä]nger|destinataires?|destinatari[oa]s?|ontvanger)$/i,
  sender: /^(?:from|sender|author|user|nick|by|account|actor)$/i,
  letter: LETTER_TEXT,
  /** A request or a report that people work on: how urgent it is is no trouble of who passes it on. */
  tracker:
    /^(?:assignees?|reporter|bug[_-]?(?:reporter|number|id|modifier)|commenters|issue(?:[_-]?(?:id|key|number|type))?|ticket(?:[_-]?(?:id|number))?|milestone|pull[_-]?request|merge[_-]?request|due(?:[_-]?(?:date|at))?|checked|is[_-]?(?:deleted|completed))$/i,
  due: /^(?:due(?:_?(?:date|at|on))?|deadline|fällig(?:_?am)?)$/i,
  title: /^(?:title|subject|betreff|titre|titulo|titolo|titel)$/i,
  what: /^(?:summary|task|item|event|reason|content|name)$/i,
  begin:
    /^_?(?:start|begin|begins|from|von|dt_?start|beginn|debut|début|inicio|inizio|start_?(?:date|time|at))$/i,
  end: /^_?(?:end|ends|until|to|bis|dt_?end|ende|fin|fine|end_?(?:date|time|at))$/i,
  allDay: /^_?(?:all_?day|ganztägig)$/i,
  asked: /^(?:prompt|question|query|frage)$/i,
  answered: /^(?:response|answers?|options|choices|completion|antwort)$/i,
  role: /^role$/i,
  /** What a message is. */
  named: /^(?:type|kind|event|(?:event|msg|message)_?type|cmd|command|action|method)$/i,
  /** How long an answer of a model of language is. */
  tokens: /^(?:[a-z]{2,12}_?)?tokens$|^(?:prompt_?)?eval_?count$/i,
  /** What stands in a call of those who help others. */
  call: /^(?:ric|sub_?ric|cap_?codes?|talk_?group\w*|stichwort|einsatz\w*|alarm_?stichwort)$/i,
  help: /^(?:keyword|cluster|units|vehicles|dispatch\w*|discipline|priority_?code)$/i,
  place: /^(?:address|adresse|street|stra(?:ss|ß)e|ort|city|location|lat|latitude)$/i,
  travel:
    /^(?:line|linie|direction|richtung|destination|platform|gleis|departure|abfahrt|arrival|planned|scheduled|delay|headsign|stop|train|trip|route|gate|flight)$/i,
  player: /^player$/i,
  game: /^(?:score|level|lives|game|world|map|xp)$/i,
  side: /^(?:white|black)$/i,
  /** A device's own: how grave it is, which one, and how it is. */
  report:
    /^(?:error|fault|severity|log_?level|(?:error_?|fault_?)?code|alarm|state|health|healthy|ok|success)$/i,
  grave: /^(?:error|fault|severity|(?:error_?|fault_?)?code|alarm)$/i,
} as const;

type Kind = keyof typeof KINDS;

const NAMES = Object.keys(KINDS) as Kind[];

/** Each kind is one bit. */
const BIT = Object.fromEntries(NAMES.map((kind, at) => [kind, 1 << at])) as Record<Kind, number>;

/** The kinds of a key; each key of each message is asked for them. */
const kindsOf: (key: string) => number = remembering(
  (key) => NAMES.reduce((kinds, kind) => KINDS[kind].test(key) ? kinds | BIT[kind] : kinds, 0),
);

const LEAST_OF_CHAT = 2;
const LEAST_OF_TRACKER = 2;
const LEAST_OF_TRAVEL = 3;
/** What a record holds is looked through so far. */
const MOST_KEYS = 60;

/** Whether a record of these fields is a bug, an issue, a ticket or a task. */
export function isOfTracker(keys: readonly string[]): boolean {
  return keys.filter((key) => (kindsOf(key) & BIT.tracker) !== 0).length >= LEAST_OF_TRACKER;
}

type Fields = { readonly [key: string]: JsonValue };

/** A field, and the kinds of its key. */
interface Place {
  readonly kinds: number;
  readonly value: JsonValue;
}

/** The fields of a record that say what it is of, with those of the objects in it. */
function placesIn(record: Fields): Place[] {
  const places: Place[] = [];
  let left = MOST_KEYS;
  const add = (object: Fields, depth: number) => {
    for (const key of Object.keys(object)) {
      if (left-- <= 0) return;
      const value = object[key] ?? null;
      const kinds = kindsOf(key);
      if (kinds !== 0) places.push({ kinds, value });
      if (depth < DEEPEST && isObject(value)) add(value, depth + 1);
    }
  };
  add(record, 0);
  return places;
}

/** Whether a record is what people write to one another, plan, work on or play, or a notice that is called off. */
export function isOfPeople(record: Fields): boolean {
  const places = placesIn(record);
  if (places.length === 0) return false;
  const found = places.reduce((all, { kinds }) => all | kinds, 0);
  const has = (...all: readonly Kind[]) => all.every((kind) => (found & BIT[kind]) !== 0);
  const any = (kind: Kind, is: (value: JsonValue) => boolean) =>
    has(kind) && places.some(({ kinds, value }) => (kinds & BIT[kind]) !== 0 && is(value));
  const count = (kind: Kind) => places.filter(({ kinds }) => (kinds & BIT[kind]) !== 0).length;
  if (has("tracker") && isOfWork(record)) return true;
  if (any("title", (value) => CALLED_OFF.test(String(value)))) return true;
  const isLetter = any("letter", (value) => typeof value === "string");
  if (isLetter && !has("report")) {
    if (has("person") || has("reader") || count("chat") >= LEAST_OF_CHAT) return true;
    if (any("sender", (value) => ADDRESS.test(String(value)))) return true;
    if (has("call") || has("help", "place")) return true;
  }
  if (has("title", "call") || has("asked", "answered")) return true;
  if (!has("grave") && !any("report", (value) => typeof value === "string" && isIll(value))) {
    if (isLetter && any("named", (value) => VOICE.test(String(value)))) return true;
    if ((isLetter || has("answered")) && has("tokens")) return true;
  }
  const isCalled = isLetter || has("title") || has("what");
  if (isCalled && !has("grave")) {
    if (has("allDay") || any("begin", isDay) && any("end", isDay) || any("due", isDay)) return true;
  }
  return isLetter && any("role", (value) => ROLE.test(String(value))) ||
    count("travel") >= LEAST_OF_TRAVEL || has("player", "game") ||
    count("side") === 2 && !has("grave");
}

/** Whether a record, or an object right in it, is of a tracker. */
function isOfWork(record: Fields): boolean {
  const keys = Object.keys(record);
  return isOfTracker(keys) || keys.slice(0, MOST_PARTS).some((key) => {
    const part = record[key];
    return isObject(part) && isOfTracker(Object.keys(part));
  });
}

const MOST_PARTS = 20;
const DEEPEST = 2;
/** Who speaks in what a program of language writes. */
const ROLE = /^(?:assistant|user|system)$/;

/** What is said to a machine that listens, and what it says. */
const VOICE =
  /^(?:stt|tts|asr|llm|listen|say|speak|speech|synthesi[sz]e|utterance|transcript(?:ion)?|dialog(?:ue)?)(?:[-_. ](?:start|end|begin|stop|final|partial|delta|done|text|input|output|result|response|reply|answer|sentence|message|request|detect)){0,2}$/i;

function isIll(text: string): boolean {
  return /err|fail|fault|lost/i.test(text);
}

/** A person's, as chats and letters write it: `@lena:home.tld`, Meshtastic's `!7efeee00`, `shop@example.org`, a telephone number. */
const ADDRESS =
  /^(?:![\da-f]{8}|@[\w.-]{2,40}(?::[\w.-]{3,60})?|[\w.+-]{1,60}@[\w.-]{2,60}|\+\d[\d ]{5,18})$/;

function isDay(value: JsonValue): boolean {
  if (isObject(value)) return isDay(value["date"] ?? value["date_time"] ?? null);
  return typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value);
}

/** A title that says that what it is about is over, planned or tried. */
const CALLED_OFF =
  /^\W{0,3}(?:resolved|recovered|recovery|cleared|test(?:ing)?|maintenance|planned|scheduled|behoben|wartung|résolu|resuelto|risolto|probealarm|übung)(?!\p{L})/iu;

/** What is told there is told by people, of the world: news, sports, jokes, what they write to one another. */
const OF_THE_WORLD =
  /(?:^|\/)(?:news|rss|feeds?|headlines?|schlagzeilen|ticker|sports?|fu(?:ss|ß)ball|football|soccer|bundesliga|formula1|f1|epg|reviews?|guest_?book|gästebuch|diary|tagebuch|quotes?|jokes?|trivia|quiz|tweets?|lyrics|horoscope|horoskop|chat|group_?chat|irc|transcripts?|to_?do|shopping(?:_?list)?|einkaufs(?:liste|zettel)|departures?|abfahrt(?:en|smonitor)?|verkehr|(?:traffic|roads?)\/(?:[^\/]{1,40}\/)?(?:notices?|news|incidents?|messages?)|species)(?:\/|$)/i;

/** What is said there is said to a machine that listens, or by it; what ails it stands on topics of their own. */
const OF_VOICE =
  /(?:^|(?<!errors?)\/)(?:stt|tts|asr|llm|heard|say|speak|spoken|speech|utterances?|dialog(?:ue)?)(?:\/(?!err|fault|fail|status|state|log|health|alarm)[^/]{1,40})?$/i;

/** Fewer words are a state. */
const LEAST_STORY = 4;

/** Whether a text on such a topic is a sentence for people, and none of a device. */
export function isStory(topic: string, text: string): boolean {
  return (OF_THE_WORLD.test(topic) || OF_VOICE.test(topic)) &&
    text.trim().split(/\s+/, LEAST_STORY).length >= LEAST_STORY;
}

/** Below this stand appointments, by name, by day or one after another. */
const CALENDAR =
  /(?:^|\/)(?:[\w-]*calendars?|[\w-]*kalender|agenda|ical|caldav|termine|appointments)\/(?:.{1,200}\/)?([^/]{1,100})$/i;
/** What tells of the program that reads them. */
const OF_PROGRAM =
  /^(?:errors?|fault|last_?error|status|state|lwt|online|connected|connection|alive|availability|health|log|reachable)$/i;

/** Whether a topic holds what is in somebody's calendar. */
export const isAppointment: (topic: string) => boolean = remembering((topic) => {
  const [, leaf] = CALENDAR.exec(topic) ?? [];
  return leaf !== undefined && !OF_PROGRAM.test(leaf);
});

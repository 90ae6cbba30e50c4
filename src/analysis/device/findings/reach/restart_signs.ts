import { flagOf } from "../../../../payload/flag.ts";
import { isHolder, leafOf, type Scalar } from "../../reading/fields.ts";
import { paceOf, spreadOf } from "../../../statistics.ts";
import { timeIn } from "../../reading/timestamps.ts";
import type { Sample } from "../../reading/trace.ts";
import { nameWords } from "../words/name_words.ts";
import type { Reading, TopicView } from "../../reading/view.ts";

/** Topics on which a device tells that it has started, and nothing else. */
const BOOT_TOPIC =
  /^(?:re)?(?:boot|booted|bootup|startup|start_?up|boot_?(?:info|event|message|msg|reason|log)|(?:restart|startup)_?(?:info|event|message|msg)|power_?(?:up|on)|hello|welcome)$/i;
/** Topics on which it may be asked to start anew, or tell that it did, and why. */
const RESET_TOPIC = /^(?:reset|restart|restarted|reboot|rebooted)(?:_?(?:info|event|message))?$/i;
/** Topics on which it says what it is when it connects. */
const BIRTH_TOPIC = /^(?:birth|birth_?(?:message|msg|info)|announce|i_?am|alive_?since)$/i;
const LEAST_BIRTHS = 3;
/** Fields and topics of the reason of the last start. */
const REASON =
  /^(?:last)?(?:(?:re)?(?:set|boot|start)|restart|wakeup|startup)(?:reason|cause|grund|source)(?:text|str)?$|^(?:rst|rr)(?:reason|cause)?$|^(?:neustartgrund|resetgrund)$/;
/** Reasons of starts that nobody wants. */
const UNWANTED_REASON =
  /watch ?dog|wdt|brown|exception|panic|crash|fault|abort|assert|stack|power ?(?:on|loss|fail|lost)|external|under ?voltage|hardware/i;

/** Whether a field of that name says why it started. */
export function isReason(name: string): boolean {
  return REASON.test(name);
}

/** Messages of a topic of its own that say why it started anew, each time when it did; none where it reports that all the time. */
export function reasonsTold(topic: TopicView, others: readonly TopicView[]): Sample[] {
  if (!REASON.test(leafOf(topic.segments.at(-1) ?? ""))) return [];
  const told = topic.live.filter(({ fields }) => UNWANTED_REASON.test(String(fields.get(""))));
  // What is reported along with all else tells of the last start only.
  const most = Math.max(
    0,
    ...others.filter((other) => /^(?:state|event|info)$/.test(other.role) && other !== topic)
      .map(({ live }) => live.length),
  );
  const runs = others.some((other) => other.live.length > 1 && runsOn(other));
  return runs || told.length < LEAST_BIRTHS || most < 1.5 * told.length
    ? []
    : told.map(({ sample }) => sample);
}
/** Events that say that the device has started anew. */
const BOOTS =
  /^(?:system|sys|device|dev|node|esp|mcu|cpu|controller|gateway|unit|board|station)?(?:boot|booted|booting|bootup|reboot|rebooted|restarted|startup|poweron|powerup|poweredon|powerreset|coldstart|warmstart|coldboot|warmboot|neustart|neugestartet|redemarrage|reinicio|riavvio|herstart)(?:event|complete|completed|ed)?$|^(?:system|sys|device|node|esp|mcu|cpu|controller|gateway|unit|board|station|watchdog|wdt|brownout|hardware|hw|power|cold|warm|soft|software|controlled|unexpected|unscheduled|forced|emergency|automatic|auto|self|recovery|abnormal)(?:start|started|restart|restarting|restarted|reboot|rebooted|reset|init|initialized)(?:event|ed)?$/;
/** Lines of a log that say so. */
const BOOT_LINE =
  /^[^\p{L}]{0,30}(?:(?:system|device|esp|mcu|controller|gateway|node) )?(?:boot(?:ing|ed)?|reboot(?:ing|ed)?|restart(?:ing|ed|(?=:))|start(?:ing|ed) up|startup|power(?:ed)?[ -]on|cold start)(?![\p{L}]| (?:in|at|scheduled|required|needed|count|time|reason: none))|^[^\p{L}]{0,30}(?:system|device|esp(?:32|8266)?|mcu|controller|gateway|node|firmware|sketch|kernel)(?: v?[\d.]+)? (?:has )?(?:been )?(?:(?:re)?(?:start|boot|initiali[sz])ed|power(?:ed)?[ -](?:on|up))(?![\p{L}])|(?:^|\s)rst:0x[\da-f]|^[^\p{L}]{0,30}(?:system |gerät |steuerung )?(?:neustart|neu gestartet|redémarrage|reinicio|riavvio)(?![\p{L}])/iu;

/** A few words at whose end something says that it has booted, whatever it is called. */
const BOOTED =
  /^(?:\p{L}[\p{L}\p{N}_.-]{0,30} ){1,5}(?:(?:has|is|was|just) ){0,2}(?:re)?booted(?: up)?[.!]?$/iu;

/** What ESP-IDF writes before each line: its colour, its level, the milliseconds since the start, and who speaks. */
const ESP_PREFIX = /^(?:.\[[\d;]{1,8}m)?[EWIDV] \((\d{1,10})\) (?:[\w.-]{1,30}: )?/;
/** A line so soon after the start is one of the start. */
const START_MS = 60_000;

/** Lines of a log of ESP-IDF before which it had run longer. */
export function logStartsAnew({ role, live }: TopicView): Sample[] {
  if (role !== "log") return [];
  const lines = live.flatMap(({ fields, sample }) => {
    const whole = fields.get("");
    const [, ms] = typeof whole === "string" ? ESP_PREFIX.exec(whole) ?? [] : [];
    return ms === undefined ? [] : [{ sample, ms: Number(ms) }];
  });
  return lines.filter(({ ms }, i) => {
    const before = lines[i - 1]?.ms ?? -1;
    // What comes late does not go on from there.
    return ms < before / 2 && ms < START_MS && (lines[i + 1]?.ms ?? ms) < before;
  }).map(({ sample }) => sample);
}

/** Fields that say what kind of message it is. */
const KIND =
  /^(?:type|event|eventtype|eventname|msgtype|messagetype|kind|evt|ev|method|action|what)$/;
/** Fields that say it in words. */
const SAID = /^(?:msg|message|text|txt|notice|log|line|entry)$/;
/** Words of one that has connected, for the first time or anew. */
const CONNECTS =
  /^(?:(?:new|mqtt|wifi|wlan|client|device|node|station|gateway|broker|session|network|lte|lora|server|cloud)[_ -]?){0,2}(?:(?:re[_ -]?)?connect(?:ed|ion|ing)?|(?:connection|session)[_ -]?(?:established|opened|open|start(?:ed)?|made|restored)|re[_ -]?join(?:ed|ing)?|joined|join[_ -]?(?:accept|request|accepted)?|log(?:ged)?[_ -]?in|handshake|boot[_ -]?notification|verbunden|connecte|conectado|connesso|verbonden)(?: (?:to|with|after|at) .{1,60}|[,:(#-]? ?\(?#?(?:attempt|try|retry|versuch|tentative|intento|tentativo|poging)\b.{0,40}|[.!…]{1,3})?$/i;

/** Whether a message says that what speaks has just connected. */
export function saysConnected(fields: Reading["fields"], role: TopicView["role"]): boolean {
  return [...fields].some(([path, value]) =>
    typeof value === "string" && CONNECTS.test(value.trim()) &&
    (path === ""
      ? /^(?:log|event)$/.test(role)
      : KIND.test(leafOf(path)) || SAID.test(leafOf(path)))
  );
}

/** A state that a device passes through when it starts; a machine that starts up works, and resets its cycle. */
const BOOTING =
  / (?:(?:re)?boot(?:ed|ing|up)?|restart(?:ed|ing)|neustart|redemarrage|reinicio|riavvio) | (?:reset|resetting) (?:hardware|system|device|mcu|cpu|controller|board|by|watchdog) | (?:hardware|hw|system|device|mcu|cpu|controller|watchdog|wdt|brownout) reset /;
/** Words that say that it is only to come, or may come. */
const TO_COME = / (?:required|needed|pending|scheduled|failed|not|no|please|loader|ok|count) /;

/** Live messages that say that the device has just started. */
export function bootMessages(topic: TopicView, others: readonly TopicView[]): Sample[] {
  const last = topic.segments.at(-1) ?? "";
  const isBeat = /^hello$/i.test(last) && topic.rhythm?.even === true;
  const isBootTopic = BOOT_TOPIC.test(last) && !isBeat && !runsOn(topic);
  const found = topic.live.filter((reading, i) =>
    isBootTopic
      ? isDocument(reading)
      : saysBoot(reading, topic.role) || saysBooted(reading, topic) ||
        turnsToBoot(reading, topic.live[i - 1], last) ||
        RESET_TOPIC.test(last) && tellsReason(reading)
  );
  if (found.length === 0 && (isBirth(topic, last) || isGreeting(topic, others))) {
    return topic.live.map(({ sample }) => sample);
  }
  // Who went to sleep wakes with a start.
  return found.filter(({ at }, i) =>
    i === 0 || !fellAsleep(others, { fromMs: found[i - 1]?.at ?? at, toMs: at })
  ).map(({ sample }) => sample);
}

const TO_SLEEP =
  /(?:go|goes|going|went|enter(?:s|ing)?)[ _-](?:in)?to[ _-](?:deep[ _-]?)?sleep|^(?:deep[ _-]?)?sleep(?:ing)?$/i;

/** Whether any topic says in between that the device goes to sleep. */
function fellAsleep(topics: readonly TopicView[], span: { fromMs: number; toMs: number }): boolean {
  return topics.some(({ live, role }) =>
    role !== "command" &&
    live.some(({ at, fields }) => {
      if (at <= span.fromMs || at >= span.toMs) return false;
      return [...fields.values()].some((value) =>
        typeof value === "string" && value.length <= 60 && TO_SLEEP.test(value.trim())
      );
    })
  );
}

/** What a program says when it has started; a machine says so of its state as well. */
const GREETING =
  /^(?:(?:i am |i'm |system |device |setup |now )?(?:ready|alive|up|here|started|initiali[sz]ed|up and running|hello(?: world)?|hi)|(?:setup |init )(?:done|complete|ok)|bereit|pr[eê]t|listo|pronto)[.! ]{0,3}$/i;

/** Whether it says nothing but the same greeting on the topic above all that it tells, now and then. */
function isGreeting({ topic, live }: TopicView, others: readonly TopicView[]): boolean {
  const said = live[0]?.fields.get("");
  if (typeof said !== "string" || !GREETING.test(said.trim())) return false;
  const steps = live.slice(1).map(({ at }, i) => at - (live[i]?.at ?? at));
  // A timer says it each time as late.
  const isTimed = spreadOf(steps) < 0.1 * Math.max(...steps);
  return live.length >= LEAST_BIRTHS && !isTimed &&
    live.every(({ fields }) => fields.get("") === said) &&
    others.filter((other) => other.topic.startsWith(`${topic}/`) && other.live.length > live.length)
        .length >= 2;
}

/** Whether it tells by the same words again what it is, and not as a heartbeat. */
function isBirth(topic: TopicView, last: string): boolean {
  return BIRTH_TOPIC.test(last) && topic.live.length >= LEAST_BIRTHS && !runsOn(topic) &&
    !(topic.rhythm?.even === true && topic.rhythm.medianMs >= BEAT_MS) &&
    topic.live.every((reading) => isDocument(reading) && reading.fields.size > 1);
}

/** Who tells what it is at an even pace of so long has a heartbeat. */
const BEAT_MS = 5_000;

function tellsReason({ fields }: Reading): boolean {
  return [...fields].some(([path, value]) =>
    /reason|cause|grund/.test(leafOf(path)) && typeof value === "string" &&
    UNWANTED_REASON.test(value)
  );
}

/** Whether its state is now that it starts, and was another one. */
function turnsToBoot(
  { fields }: Reading,
  before: Reading | undefined,
  last: string,
): boolean {
  return before !== undefined &&
    [...fields].some(([path, value]) => {
      if (typeof value !== "string" || value.length > 40 || before.fields.get(path) === value) {
        return false;
      }
      const words = nameWords(value.replaceAll(".", " "));
      return BOOTING.test(words) && !TO_COME.test(words) &&
        / (?:state|status|mode|phase|condition|zustand|etat|estado|stato) /
          .test(nameWords(path === "" ? last : path));
    });
}

/** One word with which it checks in after a start. */
const HAS_BOOTED =
  /^(?:re-?boot(?:ed|ing)|re-?started|powered[ _-]?(?:on|up)|boot[ _-]?complete|neu ?gestartet|neustart|red[eé]marr(?:age|[eé])|reiniciado|riavviato|herstart)(?:\.{3}|[.!…])?$/i;
/** Who says all the same so often tells how it started, and not when. */
const SELDOM_MS = 45_000;

/** Whether it says by one word that it has started, where it says others as well, and not all the time. */
function saysBooted(reading: Reading, { live }: TopicView): boolean {
  const hasBooted = ({ fields }: Reading) => {
    const said = fields.get("");
    return typeof said === "string" && HAS_BOOTED.test(said.trim());
  };
  if (!hasBooted(reading)) return false;
  const others = live.filter((one) => !hasBooted(one));
  const starts = live.filter((one, i) =>
    hasBooted(one) && !hasBooted(live[i - 1] ?? others[0] ?? one)
  );
  return others.length > 0 && starts.includes(reading) &&
    (paceOf(live) >= SELDOM_MS ||
      starts.length > 1 && paceOf(starts) >= SELDOM_MS);
}

/** Fields that say since when it runs. */
const START_TIME =
  /^(?:boot(?:ed)?(?:time|at|timestamp|date|ts|epoch)|last(?:re)?boot(?:ed)?(?:time|at|timestamp)?|last(?:restart|startup|powerup)(?:ed)?(?:time|at|timestamp)?|startuptime|upsince)$/;
/** Times of a start that is computed anew each time differ by so much. */
const START_JITTER_MS = 15_000;
/** The clocks of devices are wrong by less; where no zone is told, they differ by those of all zones. */
const CLOCKS_DIFFER_MS = 3_600_000;
const ZONES_DIFFER_MS = 15 * 3_600_000;

/** Whether a field of that name says since when it runs. */
export function isStartTime(name: string): boolean {
  return START_TIME.test(name);
}

/** Reports since when the device runs, each time another start that is later than what it told before. */
export function startsAnew(live: readonly Reading[], path: string): Sample[] {
  const found: Sample[] = [];
  let before: number | null = null;
  let toldAt = -Infinity;
  for (const { fields, sample } of live) {
    const start = timeIn(fields.get(path) ?? null);
    if (start === null) continue;
    const { atMs: startedAt, zoned } = start;
    const slackMs = zoned ? CLOCKS_DIFFER_MS : ZONES_DIFFER_MS;
    // Who has spoken since has not started since: a length of time is told as a date.
    const isSpokenSince = toldAt > startedAt + slackMs;
    toldAt = sample.at;
    // What starts after it is heard is no start of what tells it.
    if (startedAt > sample.at + 86_400_000) return [];
    // Of two devices on one topic one started before the other.
    if (before !== null && startedAt < before - START_JITTER_MS) return [];
    if (before !== null && startedAt > before + START_JITTER_MS && !isSpokenSince) {
      found.push(sample);
    }
    before = startedAt;
  }
  return found;
}

/** Whether it tells again and again how long it runs: then it is told of the last start. */
function runsOn({ live }: TopicView): boolean {
  return [...live.at(-1)?.fields.keys() ?? []].some((path) =>
    isUptime(leafOf(path)) &&
    live.some(({ fields }, i) =>
      (uptimeOf(fields.get(path)) ?? 0) > (uptimeOf(live[i - 1]?.fields.get(path)) ?? Infinity)
    )
  );
}

/** A text or an object: a bare number is a count, a bare flag a setting, whatever times and names are told along with it. */
function isDocument({ fields }: Reading): boolean {
  return fields.size > 0 && ![...fields].some(([path, value]) => isBare(path, value));
}

function isBare(path: string, value: Scalar): boolean {
  const name = path.includes("[") ? path : leafOf(path);
  // `v` with a number is a version as well.
  return isHolder(name) && (name !== "v" || typeof value === "boolean")
    ? typeof value !== "string" || flagOf(value) !== null || /^(?:ok)?$/i.test(value.trim())
    : BOOT_TOPIC.test(name) && flagOf(value) === false;
}

/** Whether a record denies what it is of: `{"type": "BOOT", "value": false}`. */
function isDenied(fields: Reading["fields"]): boolean {
  return [...fields].some(([path, value]) =>
    isHolder(leafOf(path)) && typeof value !== "number" && flagOf(value) === false
  );
}

function saysBoot({ fields }: Reading, role: TopicView["role"]): boolean {
  const whole = fields.get("");
  if (typeof whole === "string") {
    return (role === "log" || / /.test(whole.trim())) &&
        BOOT_LINE.test(whole.slice(0, 160).replace(ESP_PREFIX, "")) ||
      whole.length <= 100 && BOOTED.test(whole.trim()) ||
      role === "event" && BOOTS.test(leafOf(whole));
  }
  return [...fields].some(([path, value]) => {
    if (typeof value !== "string" || path.includes("[")) return false;
    const name = leafOf(path);
    return value.length <= 40 && KIND.test(name) && BOOTS.test(leafOf(value)) &&
        !isDenied(fields) ||
      SAID.test(name) &&
        (BOOT_LINE.test(value.slice(0, 120)) || value.length <= 100 && BOOTED.test(value.trim()));
  });
}

/** A field of a record of a list that is known by its name. */
const OF_RECORD = /^\[(?!\d{1,6}\])[^[\]]{1,40}\]\.([^.[\]]{1,60})$/;
/** Records of a list bear when they were read; a message of one tells nothing of that. */
const LEAST_OF_SEVERAL = 2;
/** What counts to there and begins anew is full, or it is the next hour or day. */
const ROUND = [60, 3_600, 86_400, 65.536, 65_536, 32_768, 1_000, 10_000];

/**
 * What all records of a list say of when they were read, where that is a small number and goes on as the time does: their
 * sender's own clock, whatever it is called. Of `[{"type": "switch", "value": "1", "time": "33"}, …]` 33. Empty where there is none.
 */
export function clockOfRecords(live: readonly Reading[]): { reading: Reading; count: number }[] {
  const names = new Set(
    [...live.at(-1)?.fields.keys() ?? []].flatMap((path) => OF_RECORD.exec(path)?.[1] ?? []),
  );
  for (const name of names) {
    let several = 0;
    const told = live.flatMap((reading) => {
      const values = [...reading.fields].flatMap(([path, value]) =>
        OF_RECORD.exec(path)?.[1] === name ? [value] : []
      );
      const count = /^\d{1,9}(?:\.\d{1,6})?$/.test(String(values[0])) ? Number(values[0]) : NaN;
      if (values.length > 1) several++;
      const isOne = values.length > 0 && values.every((value) => value === values[0]);
      return isOne && count < LEAST_DATE ? [{ reading, count }] : [];
    });
    if (told.length < live.length || several < LEAST_OF_SEVERAL || !goesAsTime(told)) continue;
    return told;
  }
  return [];
}

/** Whether counts go on as the time does, over some seconds at least, where they do not begin anew when they are full. */
function goesAsTime(
  told: readonly { readonly reading: Reading; readonly count: number }[],
): boolean {
  const steps = told.slice(1).map(({ reading, count }, i) => {
    const before = told[i] ?? { reading, count };
    return {
      before: before.count,
      after: count,
      passedS: (reading.at - before.reading.at) / 1_000,
    };
  });
  const isTime = ({ before, after, passedS }: typeof steps[number]) => {
    const pace = (after - before) / passedS;
    return passedS >= 2 && (pace > 0.9 && pace < 1.1 || pace > 900 && pace < 1_100);
  };
  const falls = steps.filter(({ before, after }) => after < before);
  const isFull = falls.length > 0 &&
    falls.every(({ before, after, passedS }) =>
      ROUND.some((full) => Math.abs(before + passedS - after - full) < 0.02 * full)
    );
  return !isFull && steps.filter(isTime).length >= Math.max(LEAST_OF_SEVERAL, falls.length);
}

/** Names of the time since the start. */
const UPTIME =
  /^(?:[a-z]{0,12}(?:uptime|upseconds|(?:since|seit)(?:last)?(?:boot|restart|reset|start|poweron|power|startup|neustart)|systemlaufzeit|systemruntime|tempsdepuisdemarrage|tiempoencendido|tiempoactivo)|runningtime|(?:seconds|sec|secs|ms|time)up)(?:in)?(?:s|sec|secs|second|seconds|ms|millis|milliseconds|min|mins|minutes|h|hr|hrs|hours|text|str|string|ticks)?$|^(?:millis|sysuptimeinstance)$/;
/** Of what runs in a device, or through it: that starts anew alone. */
const PARTS_TIME =
  /^(?:mqtt|wifi|wlan|wan|ppp|lte|modem|link|conn|connection|session|stream|service|process|app|task|job|player|line|tunnel|vpn|client|port|iface|interface|broker|pump|motor|heater|battery|ups|load|valve|relay|cycle|zone|fan|compressor|burner|print|charge|charging)/;

/** Whether a field of that name counts up from the device's start. */
export function isUptime(name: string): boolean {
  return UPTIME.test(name) && !PARTS_TIME.test(name);
}

/** Seconds of the unit in which a number of that name counts. */
export function secondsOf(name: string): number {
  return /min(?:ute)?s?$/.test(name) ? 60 : /(?:hours?|hrs?|inh)$/.test(name) ? 3_600 : 1;
}

/** Whether a name with a dot in it is of a part: `battery.runtime`, how long a battery would still last. */
export function isOfPart(path: string, { segments }: TopicView): boolean {
  const parts = (path === "" ? segments.at(-1) ?? "" : path).split(/[.[]/).slice(0, -1);
  return parts.some((part) => PARTS_TIME.test(leafOf(part)));
}

/** Names that are of an uptime only where the number is too small for a date. */
const MAYBE_UPTIME =
  /^(?:up|heartbeat|heart|hb|beat|keepalive|ping|lifesign|ut|upt|utime|ts|t|timestamp|ticks?|systime|ontime|clock|rt|rtime|runtime|run|totaltime|totalseconds|alive|alivetime|alivefor|running|rbt|reboottimer|secs?|seconds|laufzeit|(?:sys|dev|device|node|board|cpu|esp)(?:secs?|seconds|runtime|time|alive))$/;
const LEAST_DATE = 900_000_000;

/** Whether numbers under a name of doubt go on by seconds, or by milliseconds, as the time does. */
export function countsUp(live: readonly Reading[], path: string, name: string): boolean {
  if (!MAYBE_UPTIME.test(name)) return false;
  const values = live.map(({ fields }) => fields.get(path));
  if (values.every((value) => typeof value === "string")) return saysHours(live, values);
  if (!values.every((value) => typeof value === "number" && value >= 0 && value < LEAST_DATE)) {
    return false;
  }
  const paces = live.slice(1).map(({ at }, i) =>
    (Number(values[i + 1]) - Number(values[i])) / (at - (live[i]?.at ?? at))
  );
  const goesOn =
    paces.filter((pace) => pace > 0.0005 && pace < 0.0016 || pace > 0.9 && pace < 1.1).length;
  return goesOn >= paces.filter((pace) => pace < 0).length;
}

/** A length of time with its units: `17d 5h 12m`. */
const LENGTH = /^\d{1,5} ?(?:d|h|m|s|days?|hours?|hrs?|min\w*|sec\w*)[ ,:\d]/i;
/** A part of it runs for less. */
const LEAST_LENGTH_S = 7_200;

/** Whether texts tell a length of time that goes on as the time does, and was long. */
function saysHours(live: readonly Reading[], texts: readonly string[]): boolean {
  const lengths = texts.map((text) => LENGTH.test(text) ? uptimeOf(text) : null);
  if (lengths.includes(null)) return false;
  const seconds = lengths.map(Number);
  let [grown, passedMs] = [0, 0];
  for (let i = 1; i < seconds.length; i++) {
    const step = seconds[i] - seconds[i - 1];
    if (step < 0) continue;
    grown += step;
    passedMs += live[i].at - live[i - 1].at;
  }
  const pace = grown / Math.max(1, passedMs / 1_000);
  return Math.max(...seconds) >= LEAST_LENGTH_S && pace > 0.5 && pace < 1.5;
}

/** Seconds or whatever unit counts up; `1T02:03:04`, `2d 03:04:05`, `3 days, 4:05:06`, `0003:04:05:06`, `1d 2h 3m 4s`. */
export function uptimeOf(value: Scalar | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.length > 40) return null;
  const text = value.trim().replace(/^up /, "");
  const clock =
    /^(?:(\d{1,5}) ?(?:T|d|days?|:(?=\d{2}:\d{2}:\d{2})),? ?)?(\d{1,6}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/i
      .exec(
        text,
      );
  if (clock !== null) {
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = clock;
    return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  }
  const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };
  const parts = [...text.matchAll(/(\d{1,6}) ?([a-z]+)/gi)];
  if (parts.length === 0 || !/^(?:\d{1,6} ?[a-z]{1,8},? ?){1,6}$/i.test(text)) return null;
  let sum = 0;
  for (const [, count = "0", unit = ""] of parts) {
    const seconds = units[unit[0]?.toLowerCase() ?? ""];
    if (seconds === undefined || /^mo|^ms/i.test(unit)) return null;
    sum += Number(count) * seconds;
  }
  return sum;
}

/** Words of a start, and of a count of such. */
const STARTS =
  / (?:(?:re)?boot|restart|reset|rst|crash|panic|watchdog|wdt|iwdg|wdg|brownout|power ?(?:up|on|cycle|outage)|startup|neustart|redemarrage|reinicio|riavvi)(?:e?s)? (?:(?:reset|restart|rst)s? )?(?:count|counter|counts|cnt|number|num|no|nr|total|zaehler|anzahl|compteur|contador) | (?:boots|bootups|reboots|restarts|crashes|panics|neustarts|redemarrages|reinicios|riavvii|powercycles|power (?:cycles|ups|ons)|bootcount|bootcounter|bootcnt|rebootcount|restartcount|resetcount) | (?:wdt|watchdog|iwdg|wdg|brownout) (?:resets?|rsts?|count) | (?:total|num|number of|count) (?:resets|boots?|reboots?) | (?:anzahl|nombre) (?:neustarts?|redemarrages?) /;
/** What is no start of the device itself, or no count. */
const OF_A_PART =
  / (?:stream|process|service|app|task|job|session|modem|radio|camera|bus|connection|link|wifi|mqtt|time|date|at|last|reason|cause|delay|interval|limit|max|after|pin|password|energy|filter|trip) /;

/** Whether a field of that name counts how often the device started. */
export function isBootCount(path: string): boolean {
  const words = nameWords(path);
  return STARTS.test(words) && !OF_A_PART.test(words);
}

/** Names of a start alone: of a count of them, a flag, or a reason. What a pump does is called a start. */
const BARE_START = /^(?:(?:re)?boots?|resets?|reinicios?|neustarts?|riavvii|rbc)$/;

/** Whether numbers under a name of a start alone are a count of starts: more than any flag, and one more at a time. */
export function countsStarts(live: readonly Reading[], path: string, name: string): boolean {
  if (!BARE_START.test(name)) return false;
  const counts = live.map(({ fields }) => fields.get(path));
  return counts.every((count, i) =>
    typeof count === "number" && Number.isInteger(count) && count > 1 &&
    (i === 0 || count === counts[i - 1] || count === Number(counts[i - 1]) + 1)
  );
}

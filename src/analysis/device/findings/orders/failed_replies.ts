import { flagOf } from "../../../../payload/flag.ts";
import { isBenign } from "../../../../payload/severity/benign.ts";
import { NO_ERROR } from "../../../../payload/severity/denial_words.ts";
import type { Finding } from "../../finding_shape.ts";
import { idNamed, isAnswer, isAsking } from "./answered_by.ts";
import { isAcknowledgement, isGoingOn, isNoFailure } from "./outcomes.ts";
import { everyTime, findingFrom, iso } from "../../evidence.ts";
import { generic } from "../../families/generic.ts";
import { isTime, leafOf, type Scalar } from "../../reading/fields.ts";
import { HTTP_REFUSALS } from "../../../../payload/severity/codes.ts";
import { isRefused } from "./refusals.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { saysWell } from "../../../../payload/severity/beside.ts";

/** Levels of topics on which an answer comes, among them compounds such as `set_reply`. */
const ANSWERS =
  /(?:^|[_-])(?:reply|replies|responses?|resp|rsp|res|ack|acks|nack|answers?|results?|outcomes?|feedback|confirm(?:ation)?|cmdexe|cmdres|antwort|quittung|ergebnis|rückmeldung|rueckmeldung|retour|reponse|réponse|resultat|résultat|respuesta|resultado|risposta|esito|risultato|resposta|retorno|antwoord|odpowied[zź]|svar|odpov[eě]d|response_?message)$/i;
/** An answer stands at most so many levels from the end: `response/<method>`, `rpc/response/5`. */
const ANSWER_LEVELS = 2;
/** Last levels of topics that are there for what was refused. */
const REFUSALS = /^(?:rejected|refused|denied|nack|failed)$/i;
/** Where the trouble with the last command is told, after it. */
const LAST_ERROR =
  /^(?:(?:last|cmd|command)_?(?:error|err|failure|exception)|errors?|err|fehler|erreur)$/i;
/** What comes within this time of a command came for it. */
const CAUSED_MS = 5_000;
const CODES =
  /^(?:errno|http|httpcode|httpstatus|httpstatuscode|code|rc|rsc|ret|retcode|returncode|resultcode|errcode|errorcode|statuscode|respcode|responsecode|result|status)$/;
const WORDS =
  /^(?:message|msg|text|reason|error|err|error(?:message|msg|text|class|type)|description|desc|details?|info|hint|why|cause|statusdetails|[a-z\d]{0,4}dbg|grund|meldung|motif|motivo|opis|raison)$/;
/** So many answers with one code make it the usual one. */
const LEAST_USUAL = 3;

/** `reported_error` of answers that say that a command failed, by a code, in words, or by where they come. */
export function failedReplies(view: DeviceView): Finding[] {
  const found: Finding[] = [];
  const orders = view.topics.filter(isAsking).flatMap(({ live }) => live);
  const causeOf = ({ at, sample }: Reading) =>
    orders.findLast((order) =>
      order.at < at && order.at >= at - CAUSED_MS && order.sample.topic !== sample.topic
    );
  for (const topic of view.topics) {
    // A family that reads trouble by itself knows its own answers.
    const isRead = topic.family === generic ||
      topic.role === "reply" && topic.family.troubleOf === undefined;
    if (!isRead || !/^(?:reply|state|event|info|command)$/.test(topic.role)) continue;
    // What follows a question mark says which one it is: `res/500/?$rid=7`.
    const isAsked = topic.segments.at(-1)?.startsWith("?") === true;
    const last = topic.segments.at(isAsked ? -2 : -1) ?? "";
    const isRefusal = REFUSALS.test(last);
    const isHttp = (isAsked || orders.length > 0 && !isIdOfAsked(topic, view)) &&
      /^[45]\d\d$/.test(last) &&
      topic.segments.slice(0, -1).some((level) => ANSWERS.test(level));
    const isOfAnswers = isHttp || isRefusal || topic.role === "reply" || isOfAsked(topic, view) ||
      topic.segments.slice(-ANSWER_LEVELS).some((level) => ANSWERS.test(level)) ||
      standsForAsked(topic, view) || tellsAnswersAlone(topic, orders, causeOf);
    const answers = isHttp || isOfAnswers && topic.role !== "command"
      ? topic.live
      : topic.live.filter((reading) =>
        isAnswer(reading, view) ||
        topic.role === "command" && (wentOn(reading, topic) || tellsOutcome(reading)) ||
        topic.role !== "command" &&
          (LAST_ERROR.test(last) || isBeside(causeOf(reading), reading)) &&
          causeOf(reading) !== undefined
      );
    if (answers.length === 0) continue;
    // A reply that is a number may be what was asked for: codes are all such.
    const bare = answers.map(({ fields }) => fields.get("")).filter((value) =>
      typeof value === "number"
    );
    if (!bare.every((value) => value >= 200 && value < 205 || HTTP_REFUSALS.has(value))) continue;
    const usual = isRefusal ? null : usualCode(answers);
    const failed = answers.flatMap((reading) => {
      if (isNoFailure(reading, topic) || isAcknowledgement(reading, topic)) return [];
      const said = isRefusal || LAST_ERROR.test(last)
        ? refusalIn(reading)
        : failureIn(reading, { usual, order: causeOf(reading) }) ?? (isHttp ? last : null);
      return said === null ? [] : [{ reading, said }];
    });
    const latest = failed.at(-1);
    // One that failed and was then done is over.
    if (latest === undefined || latest.reading !== answers.at(-1) && failed.length < 2) continue;
    // Where each answer has a topic of its own, the same is told once.
    const title = `The device answered that a command failed: ${latest.said}`;
    if (found.some((one) => one.title === title)) continue;
    const samples = failed.map(({ reading }) => reading.sample);
    found.push(findingFrom({
      code: "reported_error",
      title,
      summary: `${failed.length} of ${answers.length} answers on "${topic.topic}", last at ${
        iso(latest.reading.at)
      }`,
      ...everyTime(samples),
      suggestion:
        "Compare the command that came before with what the device's manual allows, and look the code up there.",
    }));
    if (found.length === 2) break;
  }
  return found;
}

/** So often is what answers each order no chance. */
const LEAST_ANSWERS = 2;

/** Whether something comes on a topic after each order, and at no other time: it answers them, whatever it is called. */
function tellsAnswersAlone(
  { live, readings, role }: TopicView,
  orders: readonly Reading[],
  causeOf: (reading: Reading) => Reading | undefined,
): boolean {
  const isSeldom = orders.every(({ at }, i) => at - (orders[i - 1]?.at ?? 0) > 2 * CAUSED_MS);
  return role !== "command" && isSeldom && live.length >= LEAST_ANSWERS &&
    live.length === orders.length && live.length === readings.length &&
    live.every((reading) => causeOf(reading) !== undefined);
}

/** Whether the last level is which request it answers: `response/404` after `request/404`. */
function isIdOfAsked({ segments }: TopicView, view: DeviceView): boolean {
  return view.topics.some((other) =>
    other.segments.length === segments.length && other.segments.at(-1) === segments.at(-1) &&
    REQUESTS.test(other.segments.at(-2) ?? "")
  );
}

/** Whether a text comes right beside where the command came: `rx` for `tx`. */
function isBeside(order: Reading | undefined, { fields, sample }: Reading): boolean {
  const above = ({ topic }: { readonly topic: string }) => topic.slice(0, topic.lastIndexOf("/"));
  return order !== undefined && typeof fields.get("") === "string" &&
    above(order.sample) === above(sample);
}

/** `mt/status` beside `mt`: what became of what was sent there. */
function isOfAsked(topic: TopicView, view: DeviceView): boolean {
  const above = topic.segments.slice(0, -1).join("/");
  return /^(?:status|state|update|feedback|report)$/i.test(topic.segments.at(-1) ?? "") &&
    view.topics.some((other) => other.topic === above && isAsking(other) && other.live.length > 0);
}

/** Levels on which something is asked for, where one of answers may stand in their place. */
const REQUESTS = /^(?:req|requests?|cmd|commands?|calls?)$/i;

/** Whether a topic is that of requests but for one level: `resp/<to>/<from>/json` beside `req/<from>/<to>/json`. */
function standsForAsked({ segments }: TopicView, view: DeviceView): boolean {
  const inOrder = segments.toSorted().join("/");
  return segments.some((level, at) =>
    ANSWERS.test(level) &&
    view.topics.some((other) =>
      other.segments.length === segments.length && REQUESTS.test(other.segments[at]) &&
      other.segments.with(at, level).sort().join("/") === inOrder
    )
  );
}

/** Whether a message tells how an order stands of which one before it on the topic said that it goes on or waits. */
function wentOn({ at, fields }: Reading, { readings }: TopicView): boolean {
  return [...fields].some(([path, value]) =>
    isGoingOn(path, value) === false &&
    readings.some((before) => before.at < at && isGoingOn(path, before.fields.get(path)) === true)
  );
}

/** Whether a message on a topic where orders come and go tells how one went: not well, and why. */
function tellsOutcome({ fields }: Reading): boolean {
  const told = [...fields];
  return told.some(([path, value]) => value === false && /^(?:is)?success$/.test(leafOf(path))) &&
    told.some(([path, value]) => typeof value === "string" && ERROR.test(leafOf(path)));
}

/** The words of a message on a topic of refusals; a bare number there is how many parts were rejected. */
function refusalIn({ fields }: Reading): string | null {
  const whole = fields.get("");
  if (typeof whole === "string") {
    return NO_ERROR.test(whole.trim()) ? null : whole.trim().slice(0, 100);
  }
  if (fields.size === 0 || whole !== undefined) return null;
  const words = wordsIn(fields);
  return NO_ERROR.test(words) ? null : words.slice(0, 100);
}

/** What is called or said by somebody else. */
const OF_OTHERS =
  /name$|mode$|title|speech|transcript|utterance|query|search|filter|pattern|input|label|city|url|host|topic|path|file|song|^(?:cmd|command|method|action|event|type)$/;

/** What says by itself that it is about an order: `command_rejected`. */
const OF_ORDER = /^(?:command|cmd|order|request|action)[ _-]?[a-z]{4,12}$/i;

/** More words are a sentence of whatever kind. */
const MOST_WORDS = 4;

/** What is true of a command that was carried out. */
const DONE =
  /^(?:ok|isok|success|issuccess|successful|succeeded|accepted|applied|ack|acked|acknowledged|executed|allowed|valid|erfolg|erfolgreich|succes|exito|successo)$/;
/** Where an error is told, and below it its number and its words. */
const ERROR = /^(?:errors?|err|exception|fault|fehler|erreur|errore)$/;

/** The error of an answer as its code and words: `{"error":{"code":404,"message":"No handler"}}`, or a text. */
function errorIn(fields: Reading["fields"]): string | null {
  const numbers = [...fields].filter(([path, value]) =>
    typeof value === "number" && !idNamed(path) && !isTime(leafOf(path))
  );
  const [path = "", value = 0] = numbers.length === 1 ? numbers[0] ?? [] : [];
  // Beside other numbers it may be how far off something is.
  let code: Scalar = /^(?:error|err|fehler|erreur)$/.test(leafOf(path)) && isCode(value) &&
      value !== 0 && value !== 200
    ? value
    : null;
  let words = "";
  for (const [path, value] of fields) {
    const parts = path.split(".");
    if (parts.length > 3 || value === null || typeof value === "boolean") continue;
    const text = String(value).trim();
    const above = leafOf(parts.at(-2) ?? "");
    if (typeof value === "string" && ERROR.test(leafOf(path)) && /\p{L}{2}/u.test(text)) {
      if (!NO_ERROR.test(text)) words ||= text;
    } else if (parts.length > 1 && ERROR.test(above)) {
      if (CODES.test(leafOf(path)) && !NO_ERROR.test(text) && text !== "200") code ??= value;
      else if (WORDS.test(leafOf(path)) && !NO_ERROR.test(text)) words ||= text;
    }
  }
  if (code === null && words === "") return null;
  return code === null ? `error: ${words}` : `error ${code}${words === "" ? "" : `: ${words}`}`;
}

function failureIn(
  { fields }: Reading,
  o: { usual: number | null; order: Reading | undefined },
): string | null {
  const words = wordsIn(fields);
  const bare = fields.get("");
  if (typeof bare === "number") {
    const meaning = HTTP_REFUSALS.get(bare);
    return meaning === undefined ? null : `${bare} (${meaning})`;
  }
  const error = errorIn(fields);
  if (error !== null) return error.slice(0, 100);
  for (const [path, value] of fields) {
    const isNot = flagOf(value) === false &&
      // Of what is done nothing may be a count.
      (value === 0 ? /^(?:is)?success$/ : DONE).test(leafOf(path));
    if (isNot && path.split(".").length <= 2) {
      return `${leafOf(path)} ${value}${words === "" ? "" : `: ${words}`}`.slice(0, 100);
    }
  }
  // What was asked for is said again in many answers.
  const asked = new Set(o.order?.fields.values());
  for (const [path, value] of fields) {
    if (typeof value !== "string" || asked.has(value)) continue;
    if (OF_OTHERS.test(leafOf(path)) && !OF_ORDER.test(value)) continue;
    // A long sentence may be what was asked for: an explanation, a text.
    const isShort = value.trim().split(/\s+/, MOST_WORDS + 1).length <= MOST_WORDS;
    const name = path.endsWith("]") ? "" : leafOf(path);
    if (!isShort && name !== "" && !WORDS.test(name)) continue;
    if (!isRefused(value)) continue;
    const why = words === "" || words === value ? "" : `: ${words}`;
    return `${path === "" ? "" : `${leafOf(path)} `}${value.trim()}${why}`.slice(0, 100);
  }
  // A check of what must refuse went well by its own words.
  if ([...fields].some(([path, value]) => saysWell(leafOf(path), value))) return null;
  for (const [path, value] of fields) {
    if (!CODES.test(leafOf(path)) || path.split(".").length > 2) continue;
    // CoAP's and LwM2M's codes: `4.05`.
    const code = /^[45]\.\d\d$/.test(String(value)) ? 100 * Number(value) : value;
    if (!isCode(code) || code >= 0 && code < 400) continue;
    // A number that is no code of HTTP means what the words beside it say, or its first figure beside that of others.
    if (
      code >= 600
        ? !isWhyNot(words) && !isRefusalBeside(code, o.usual)
        : code > 0 && code === o.usual
    ) {
      continue;
    }
    return `${leafOf(path)} ${code}${words === "" ? "" : `: ${words}`}`.slice(0, 100);
  }
  return null;
}

/** `4105` where `2001` is usual. */
function isRefusalBeside(code: number, usual: number | null): boolean {
  return code >= 4_000 && code < 6_000 && usual !== null && usual >= 2_000 && usual < 3_000;
}

/** Whether words beside a code say more than that all went well. */
function isWhyNot(words: string): boolean {
  return !NO_ERROR.test(words) && /\p{L}{3}/u.test(words) && !isBenign(words, 0) &&
    !WENT_WELL.test(words);
}

const WENT_WELL =
  /succe|accept|ok\b|done|complete|created|started|updated|received|queued|progress|pending|continue|erfolg|gestartet/i;

/** The code that most answers on a topic bear. */
function usualCode(answers: readonly Reading[]): number | null {
  const counts = new Map<number, number>();
  for (const { fields } of answers) {
    for (const [path, value] of fields) {
      if (!CODES.test(leafOf(path)) || !isCode(value)) continue;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  // Nobody usually answers that a login is missing.
  if (first?.[0] === 401 || first?.[0] === 403) return null;
  return first !== undefined && first[1] >= LEAST_USUAL && first[1] > answers.length / 2
    ? first[0]
    : null;
}

function wordsIn(fields: Reading["fields"]): string {
  for (const [path, value] of fields) {
    if (WORDS.test(leafOf(path)) && typeof value === "string" && value.trim() !== "") {
      return value.trim();
    }
  }
  return "";
}

function isCode(value: Scalar): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

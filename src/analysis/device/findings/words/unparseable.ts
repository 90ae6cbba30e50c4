/** Payloads that cannot be read: broken text or JSON, and bytes where all else is text. */
import { countOf } from "../../../../payload/limits.ts";
import { everyTime, findingFrom } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import type { Sample } from "../../reading/trace.ts";
import type { DeviceView, TopicView } from "../../reading/view.ts";

const strict = new TextDecoder("utf-8", { fatal: true });
const NO_JSON = "JSON that does not parse";

/** `unparseable_payload`. */
export function unparseablePayloads(view: DeviceView): Finding[] {
  const broken: { sample: Sample; why: string }[] = [];
  for (const topic of view.topics) {
    if (topic.role === "log" || areBytesOfNumber(topic)) continue;
    const named = topic.live.filter(({ sample }) => isItsTopic(sample));
    if (named.length >= LEAST_NAMED && named.length === topic.live.length) {
      broken.push(
        ...named.map(({ sample }) => ({ sample, why: "it bears its own topic, and no value" })),
      );
      continue;
    }
    const texts = topic.readings.filter((reading) =>
      reading.sample.decoded?.encoding === "utf8"
    ).length;
    const found = topic.readings.flatMap(({ sample }) => {
      const why = brokenBecause(sample, texts >= 3) ??
        (topic.role === "discovery" && isOtherNotation(sample) ? NO_JSON : null);
      return why === null ? [] : [{ sample, why }];
    });
    // What is never JSON and always whole is a format of its own, such as a printed Python dictionary.
    const isOwnFormat = topic.role !== "discovery" && found.length >= 2 &&
      found.length === topic.readings.length &&
      found.every(({ sample, why }) => why === NO_JSON && !isMeantAsJson(sample));
    if (!isOwnFormat) broken.push(...found);
  }
  const first = broken[0];
  if (first === undefined) return [];
  const samples = broken.map((one) => one.sample).sort((a, b) => a.at - b.at);
  return [findingFrom({
    severity: "error",
    code: "unparseable_payload",
    title: `${broken.length === 1 ? "A payload" : `${broken.length} payloads`} cannot be read`,
    summary: `"${first.sample.topic}": ${first.why}`,
    ...everyTime(samples),
    suggestion:
      "If it is cut short, raise the device's message buffer or its MQTT packet size; else mend the template or code that builds it.",
  })];
}

/** Whether braces hold what is no JSON: who discovers devices reads nothing else, in whatever notation it was printed. */
function isOtherNotation({ cut, decoded, payload }: Sample): boolean {
  return !cut && decoded?.format !== "json" && payload.find((byte) => byte > 0x20) === 0x7b;
}

const LEAST_NAMED = 3;
const LEAST_KEYS = 2;

/** Whether names stand in it as JSON has them, one after the other: what does not parse there is a slip. */
function isMeantAsJson({ decoded }: Sample): boolean {
  const text = typeof decoded?.value === "string" ? decoded.value.slice(0, MOST_OF_TEXT) : "";
  return (text.match(/"[^"\\]{1,60}"\s?:/g) ?? []).length >= LEAST_KEYS;
}

/** Whether a message says but where it was sent: its program took the one text for the other. */
function isItsTopic({ decoded, topic }: Sample): boolean {
  return topic.includes("/") && typeof decoded?.value === "string" && decoded.value === topic;
}

/** Measured quantities, as topics are called by them. */
const QUANTITY =
  /temp|humid|feucht|press(?!ed)|moist|accel|gyro|volt|current|power|energy|batter|lux|illum|co2|distance|speed|weight|altitude/i;
/** What holds bytes on purpose. */
const OF_BYTES = /raw|bytes|bin|frame|packet|buffer|wave|fft|image|blob|hex|encrypt|key|crc|code/i;
/** No number is longer. */
const LONGEST_NUMBER_BYTES = 8;
const LEAST_BYTES = 5;
/** A number that was sent as the letter of its code, 44 as a comma, is one of several of these. */
const SIGN = /^[!-/:-@[-`{-~]$/;
/** By these others tell where it goes, or that there is none. */
const TREND = /[-+=<>^~|/\\_*?!]/;
const LEAST_SIGNS = 3;

function signsIn({ live }: TopicView): string[] {
  const texts = live.map(({ fields }) => fields.get("")).filter((value) =>
    typeof value === "string"
  );
  const signs = texts.filter((text) => SIGN.test(text));
  return new Set(signs).size >= LEAST_SIGNS && !signs.every((sign) => TREND.test(sign))
    ? signs
    : [];
}

/** Whether each payload has the few bytes of a number and is none in text, though bytes may happen to be letters or a digit. */
function areBytesOfNumber(topic: TopicView): boolean {
  const { live } = topic;
  const sizes = new Set(live.map(({ sample }) => sample.sizeBytes));
  const odd = live.filter(({ sample }) => sample.decoded?.format === "binary").length +
    signsIn(topic).length;
  const numbers = live.filter(({ fields }) => typeof fields.get("") === "number");
  const [size = 0] = sizes;
  return sizes.size === 1 && size <= LONGEST_NUMBER_BYTES && 2 * odd >= live.length &&
    10 * numbers.length <= live.length;
}

/** `unparseable_payload` of a measured quantity told in bytes, where all that is told beside it is text, and numbers among it. */
export function bytesAmongTexts(view: DeviceView): Finding[] {
  const told = view.topics.filter(({ live }) => live.length > 0);
  const isText = ({ live }: TopicView) =>
    live.every(({ sample }) => sample.decoded?.encoding === "utf8");
  const isNumber = ({ live }: TopicView) =>
    live.length >= LEAST_BYTES && live.every(({ fields }) => typeof fields.get("") === "number");
  const odd = told.filter(areBytesOfNumber);
  const [topic, another] = odd;
  const others = told.filter((one) => !odd.includes(one));
  if (topic === undefined || topic.live.length < LEAST_BYTES) return [];
  const signs = [...new Set(signsIn(topic))].slice(0, LEAST_SIGNS);
  if (another !== undefined && signs.length === 0) return [];
  const called = topic.segments.slice(-2).join("/");
  if (topic.role !== "state" || !QUANTITY.test(called) || OF_BYTES.test(called)) return [];
  if (!others.every(isText) || !others.some(isNumber)) return [];
  const samples = topic.live.map(({ sample }) => sample);
  const last = samples.at(-1);
  return [findingFrom({
    code: "unparseable_payload",
    title: `"${topic.topic}" is no ${
      signs.length > 0 ? "number" : "text"
    }: all of its ${samples.length} payloads are ${
      signs.length > 0
        ? `single signs, such as ${signs.map((sign) => `"${sign}"`).join(", ")}`
        : "bytes that cannot be read"
    }`,
    summary: `${countOf(last?.payload.length ?? 0, "byte")} each time, the last ${
      last?.payload.toHex() ?? ""
    } in hex, while all that comes beside it is text`,
    ...everyTime(samples),
    suggestion:
      "Look how its sender turns the number into text: its bytes are sent as they stand in memory, or a buffer is sent that was not written to.",
  })];
}

/** Whether a text ends as a document does, with more braces closed than were opened: `OFF,"AM2301":{"Temperature":21}}`. */
function isEndOfJson(text: string): boolean {
  const plain = text.trimEnd();
  if (
    !plain.endsWith("}") || plain.length > MOST_OF_TEXT ||
    !/"[^"\s]{1,40}" ?: ?[{["\d-]/.test(plain)
  ) return false;
  const bare = plain.replace(/"(?:[^"\\]|\\.)*"/g, "");
  return bare.split("}").length > bare.split("{").length;
}

const MOST_OF_TEXT = 20_000;

/** Why a payload is broken text or JSON, or null when it is not. */
export function brokenBecause(sample: Sample, amongTexts: boolean): string | null {
  if (sample.cut || sample.decoded?.format === "json") return null;
  const { payload } = sample;
  const first = payload.find((byte) => byte > 0x20);
  if (first === undefined) return null;
  const isJsonLike = first === 0x7b || first === 0x5b;
  if (
    !isJsonLike && sample.decoded?.encoding === "utf8" && isEndOfJson(String(sample.decoded.value))
  ) {
    return "JSON whose beginning is missing";
  }
  if (!isJsonLike && !amongTexts) return null;
  let text: string;
  try {
    text = strict.decode(payload);
  } catch {
    if (sample.decoded?.encoding === "utf8" && !isJsonLike) return null;
    if (sample.decoded?.format !== "text" && sample.decoded?.format !== "binary" && !isJsonLike) {
      return null;
    }
    return "broken UTF-8 among text";
  }
  if (!isJsonLike) return null;
  try {
    JSON.parse(text);
    return null;
  } catch {
    // A log line such as `[I][wifi] connected` or a template in braces is no attempt at JSON.
    if (!/^\s*(\{\s*("|\}|'|$|[\w]+\s*:)|\[\s*([\[{"\d\-\]]|$))/.test(text)) return null;
    if (/^\s*\[\d{1,2}[:;]/.test(text)) return null;
    // A dictionary as Python prints it is a format of its own.
    if (/^\s*\{\s*u?'[^']{0,100}'\s*:/.test(text) && /\}\s*$/.test(text.slice(-20))) return null;
    if (/[:[,]\s*[-+]?(NaN|Infinity|inf|nan)\b/.test(text)) {
      return "it holds NaN or Infinity, which JSON does not know: a sensor that read nothing";
    }
    const last = text.trimEnd().at(-1);
    return last === "}" || last === "]" ? NO_JSON : "JSON that is cut short";
  }
}

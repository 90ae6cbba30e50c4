import { flagOf } from "../../../../payload/flag.ts";
import type { JsonValue } from "../../../../payload/payload.ts";
import { plainKeys, writtenKey } from "../../../../payload/plain_keys.ts";
import type { Finding } from "../../finding_shape.ts";
import { everyTime, findingFrom, spanText } from "../../evidence.ts";
import { leafOf, objectOf, type Scalar, writtenPath } from "../../reading/fields.ts";
import { blankOf } from "../values/blank.ts";
import { isObject } from "../../reading/json.ts";
import type { Sample } from "../../reading/trace.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";

type Quality = "bad" | "uncertain" | "stale";

/** Values that their own source calls bad. */
interface Doubt {
  readonly quality: Quality;
  readonly samples: Sample[];
  /** What the source writes for it: `StatusCode BadCommunicationError`. */
  readonly said: string;
}

/** `reported_error` of values whose quality their source calls bad: OPC, Sparkplug and their like. */
export function badQuality(view: DeviceView): Finding[] {
  const doubts = new Map<string, Doubt>();
  for (const topic of view.topics) {
    if (!/^(state|event|info)$/.test(topic.role)) continue;
    for (const reading of topic.readings) {
      for (const { what, quality, said } of qualitiesIn(reading, topic)) {
        const known = doubts.get(`${quality} ${what}`);
        if (known !== undefined) {
          if (known.samples.at(-1) !== reading.sample) known.samples.push(reading.sample);
        } else if (doubts.size < 200) {
          doubts.set(`${quality} ${what}`, { quality, said, samples: [reading.sample] });
        }
      }
    }
  }
  const bad = [...doubts].filter(([, doubt]) => doubt.quality !== "uncertain");
  const told = bad.length > 0 ? bad : [...doubts];
  const first = told[0];
  if (first === undefined) return [];
  const [key, { quality, said }] = first;
  const name = key.slice(quality.length + 1);
  const samples = [...new Set(told.flatMap(([, doubt]) => doubt.samples))]
    .sort((a, b) => a.at - b.at);
  return [findingFrom({
    severity: bad.length > 0 ? "warning" : "info",
    code: "reported_error",
    title: `The source calls ${
      told.length === 1 ? "a value" : `${told.length} values`
    } ${quality}: ${
      told.slice(0, 3).map(([one, doubt]) => `"${one.slice(doubt.quality.length + 1)}"`).join(", ")
    } (${said})`,
    summary: `"${name}" came with ${said}, a ${quality} quality, ${spanText(samples)}`,
    ...everyTime(samples),
    suggestion:
      "Do not use these values: look at the link between the gateway and the machine, and let consumers drop what has no good quality.",
  })];
}

interface Said {
  readonly what: string;
  readonly quality: Quality;
  readonly said: string;
}

function qualitiesIn(reading: Reading, topic: TopicView): Said[] {
  const { decoded } = reading.sample;
  if (decoded === undefined) return [];
  const value = plainKeys(decoded.value);
  if (decoded.format.endsWith("sparkplug_b")) return metricQualities(value);
  const found: Said[] = [
    ...readErrors(value),
    ...failedReads(value, 0),
    // Sparkplug's metrics are written in JSON as well, alone or beside the topic that they stand for.
    ...metricQualities(value),
    ...metricQualities(isObject(value) ? value["payload"] : undefined),
  ];
  for (const [path, told] of reading.fields) {
    const quality = qualityOf(path, told, reading) ??
      (isOpcOf(path, topic) && typeof told === "number" && told < 128
        ? told < 64 ? "bad" : "uncertain"
        : null);
    if (quality === null) continue;
    found.push({
      what: subjectOf(path, reading, topic),
      quality,
      said: `${lastWritten(path, decoded.value) || topic.topic} ${String(told).slice(0, 60)}`,
    });
  }
  return found;
}

/** Longest list of tags or parts that is looked through. */
const MOST_PARTS = 500;

/**
 * Tags that a gateway could not read (Neuron: `values` and `errors` by tag, or `tags` with a code in the
 * place of a value), and parts that a robot's diagnostics call bad (ROS `DiagnosticStatus`: 2 is an
 * error, 3 is stale, 1 a warning).
 */
function readErrors(value: JsonValue): Said[] {
  if (!isObject(value)) return [];
  const { values, errors, tags, status } = value;
  const said = (what: string, code: JsonValue): Said[] =>
    typeof code === "number" && code !== 0
      ? [{ what: writtenKey(value, what).slice(0, 80), quality: "bad", said: `error ${code}` }]
      : [];
  if (isObject(values) && isObject(errors)) {
    return Object.entries(errors).slice(0, MOST_PARTS)
      .flatMap(([tag, code]) => Object.hasOwn(values, tag) ? [] : said(tag, code));
  }
  if (Array.isArray(tags)) {
    return tags.slice(0, MOST_PARTS).flatMap((tag) =>
      isObject(tag) && typeof tag["name"] === "string" && tag["value"] === undefined
        ? said(tag["name"], tag["error"] ?? 0)
        : []
    );
  }
  if (!Array.isArray(status)) return [];
  return status.slice(0, MOST_PARTS).flatMap((part): Said[] => {
    if (!isObject(part)) return [];
    const { level, name, message } = part;
    if (
      typeof name !== "string" || typeof message !== "string" || !Object.hasOwn(part, "hardware_id")
    ) {
      return [];
    }
    const quality = level === 2 ? "bad" : level === 3 ? "stale" : level === 1 ? "uncertain" : null;
    return quality === null
      ? []
      : [{ what: name.slice(0, 80), quality, said: `level ${level}: ${message.slice(0, 80)}` }];
  });
}

/**
 * Values that a gateway asked for one by one, each with a code of HTTP beside it, of which some could not be read
 * (ifm's IO-Link masters: 200 is read, 503 a port without a device).
 */
function failedReads(value: JsonValue, depth: number): Said[] {
  if (!isObject(value) || depth > 4) return [];
  const parts = Object.entries(value).slice(0, MOST_PARTS).flatMap(([what, part]) =>
    isObject(part) && typeof part["code"] === "number" ? [{ what, code: part["code"] }] : []
  );
  const read = parts.filter(({ code }) => code >= 200 && code < 300).length;
  if (parts.length >= 2 && read > 0) {
    return parts.filter(({ code }) => code >= 400 && code < 600)
      .map(({ what, code }) => ({
        what: writtenKey(value, what).slice(0, 80),
        quality: "bad",
        said: `code ${code}`,
      }));
  }
  return Object.values(value).slice(0, 20).flatMap((part) => failedReads(part, depth + 1));
}

function qualityOf(path: string, value: Scalar, reading: Reading): Quality | null {
  const leaf = leafOf(path);
  // OPC UA Part 4, §7.39: the two top bits are the severity.
  if (/(^|\.)status_?code(\.symbol|\.code|\.value)?$/.test(path)) {
    if (typeof value === "string") return wordQuality(value);
    if (typeof value !== "number" || !/^(?:code|value|statuscode)$/.test(leaf)) return null;
    // A symbol beside the number says the same.
    if (leaf === "code" && reading.fields.has(path.replace(/code$/, "symbol"))) return null;
    return value >= 0x80000000 ? "bad" : value >= 0x40000000 ? "uncertain" : null;
  }
  const hasValue = () =>
    ["v", "val", "value"].some((name) => reading.fields.has(beside(path, name)));
  if (/^(?:is)?valid$/.test(leaf) && hasValue()) return flagOf(value) === false ? "bad" : null;
  if (leaf === "quality" || leaf === "q") {
    if (typeof value !== "number" && flagOf(value) === false && hasValue()) return "bad";
    if (typeof value === "string") return wordQuality(value);
    if (!hasValue()) return null;
    // OPC DA: 192 and up is good, 64 and up uncertain.
    return typeof value === "number" &&
        (leaf === "quality" || reading.fields.has(beside(path, "t")))
      ? value === 0 ? "bad" : value === 500 ? "stale" : null
      : null;
  }
  // Siemens Industrial Edge: 3 is good, 1 uncertain, 0 bad.
  if (leaf === "qc" && hasValue()) return value === 0 ? "bad" : value === 1 ? "uncertain" : null;
  // CCU-Jack: 0 good, 100 uncertain, 200 bad.
  if (leaf === "s" && hasValue() && reading.fields.has(beside(path, "ts"))) {
    return value === 200 ? "bad" : value === 100 ? "uncertain" : null;
  }
  if (
    /(^|\.)(status|state|health|condition)$/i.test(path) ||
    /(connector|connection)status$/i.test(leaf)
  ) {
    // `Bad_SensorFailure` is OPC's word beside a value; elsewhere `bad` must stand alone.
    if (typeof value !== "string") return null;
    const isBad = hasValue() ? /^(?:bad$|BAD$|Bad$|Bad[A-Z_])/ : /^bad$/i;
    return isBad.test(value.trim()) ? "bad" : null;
  }
  return null;
}

/** OPC DA: 192 is good, 64 uncertain, and what is less is bad, such as 24 for a link that is gone. */
function isOpcOf(path: string, { readings }: TopicView): boolean {
  return /^(?:opc)?(?:quality|q)$/.test(leafOf(path)) &&
    readings.some(({ fields }) => fields.get(path) === 192) &&
    readings.every(({ fields }) => {
      const told = fields.get(path) ?? 192;
      return typeof told === "number" && told >= 0 && told <= 255 && told % 4 === 0;
    });
}

function wordQuality(text: string): Quality | null {
  const word = text.trim();
  // Ignition has codes of errors beside those of bad values: `Error_Configuration`.
  if (
    /^bad(?![a-z])/i.test(word) || /^(?:Bad|Error_)[A-Z_]/.test(word) || blankOf(word) === "failed"
  ) {
    return "bad";
  }
  // OPC UA: what told it has stopped doing so.
  if (/^UncertainLastUsableValue/.test(word)) return "stale";
  if (/^uncertain/i.test(word)) return "uncertain";
  return /^stale$/i.test(word) ? "stale" : null;
}

function lastWritten(path: string, value: JsonValue): string {
  const written = writtenPath(path, value);
  return written.slice(written.lastIndexOf(".") + 1);
}

function beside(path: string, name: string): string {
  return objectOf(path) + name;
}

/** What the quality speaks of: an id or name beside it, the key above it, or the topic. */
function subjectOf(path: string, reading: Reading, topic: TopicView): string {
  const above = path.replace(/\.?status_?code(\.\w+)?$/, "").replace(
    /\.?[^.]*$/,
    (leaf) => /status_?code/.test(path) ? leaf : "",
  );
  for (const name of ["id", "name", "tag"]) {
    const value = reading.fields.get(above === "" ? name : `${above}.${name}`);
    if (typeof value === "string" || typeof value === "number") return String(value).slice(0, 80);
  }
  return above === "" ? topic.topic : above;
}

/** Sparkplug 3.0 §6.4.11: the property `Quality` is 0 for bad, 192 good, 500 stale. */
function metricQualities(value: JsonValue | undefined): Said[] {
  if (!isObject(value) || !Array.isArray(value["metrics"])) return [];
  const found: Said[] = [];
  for (const metric of value["metrics"].slice(0, 500)) {
    if (!isObject(metric) || !isObject(metric["properties"])) continue;
    const held = metric["properties"]["quality"];
    const number = isObject(held) ? held["value"] : held;
    const quality = number === 0 ? "bad" : number === 500 ? "stale" : null;
    if (quality === null) continue;
    const what = metric["name"] ?? metric["alias"] ?? "a metric";
    found.push({ what: String(what).slice(0, 80), quality, said: `Quality ${number}` });
  }
  return found;
}

import { plainKey } from "../../../../payload/plain_keys.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, iso, someOf } from "../../evidence.ts";
import { fieldsOf, labelOf, leafOf } from "../../reading/fields.ts";
import type { Scalar } from "../../reading/fields.ts";
import { brokenBecause } from "../words/unparseable.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";
import { wordsGo } from "../values/ended_readings.ts";
import { saidKind } from "../flags/mod.ts";
import { isOfWork } from "../time/rate_change.ts";
import { turnsAlong } from "../values/turns.ts";
import { blankOf } from "../values/blank.ts";

/** Messages of these roles differ from one another by nature. */
const SHAPED = new Set(["state", "availability"]);

/** Payloads that can have a shape: not broken, not empty, and of the kind that is told now where they say of which they are. */
function readable(topic: TopicView): Reading[] {
  const last = topic.readings.at(-1);
  const kind = last === undefined ? null : saidKind(last);
  return topic.readings.filter((reading) =>
    reading.sample.sizeBytes > 0 && reading.fields.size > 0 &&
    (kind === null || (saidKind(reading) ?? kind) === kind) &&
    brokenBecause(reading.sample, false) === null
  );
}

/** A number that has no end, as programs write it: what reflects nothing, divided by. */
const ENDLESS = /^[-+]?inf(?:inity)?$/i;

/** A number that is sent as a text, or nothing in its place. */
const WRITTEN = /^(?:-?\d{1,9}(?:\.\d{1,6})?)?$/;

function typeOf(value: Scalar | undefined): string | null {
  if (value === undefined || value === null) return null;
  return ENDLESS.test(String(value)) ? "number" : typeof value;
}

interface Drift {
  readonly path: string;
  /** Index of the first message after it. */
  readonly at: number;
  readonly what: string;
  readonly isGone: boolean;
  /** Whether a number that was measured is not told any more, rather than a word, a code or a setting. */
  readonly isMissed: boolean;
}

/** `schema_drift` and `mixed_types`. */
export function structureChanges(view: DeviceView): Finding[] {
  const findings: Finding[] = [];
  for (const topic of view.topics) {
    if (!SHAPED.has(topic.role) || topic.mixes) continue;
    const readings = readable(topic);
    if (readings.length < 6) continue;
    const counts = new Map<string, number>();
    const fields = readings.map(({ sample, fields }) =>
      sample.sent === undefined ? fields : fieldsOf(sample, sample.sent.value)
    );
    for (const sent of fields) {
      for (const path of sent.keys()) {
        if (counts.size < 300 || counts.has(path)) counts.set(path, (counts.get(path) ?? 0) + 1);
      }
    }
    const isPartial = topic.family.tellsChanges === true || readings.some(holdsChanges);
    const mixed: { path: string; at: Reading[]; types: string[] }[] = [];
    const drifted: Drift[] = [];
    for (const path of counts.keys()) {
      const values = fields.map((sent) => sent.get(path));
      const types = values.map(typeOf);
      const alternates = alternation(types) ?? thereAndBack(values, types);
      if (alternates !== null) {
        // What is no document has no types, but where it is measured: `EG`, `1` and `2` are floors.
        if (
          path === "" && !values.some((value) => isFraction(value) || Number(value) > MOST_FLOORS)
        ) continue;
        mixed.push({
          path,
          types: alternates.types,
          at: alternates.at.flatMap((i) => readings[i] ?? []),
        });
        continue;
      }
      const last = readings.at(-1)?.fields.get(path);
      const isWritten = last === "" &&
        values.every((value) => typeof value === "string" && WRITTEN.test(value));
      const drift = isWritten
        ? driftOf(values.map((value) => value === "" ? null : Number(value)), "became empty")
        : driftOf(values, fields.at(-1)?.has(path) ? "became null" : "disappeared");
      // A word in the place of a value is none, and told as that.
      const isWord = !isWritten && typeof last === "string" && blankOf(last) !== null;
      if (drift === null || isWord) continue;
      if (isPartial && drift.isGone && !fields.at(-1)?.has(path)) continue;
      drifted.push({
        ...drift,
        path,
        isMissed: (drift.isMissed || drift.isGone && LINKED.test(path)) &&
          !(drift.isGone &&
            (OCCASIONAL.test(leafOf(path)) || hasLeft(path, view) ||
              isOfChangingList(path, fields))),
      });
    }
    if (mixed.length > 0) findings.push(mixedTypes(topic, mixed));
    // Root text in place of an object drops every field: its switches were told as mixed types.
    if (drifted.length > 0 && mixed.every((one) => one.path !== "")) {
      findings.push(schemaDrift(topic, { drifted, readings }));
    }
  }
  return findings;
}

/** How a message says that it holds what changed, if anything did: in OPC UA PubSub, and in what is built like it. */
const OF_CHANGES = /^(?:ua-)?(?:delta(?:frame)?|keep-?alive|partial|incremental)$/i;

function holdsChanges({ fields }: Reading): boolean {
  return [...fields].some(([path, value]) =>
    /type|kind$/i.test(leafOf(path)) && typeof value === "string" && OF_CHANGES.test(value)
  );
}

/** What something is connected to, and the first of a list of what it hears or has: without it there is nothing there. */
const LINKED =
  /(?:^|[._])(?:(?:source_?|local_?|wan_?)?ip|b?ssid|gateway|server|broker|parent)$|(?:devices|nodes|sensors|beacons|slaves|meters|probes)\[0\]/i;
/** What is told while there is some of it. */
const OCCASIONAL =
  /rain|snow|hail|strike|lightning|gust|wind_?dir|timer|countdown|remaining|^eta$|message|warning|alert|alarm|error|fault/;

/** Those who come and go by nature, and what a topic or a text says of who went. */
const GUESTS =
  /^(?:clients|users|players|sessions|calls|peers|connections|subscribers|members|participants|guests|viewers|listeners|talkers)$/i;
const WENT =
  /^(?:disconnected|disconnects?|left|leaves?|logged[_ -]?out|log[_ -]?out|part(?:ed)?|quit|removed|expired)$/i;

/** Whether a field is of somebody who went: of a guest, or of one of whom a topic of its own says so. */
function hasLeft(path: string, { topics }: DeviceView): boolean {
  const keys = path.split(/[.[\]]+/);
  if (keys.some((key) => GUESTS.test(key))) return true;
  return topics.some(({ segments, live }) => {
    const said = live.at(-1)?.fields.get("");
    return live.length > 0 &&
      (WENT.test(segments.at(-1) ?? "") || typeof said === "string" && WENT.test(said.trim())) &&
      segments.some((segment) => segment.length > 1 && keys.includes(plainKey(segment)));
  });
}

const LEAST_LENGTHS = 3;

/** Whether a field is of an entry of a list that gets longer or shorter again and again: what is left to do, or is there just now. */
function isOfChangingList(
  path: string,
  told: readonly (ReadonlyMap<string, Scalar>)[],
): boolean {
  const [, list] = /^(.{0,200}\[)\d+\]/.exec(path) ?? [];
  if (list === undefined) return false;
  const lengths = told.map((fields) => {
    const entries = [...fields.keys()].filter((key) => key.startsWith(list))
      .map((key) => key.slice(list.length, key.indexOf("]", list.length)));
    return new Set(entries).size;
  });
  return new Set(lengths).size >= LEAST_LENGTHS;
}

function alternation(types: readonly (string | null)[]): { types: string[]; at: number[] } | null {
  const counts = new Map<string, number>();
  const at: number[] = [];
  let previous: string | null = null;
  types.forEach((type, i) => {
    if (type === null) return;
    counts.set(type, (counts.get(type) ?? 0) + 1);
    if (previous !== null && previous !== type) at.push(i);
    previous = type;
  });
  const real = [...counts].filter(([, count]) => count >= 2);
  return real.length >= 2 && at.length >= 3 ? { types: real.map(([type]) => type), at } : null;
}

/** A number that was sent as a text for a while: 1.2, `1.2 m/s` and 1.2 again. */
function thereAndBack(
  values: readonly (Scalar | undefined)[],
  types: readonly (string | null)[],
): { types: string[]; at: number[] } | null {
  const from = types.indexOf("string");
  const to = types.lastIndexOf("string") + 1;
  const told = to < types.length ? values.slice(from, to) : [];
  const isThere = from >= LEAST_SIDE && told.length >= LEAST_SIDE &&
    told.every((value) => typeof value === "string" && /^-?\d/.test(value)) &&
    [...types.slice(0, from), ...types.slice(to)].every((type) => type === "number");
  return isThere ? { types: ["number", "string"], at: [from, to] } : null;
}

/** As many messages had a field before it is missed, and have had none since. */
const LEAST_SIDE = 3;
/** From as many on, work that ended along with it does not explain it. */
const LEAST_SURE = 5;

/** Where a type changed for good, and what came of it; `gone` says so of a value that is there no more. */
function driftOf(
  values: readonly (Scalar | undefined)[],
  gone: string,
): Omit<Drift, "path"> | null {
  const types = values.map(typeOf);
  const before = types[0] ?? null;
  if (before === null) return null;
  let at = 0;
  while (at < types.length && types[at] === before) at++;
  const rest = types.slice(at);
  if (at < LEAST_SIDE || rest.length < LEAST_SIDE) return null;
  const after = rest[0] ?? null;
  if (rest.some((type) => type !== after)) return null;
  const isGone = after === null;
  return {
    at,
    isGone,
    isMissed: before === "number" && isMeasured(values.slice(0, at)),
    what: isGone ? gone : `changed from ${before} to ${after}`,
  };
}

/** Numbers of floors, stops and programs among words are no higher. */
const MOST_FLOORS = 99;

function isFraction(value: Scalar | undefined): boolean {
  return typeof value === "number" && !Number.isInteger(value);
}

/** Whether numbers are of what is measured: one that stays a whole number is a code, an id or a setting. */
function isMeasured(values: readonly (Scalar | undefined)[]): boolean {
  return values.some(isFraction) || new Set(values).size > 1;
}

function schemaDrift(
  topic: TopicView,
  o: { drifted: readonly Drift[]; readings: readonly Reading[] },
): Finding {
  const told = o.drifted.slice(0, 4).map((one) =>
    `"${one.path === "" ? "$" : one.path}" ${one.what}`
  ).join(", ");
  const at = o.drifted[0].at;
  const turn = o.readings[at];
  // What belongs to a programme goes when the programme is over.
  const isGone = o.drifted.every((one) => one.isGone);
  const state = isGone ? turnsAlong(topic, turn) : undefined;
  const before = o.readings[at - 1];
  // Of so few messages before it may as well be the end of what ran.
  const isOver = isGone && at < LEAST_SURE && before !== undefined && turn !== undefined &&
    (wordsGo(before, turn) || isOfWork(topic, { fromMs: before.at, toMs: turn.at }));
  const along = state === undefined
    ? ""
    : `; "${state.field}" turned from ${state.before} to ${state.after} along with it`;
  return findingFrom({
    severity: state === undefined && !isOver && o.drifted.some((one) => one.isMissed)
      ? "warning"
      : "info",
    code: "schema_drift",
    title: `The payload of "${topic.topic}" changed its structure`,
    summary: `${told}${o.drifted.length > 4 ? ` and ${o.drifted.length - 4} more` : ""} at ${
      iso(turn?.at ?? 0)
    }: ${at} messages before, ${o.readings.length - at} after${along}`,
    messages: someOf(o.readings.slice(Math.max(0, at - 1), at + 1)),
    suggestion:
      "See whether firmware, a template or a sensor changed then; a field that is gone usually means a sensor that is no longer found. Adapt consumers or roll back.",
  });
}

function mixedTypes(
  topic: TopicView,
  mixed: { path: string; types: string[]; at: Reading[] }[],
): Finding {
  const first = mixed[0];
  return findingFrom({
    code: "mixed_types",
    title: `"${labelOf({ path: first?.path ?? "", topic })}" is sometimes ${
      first?.types.join(", sometimes ")
    }`,
    summary: `On "${topic.topic}" the type of ${
      mixed.length === 1 ? "a field" : `${mixed.length} fields`
    } changes back and forth, ${first?.at.length ?? 0} times`,
    messages: someOf(first?.at ?? []),
    suggestion:
      "Make the sender use one type and leave the field out or send null when there is no value; until then consumers must test for both.",
  });
}

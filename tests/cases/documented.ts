/**
 * What a system's documentation says of its messages, as one file of `documented/`: how a device talks when all is well,
 * what else it may say without being ill, and what is trouble. Each line of it becomes a case.
 */

import { createRandom, seedFor } from "../../src/demo/random.ts";
import type { Case, CaseMessage } from "./case.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A topic of a device that is well. */
export interface DocumentedTopic {
  readonly topic: string;
  /**
   * Text, or JSON. Beside the times of cases: `{20.1..22.4}` is a number between two, with as many decimals, another in
   * each message; `{1520+2}` one that grows by so much. A string that is nothing else becomes a number.
   */
  readonly payload: Json;
  /** Seconds between two; none: one, retained, before connecting. */
  readonly every?: number;
  readonly retain?: boolean;
}

/** What a device says otherwise, from the middle of the time on. */
export interface DocumentedChange {
  /** None: the device's first topic. */
  readonly topic?: string;
  /** Fields that get other values, in objects within objects too. */
  readonly set?: { readonly [name: string]: Json };
  /** What is sent instead. On a topic that says nothing else: once, or every so many seconds. */
  readonly payload?: Json;
  readonly every?: number;
  readonly retain?: boolean;
  /** The topic says nothing any more. */
  readonly stops?: true;
  /** It was so from the beginning. */
  readonly always?: true;
  /** Nothing else is said from then on. */
  readonly last?: true;
}

/** What is trouble, and how a right answer speaks of it. */
export interface DocumentedTrouble extends DocumentedChange {
  /** A regular expression that a finding matches, without regard to case. */
  readonly tell: string;
}

/** A device, or a program, as its documentation has it. */
export interface DocumentedDevice {
  /** What a person calls it, or a topic filter. */
  readonly ask: string;
  /** Seconds; none: 240. */
  readonly seconds?: number;
  readonly sends: readonly DocumentedTopic[];
  readonly well: readonly DocumentedChange[];
  readonly ill: readonly DocumentedTrouble[];
}

/** One file of `documented/`. */
export interface Documented {
  readonly system: string;
  /** Where it is documented. */
  readonly source: string;
  readonly devices: readonly DocumentedDevice[];
}

const DEFAULT_SECONDS = 240;

/** Reads all files of a folder, in the order of their names. */
export async function readDocumented(folder: URL): Promise<Documented[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".json")) names.push(name);
  return await Promise.all(
    names.sort().map(async (name) => JSON.parse(await Deno.readTextFile(new URL(name, folder)))),
  );
}

/** The cases of a system: each device as it is, and with each change. */
export function* casesOf({ system, source, devices }: Documented): Generator<Case> {
  for (const device of devices) {
    const name = (change?: DocumentedChange) =>
      `${system}: ${device.ask}${change ? ` ${JSON.stringify(change)}` : ""}`;
    const { ask, seconds = DEFAULT_SECONDS } = device;
    const calls = [{ tool: "debug_device", args: { device_id: ask, duration: seconds }, at: 0 }];
    const common = { family: system, source, calls };
    yield { ...common, name: name(), messages: said(device), expect: { blamed: false } };
    for (const change of device.well) {
      const messages = said(device, change);
      yield { ...common, name: name(change), messages, expect: { blamed: false } };
    }
    for (const change of device.ill) {
      const messages = said(device, change);
      const expect = { must_find: [change.tell], may: ["."] };
      yield { ...common, name: name(change), messages, expect };
    }
  }
}

/** All that a device says, with a change or without. */
function said(device: DocumentedDevice, change?: DocumentedChange): CaseMessage[] {
  const { sends, seconds = DEFAULT_SECONDS } = device;
  const changed = change && (change.topic ?? sends[0].topic);
  const fromAt = change?.always ? -1 : seconds / 2;
  const messages: CaseMessage[] = [];
  for (const { topic, payload, every, retain } of sends) {
    const other = topic === changed ? change : undefined;
    const draw = drawing(topic);
    if (every === undefined) {
      if (!(other?.always && other.stops)) {
        const now = other?.always ? changedPayload(payload, other) : payload;
        messages.push({ topic, payload: filled(now, draw), retain: true });
      }
      if (other && !other.always && !other.stops) {
        const now = changedPayload(payload, other);
        messages.push({ topic, payload: filled(now, draw), retain: true, at: fromAt });
      }
      continue;
    }
    for (let at = draw.share() * Math.min(every, 20); at < seconds;) {
      const now = other && at >= fromAt ? other : undefined;
      draw.count++;
      if (!now?.stops && !(change?.last && !now && at >= fromAt)) {
        const text = filled(now ? changedPayload(payload, now) : payload, draw);
        messages.push({ topic, payload: text, ...(retain && { retain }), at: rounded(at) });
      }
      at += every * (0.98 + 0.04 * draw.share());
    }
  }
  if (change && !sends.some(({ topic }) => topic === changed)) {
    const { payload = "", every, retain } = change;
    const draw = drawing(`${changed}`);
    const one = (at: number): CaseMessage => {
      draw.count++;
      const held = retain || (every === undefined && at < 0);
      return {
        topic: `${changed}`,
        payload: filled(payload, draw),
        ...(held && { retain: true }),
        ...(at >= 0 && { at: rounded(at) }),
      };
    };
    if (every === undefined) messages.push(one(fromAt));
    else for (let at = Math.max(1, fromAt); at < seconds; at += every) messages.push(one(at));
  }
  return messages;
}

const rounded = (at: number) => Math.round(at * 100) / 100;

function changedPayload(payload: Json, { payload: other, set }: DocumentedChange): Json {
  if (other !== undefined) return other;
  return set === undefined ? payload : merged(payload, set);
}

function merged(into: Json, set: Json): Json {
  const objects = [into, set].every((one) =>
    one !== null && typeof one === "object" && !Array.isArray(one)
  );
  if (!objects) return set;
  const whole: Record<string, Json> = { ...(into as Record<string, Json>) };
  for (const [name, value] of Object.entries(set as Record<string, Json>)) {
    whole[name] = name in whole ? merged(whole[name], value) : value;
  }
  return whole;
}

interface Drawing {
  /** From 0 to 1, another each time, the same in each run. */
  share(): number;
  /** How many messages there were. */
  count: number;
}

function drawing(topic: string): Drawing {
  return { count: 0, share: createRandom(seedFor(topic, 0)) };
}

const BETWEEN = /\{(-?\d+(?:\.(\d+))?)\.\.(-?\d+(?:\.\d+)?)\}/g;
const GROWING = /\{(-?\d+(?:\.(\d+))?)\+(\d+(?:\.\d+)?)\}/g;
const NUMBER_ALONE = /"(-?\d+(?:\.\d+)?)#"/g;

/** A payload with its numbers drawn, as text. */
function filled(payload: Json, draw: Drawing): string {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return text
    .replace(
      BETWEEN,
      (_, low, decimals = "", high) =>
        `${(Number(low) + draw.share() * (high - low)).toFixed(decimals.length)}#`,
    )
    .replace(
      GROWING,
      (_, start, decimals = "", step) =>
        `${(Number(start) + draw.count * step).toFixed(decimals.length)}#`,
    )
    .replace(NUMBER_ALONE, "$1")
    .replace(/(?<=\d)#/g, "");
}

/**
 * How payloads are written that differ in their values only. Devices send the same JSON over and over with other numbers
 * in it: once one of them was decoded, the values of the next are read from their places, at a fraction of the time.
 * What is read is exactly what decoding would give; where that is not sure, a payload does not fit.
 */
import { Buffer } from "node:buffer";
import type { DecodedPayload, JsonValue } from "./payload.ts";
import { isSecretTopic, mayHoldSecretsOf, secretsAreShown } from "./secrets.ts";
import { textOf } from "./utf8.ts";

/** Longer payloads are decoded each time. */
const LONGEST_BYTES = 4 * 1024;
const MOST_VALUES = 200;
const DEEPEST = 16;
/** Digits that a double holds whatever they are. */
const MOST_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: MOST_DIGITS + 1 }, (_, n) => 10 ** n);

const NUMBER = 0;
const TEXT = 1;
const FLAG = 2;

/** A value that may differ: where it stands in the sample. */
interface Slot {
  readonly kind: typeof NUMBER | typeof TEXT | typeof FLAG;
  readonly start: number;
  readonly end: number;
}

/** A payload's value with the places of what may differ: a slot's index, or what always stands there. */
type Outline =
  | { readonly slot: number }
  | { readonly always: JsonValue }
  | { readonly members: ReadonlyMap<string, Outline> }
  | { readonly items: readonly Outline[] };

/** What a path leads to in each payload of a layout. */
export type LaidOut =
  | { readonly slot: number }
  | { readonly always: JsonValue | undefined }
  | "several values";

/** A way in which payloads are written, and the values of the one that was matched last. */
export class PayloadLayout {
  /** What the sample was decoded to: all but the values in slots holds for each payload that fits. */
  readonly decoded: DecodedPayload;
  readonly #sample: Uint8Array;
  readonly #slots: readonly Slot[];
  readonly #outline: Outline | null;
  readonly #numbers: Float64Array;
  /** Where the values stand in the payload that was matched last. */
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  #payload: Uint8Array;

  private constructor(
    sample: Uint8Array,
    decoded: DecodedPayload,
    read: { slots: readonly Slot[]; outline: Outline | null },
  ) {
    this.decoded = decoded;
    this.#sample = this.#payload = sample;
    this.#slots = read.slots;
    this.#outline = read.outline;
    this.#numbers = new Float64Array(read.slots.length);
    this.#starts = new Uint32Array(read.slots.length);
    this.#ends = new Uint32Array(read.slots.length);
  }

  /** The layout of a payload that was decoded; null where it is too long to be worth one. */
  static of(payload: Uint8Array, decoded: DecodedPayload): PayloadLayout | null {
    if (payload.length === 0 || payload.length > LONGEST_BYTES) return null;
    const sample = payload.slice();
    const isRegular = (decoded.format === "json" || decoded.format === "number") &&
      !mayHoldSecretsOf(sample, "");
    const read = isRegular ? new OutlineReader(sample).read() : null;
    return new PayloadLayout(sample, decoded, read ?? { slots: [], outline: null });
  }

  /** Whether it fits the same bytes only, and says nothing about those of other topics. */
  get isFixed(): boolean {
    return this.#slots.length === 0;
  }

  /** Memory that it takes, in bytes. */
  get footprintBytes(): number {
    return 300 + 2 * this.#sample.length + 150 * this.#slots.length;
  }

  /** Whether a payload is written like this; its values can be asked for until the next one is looked at. */
  fits(payload: Uint8Array): boolean {
    const sample = this.#sample;
    const slots = this.#slots;
    const { length } = payload;
    let at = 0;
    let from = 0;
    for (let i = 0; i < slots.length; i++) {
      const { kind, start, end } = slots[i];
      if (length - at < start - from) return false;
      while (from < start) if (payload[at++] !== sample[from++]) return false;
      from = end;
      this.#starts[i] = at;
      at = kind === NUMBER
        ? this.#number(payload, at, i)
        : kind === FLAG
        ? this.#flag(payload, at, i)
        : isSame(payload, at, at + end - start + 1, sample, start, end + 1)
        ? at + end - start
        : newTextEnd(payload, at);
      if (at < 0) return false;
      this.#ends[i] = at;
    }
    if (length - at !== sample.length - from) return false;
    while (at < length) if (payload[at++] !== sample[from++]) return false;
    this.#payload = payload;
    return true;
  }

  /** What a path leads to. */
  resolve(path: readonly (string | number)[]): LaidOut {
    let place: Outline | undefined = this.#outline ?? undefined;
    if (place === undefined) {
      return path.length === 0 ? { always: this.decoded.value } : { always: undefined };
    }
    for (const step of path) {
      if ("members" in place) place = place.members.get(String(step));
      else if ("items" in place) place = place.items[Number(step)];
      else return { always: undefined };
      if (place === undefined) return { always: undefined };
    }
    return "members" in place || "items" in place ? "several values" : place;
  }

  /** The value in a slot of the payload that was matched last. */
  valueOf(slot: number): JsonValue {
    const { kind, start, end } = this.#slots[slot];
    if (kind === NUMBER) return this.#numbers[slot];
    if (kind === FLAG) return this.#numbers[slot] === 1;
    const [from, to] = [this.#starts[slot], this.#ends[slot]];
    return isSame(this.#payload, from, to, this.#sample, start, end)
      ? this.#sampleText(slot)
      : latin1(this.#payload, from, to);
  }

  /** A bare number as it was written, where its value would be written otherwise; else undefined. */
  get asSent(): string | undefined {
    if (this.#outline === null) return this.decoded.asSent;
    if (this.decoded.format !== "number" || this.#slots.length !== 1) return undefined;
    const text = latin1(this.#payload, this.#starts[0], this.#ends[0]);
    return String(this.#numbers[0]) === text ? undefined : text;
  }

  readonly #sampleTexts: (string | undefined)[] = [];

  #sampleText(slot: number): string {
    const { start, end } = this.#slots[slot];
    return this.#sampleTexts[slot] ??= latin1(this.#sample, start, end);
  }

  #number(payload: Uint8Array, at: number, slot: number): number {
    const isNegative = payload[at] === 45;
    if (isNegative) at++;
    const first = at;
    let whole = 0;
    let code = payload[at];
    while (code >= 48 && code <= 57) {
      whole = whole * 10 + code - 48;
      code = payload[++at];
    }
    let digits = at - first;
    if (digits === 0 || digits > MOST_DIGITS || digits > 1 && payload[first] === 48) return -1;
    let value = whole;
    if (code === 46) {
      const point = ++at;
      code = payload[at];
      while (code >= 48 && code <= 57) {
        whole = whole * 10 + code - 48;
        code = payload[++at];
      }
      const decimals = at - point;
      digits += decimals;
      if (decimals === 0 || digits > MOST_DIGITS) return -1;
      // both are whole and below 2^53: the quotient is the double nearest to what is written
      value = whole / POWERS_OF_TEN[decimals];
    }
    this.#numbers[slot] = isNegative ? -value : value;
    return at;
  }

  #flag(payload: Uint8Array, at: number, slot: number): number {
    const word = payload[at] === 116 ? TRUE : FALSE;
    for (let i = 0; i < word.length; i++) if (payload[at + i] !== word[i]) return -1;
    this.#numbers[slot] = word === TRUE ? 1 : 0;
    return at + word.length;
  }
}

const TRUE = new TextEncoder().encode("true");
const FALSE = new TextEncoder().encode("false");
const NULL = new TextEncoder().encode("null");

/** Where a text ends: at its quote. -1 where it is more than printable ASCII without escapes. */
function textEnd(payload: Uint8Array, at: number): number {
  for (;; at++) {
    const code = payload[at];
    if (code === 34) return at;
    // beyond the end it is undefined, and no number
    if (!(code >= 32 && code < 127) || code === 92) return -1;
  }
}

/** The same of a text that was not looked at yet: -1 also where it may hold a secret. */
function newTextEnd(payload: Uint8Array, at: number): number {
  const end = textEnd(payload, at);
  return end >= 0 && mayHoldSecretsOf(payload.subarray(at, end), "") ? -1 : end;
}

function isSame(
  one: Uint8Array,
  from: number,
  to: number,
  other: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (to - from !== end - start) return false;
  while (from < to) if (one[from++] !== other[start++]) return false;
  return true;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 32) {
    return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
  }
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** Reads where the values of a JSON text stand that is known to be valid. */
class OutlineReader {
  readonly #bytes: Uint8Array;
  readonly #slots: Slot[] = [];
  #values = 0;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Null where it is more than a layout can say. */
  read(): { slots: readonly Slot[]; outline: Outline } | null {
    this.#space();
    const outline = this.#value(0);
    this.#space();
    if (outline === null || this.#at !== this.#bytes.length) return null;
    return { slots: this.#slots, outline };
  }

  #value(depth: number): Outline | null {
    if (depth > DEEPEST || ++this.#values > MOST_VALUES) return null;
    const code = this.#bytes[this.#at];
    if (code === 123) return this.#object(depth);
    if (code === 91) return this.#array(depth);
    if (code === 34) return this.#text();
    const start = this.#at;
    for (const [word, value] of [[TRUE, true], [FALSE, false], [NULL, null]] as const) {
      if (!isSame(this.#bytes, start, start + word.length, word, 0, word.length)) continue;
      this.#at += word.length;
      return value === null ? { always: null } : this.#slot(FLAG, start);
    }
    return this.#number();
  }

  #slot(kind: Slot["kind"], start: number): Outline {
    this.#slots.push({ kind, start, end: this.#at });
    return { slot: this.#slots.length - 1 };
  }

  #number(): Outline | null {
    const start = this.#at;
    // a number in any other notation is not in this set, and neither is what is no number
    while (/[-+.\deE]/.test(String.fromCharCode(this.#bytes[this.#at] ?? 0))) this.#at++;
    const text = latin1(this.#bytes, start, this.#at);
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) return null;
    if (text.replaceAll(/\D/g, "").length > MOST_DIGITS) return null;
    return this.#slot(NUMBER, start);
  }

  #text(): Outline | null {
    const start = this.#at + 1;
    const end = textEnd(this.#bytes, start);
    if (end >= 0) {
      this.#at = end;
      const slot = this.#slot(TEXT, start);
      this.#at++;
      return slot;
    }
    const always = this.#string();
    return always === null ? null : { always };
  }

  /** A string of whatever it holds. */
  #string(): string | null {
    const start = this.#at;
    if (this.#bytes[start] !== 34) return null;
    let at = start + 1;
    for (; at < this.#bytes.length && this.#bytes[at] !== 34; at++) {
      if (this.#bytes[at] === 92) at++;
    }
    this.#at = at + 1;
    return JSON.parse(textOf(this.#bytes.subarray(start, this.#at)));
  }

  #object(depth: number): Outline | null {
    const members = new Map<string, Outline>();
    this.#at++;
    this.#space();
    while (this.#bytes[this.#at] !== 125) {
      const key = this.#string();
      this.#space();
      if (key === null || this.#bytes[this.#at++] !== 58) return null;
      this.#space();
      const member = this.#value(depth + 1);
      if (member === null || !this.#isNext(125)) return null;
      members.set(key, member);
    }
    this.#at++;
    return { members };
  }

  #array(depth: number): Outline | null {
    const items: Outline[] = [];
    this.#at++;
    this.#space();
    while (this.#bytes[this.#at] !== 93) {
      const item = this.#value(depth + 1);
      if (item === null || !this.#isNext(93)) return null;
      items.push(item);
    }
    this.#at++;
    return { items };
  }

  /** Goes on to the next member or item, or to the end of all. */
  #isNext(end: number): boolean {
    this.#space();
    if (this.#bytes[this.#at] === 44) {
      this.#at++;
      this.#space();
      return true;
    }
    return this.#bytes[this.#at] === end;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(String.fromCharCode(this.#bytes[this.#at] ?? 0))) this.#at++;
  }
}

/** A layout with what was made for it. */
interface Known<T> {
  readonly layout: PayloadLayout;
  readonly made: T;
}

/** What is known of the payloads of one topic. */
interface TopicLayouts<T> {
  readonly known: Known<T>[];
  hits: number;
  misses: number;
}

const MOST_OF_A_TOPIC = 4;
const MOST_SHARED = 8;
const MOST_TOPICS = 50_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** A topic whose payloads hardly ever are written like one before. */
const MANY_MISSES = 16;
const HITS_FOR_A_MISS = 2;

/**
 * The layouts of many messages, in bounded memory: a few of each topic, and those of late for topics that are new. `make`
 * makes once for each what its user needs of it.
 */
export class PayloadLayouts<T> {
  readonly #make: (layout: PayloadLayout) => T;
  readonly #topics = new Map<string, TopicLayouts<T> | null>();
  #shared: Known<T>[] = [];
  #bytes = 0;

  constructor(make: (layout: PayloadLayout) => T) {
    this.#make = make;
  }

  /** The layout that a payload fits, its values ready to be asked for; null where it has to be decoded. */
  find(payload: Uint8Array, topic: string): Known<T> | null {
    let of = this.#topics.get(topic);
    if (of === undefined) of = this.#add(topic);
    if (of === null) return null;
    const { known } = of;
    for (let i = 0; i < known.length; i++) {
      const one = known[i];
      if (!one.layout.fits(payload)) continue;
      of.hits++;
      if (i > 0) {
        known[i] = known[i - 1];
        known[i - 1] = one;
      }
      return one;
    }
    if (isHopeless(of)) return null;
    for (const one of this.#shared) {
      if (known.includes(one) || !one.layout.fits(payload)) continue;
      of.misses++;
      addTo(known, one);
      return one;
    }
    return null;
  }

  /** Learns from a payload that {@linkcode find} did not know, and what it was decoded to. */
  learn(payload: Uint8Array, topic: string, decoded: DecodedPayload): void {
    const of = this.#topics.get(topic);
    if (!of || isHopeless(of)) return;
    of.misses++;
    if (this.#bytes >= MOST_BYTES) return;
    const layout = PayloadLayout.of(payload, decoded);
    if (layout === null) return;
    this.#bytes += layout.footprintBytes;
    const one = { layout, made: this.#make(layout) };
    addTo(of.known, one);
    if (!layout.isFixed) this.#shared = [one, ...this.#shared.slice(0, MOST_SHARED - 1)];
  }

  #add(topic: string): TopicLayouts<T> | null {
    if (this.#topics.size >= MOST_TOPICS) return null;
    const isRead = secretsAreShown() || !isSecretTopic(topic);
    const of = isRead ? { known: [], hits: 0, misses: 0 } : null;
    this.#topics.set(topic, of);
    return of;
  }
}

function isHopeless({ hits, misses }: TopicLayouts<unknown>): boolean {
  return misses > MANY_MISSES && misses * HITS_FOR_A_MISS > hits;
}

function addTo<T>(known: Known<T>[], one: Known<T>): void {
  known.unshift(one);
  if (known.length > MOST_OF_A_TOPIC) known.pop();
}

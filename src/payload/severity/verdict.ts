import type { JsonValue } from "../payload.ts";
import { plainKey, writtenKey } from "../plain_keys.ts";
import { keyKind } from "./keys.ts";

/** How much a message says that something is wrong. */
export type SeverityLevel = "error" | "warning" | "none";

/** The verdict on one message. */
export interface Severity {
  readonly level: SeverityLevel;
  /**
   * Groups alike messages: where the trouble was found and its text, with every number as `#`
   * (`error: sensor # lost`). At most 100 characters; `ordinary` when the level is `none`.
   */
  readonly kind: string;
}

/** The verdict on what says nothing of trouble. */
export const ORDINARY: Severity = { level: "none", kind: "ordinary" };

/** The verdict on Sparkplug's death certificates. */
export const DEATH: Severity = { level: "warning", kind: "Sparkplug death" };

const MAX_KIND_CHARS = 100;

/** Values of one message that are looked at. */
export const MAX_NODES = 1_000;

/** The worst that was found, with where and what. */
export class Findings {
  rank: 0 | 1 | 2 = 0;
  nodes = 0;
  /** Only what a device's owner would call trouble of this device, now, is found. */
  readonly isStrict: boolean;
  #where = "";
  #text = "";
  #code = "";
  /** Free text of the message, which makes a kind readable: "level error: sensor # lost". */
  remark = "";

  /** The document that is judged, as `plainKeys` gives it. */
  readonly #document: JsonValue;
  readonly #written = new Map<string, string>();

  constructor(document: JsonValue = null, isStrict = false) {
    this.#document = document;
    this.isStrict = isStrict;
  }

  /** A name from outside the document as it is judged; what is found there is told as it is written. */
  read(name: string): string {
    const plain = plainKey(name);
    if (plain !== name) this.#written.set(plain, name);
    return plain;
  }

  /** A name as it was written. */
  written(name: string): string {
    return this.#written.get(name) ?? writtenKey(this.#document, name);
  }

  /** `code` is a number that tells kinds apart and so stays readable. */
  add(rank: 0 | 1 | 2, where: string, said: { text: string; code?: number }): void {
    // `fanFault` tells more than the `health: critical` beside it.
    const isTelling = this.isStrict && rank === this.rank && rank > 0 &&
      /^(?:health|status|state)$/i.test(this.#where) && keyKind(where) === "trouble";
    // The words of `fault_str` tell more than the number of `fault_state`.
    const isWorded = this.isStrict && rank === this.rank && rank > 0 &&
      /^\d{1,6}$|^true$/.test(this.#text) && /\p{L}{3} \S+ \S/u.test(said.text) &&
      stemOf(where) === stemOf(this.#where);
    if (rank <= this.rank && !isTelling && !isWorded) return;
    this.rank = rank;
    this.#where = this.written(where);
    this.#text = said.text;
    this.#code = said.code === undefined ? "" : ` ${said.code}`;
  }

  verdict(): Severity {
    if (this.rank === 0) return ORDINARY;
    const said = [this.#where, this.#text].filter((part) => part !== "").join(": ");
    const told = alike(said);
    const remark = alike(this.remark);
    const whole = remark === "" || told.includes(remark) ? told : `${told}, ${remark}`;
    const kind = whole.slice(0, MAX_KIND_CHARS) + this.#code;
    return { level: this.rank === 2 ? "error" : "warning", kind: kind === "" ? "unnamed" : kind };
  }
}

/** What a field is of, by the first word of its name: `fault` of `fault_str` and `faultState`. */
function stemOf(name: string): string {
  return /^[^_.\s]*/.exec(plainKey(name))?.[0] ?? "";
}

/** Replaces everything that carries a digit by `#` and bounds the text. */
function alike(text: string): string {
  return text
    .slice(0, 400)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .replace(/[\p{L}\p{M}\-]*\p{Nd}[\p{L}\p{M}\p{Nd}\-:.]*/gu, "#")
    .trim()
    .slice(0, MAX_KIND_CHARS);
}

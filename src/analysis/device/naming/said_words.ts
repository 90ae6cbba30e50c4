/** What a word of a name that a person says is: a kind, a room, a maker, or a name of its own. */
import { isFiller } from "./names.ts";
import type { Token } from "./spoken.ts";

/** Shorter words, such as `cp` or `io`, tell no device from another. */
export const LEAST_MORE = 3;

/** What is measured, and what every device is. */
export function isWeak(word: string): boolean {
  return isFiller(word) || WEAK.test(word);
}

const WEAK =
  /^(?:level|moisture|pressure|value|state|status|reader|monitor|host|pc|smart|main|electric|cleaner|appliance|unit|system)$/;

/** Kinds that people add to a name though nothing says them. */
export function isAdded(token: Token): boolean {
  return token.text.split(" ").every((word) => isFiller(word));
}

/** Whether a word is a kind of device. */
export function isKind(token: Token): boolean {
  return token.meanings.some((meaning) => meaning.class === "kind");
}

/** Whether a word is a thing that devices are part of or stand at. */
export function isThing(token: Token): boolean {
  return token.meanings.some((meaning) => meaning.class === "thing");
}

/** Whether a word is a room. */
export function isRoom(token: Token): boolean {
  return token.meanings.some((meaning) => meaning.class === "room");
}

/** Whether a word is a kind of device or a maker of them. */
export function isNaming(token: Token): boolean {
  return token.meanings.some(({ class: name }) => name === "kind" || name === "maker");
}

/** A word that is a name, for all that is known of it. */
export function isOwnName({ text, meanings }: Token): boolean {
  return meanings.length === 0 && text.length >= LEAST_MORE && /^\p{L}+$/u.test(text) &&
    !isWeak(text) && !PLACES.test(text);
}

/** First levels and plain words that name nothing. */
export const PLACES =
  /^(?:home|haus|house|maison|casa|huis|device|devices|sensors?|stat|tele|state|status|mqtt|energy|data|main|node|value|info|report|api|iot|cell|zone|area|floor|room|ward|rack|section|site|plant|farm|building|bldg)$/;

/** Whether a word names nothing by itself. */
export function isKnown(token: Token): boolean {
  return token.meanings.length > 0 || !isOwnName(token);
}

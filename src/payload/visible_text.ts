/**
 * Characters that a reader does not see, or that change the order of what is seen: controls, line and paragraph
 * separators, half characters, bidirectional marks, zero-width characters, and tags. A stranger's text that holds them
 * could pose as something else, or hide a part of itself from the person who looks over the model's shoulder.
 */
const UNSEEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** The text with each unseen character as `\u{…}`; for lines that are read, not parsed. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/**
 * Minified JSON in which each unseen character is an escape (RFC 8259 §7): it parses to the same value, stays one line,
 * and shows all there is.
 */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSEEN,
    (char) =>
      Array.from(
        { length: char.length },
        (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`,
      ).join(""),
  );
}

/** Colours of a terminal (ECMA-48, 8.3.117), with the control before them or, where that was taken off, without. */
// deno-lint-ignore no-control-regex
const COLOURS = /\x1b\[[0-9;]*m|\[[0-9;]+m/g;

/** The text without the colours that it has on a terminal. */
export function withoutColours(text: string): string {
  return text.replace(COLOURS, "");
}

/**
 * Takes secrets out of the texts and values of ours that people or files get to see: every error, protocol error, line
 * of the log, call of the history, page and line on a terminal goes through here.
 */
import { hideInText, type HideOptions, isSecretName } from "./secret_text.ts";

const HIDDEN = "***";

/** Names of secrets in settings, headers and code, by their end: wider than what hides payloads. */
const SECRET_NAME =
  /(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|authorization|credentials?)$/i;

const STRICT: HideOptions = {
  mark: HIDDEN,
  strict: true,
  isSecret: (name) => SECRET_NAME.test(name.slice(-64)) || isSecretName(name.slice(-256)),
};

const BEARER = /\b(Bearer|Basic) {1,4}[\w.~+/=-]{6,}/gi;

/** More than this of a text is not read: what is longer is cut before, with a mark. */
const READ_MAX_CHARS = 64 * 1024;

/** What goes on behind a cut, so that a secret that lies across it is seen whole. */
const MARGIN_CHARS = 4 * 1024;

/** The text without passwords, tokens and private keys; logins of URLs become `***`. Of a very long text only the head. */
export function redact(text: string): string {
  const head = text.length > READ_MAX_CHARS ? `${cutAt(text, READ_MAX_CHARS)}…` : text;
  return hideInText(head, STRICT).text.replace(BEARER, `$1 ${HIDDEN}`);
}

/**
 * The head of a text, redacted: at most `maxChars` characters, with an ellipsis where it was cut. What is longer is cut
 * before it is read, with a margin, so that no secret is cut in half into the open.
 */
export function redactHead(text: string, maxChars: number): string {
  const isCut = text.length > maxChars + MARGIN_CHARS;
  const redacted = redact(cutAt(text, maxChars + MARGIN_CHARS));
  if (redacted.length <= maxChars && !isCut) return redacted.toWellFormed();
  return `${cutAt(redacted, maxChars - 1).toWellFormed().replace(/\uFFFD$/, "")}…`;
}

function cutAt(text: string, maxChars: number): string {
  return text.length > maxChars ? text.slice(0, maxChars) : text;
}

/**
 * The text on one line, each line end and each character that cannot be seen as an escape: what strangers chose must not
 * forge a line, turn it round or colour a terminal.
 */
export function visibleLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => {
    const hex = char.codePointAt(0)!.toString(16);
    if (char === "\n") return "\\n";
    return char.length > 1 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
  });
}

/**
 * One line of ours for a terminal: visible, without logins, and without what `given` holds as some. Names stay as they
 * are: `WEB_TOKEN: a value is needed` tells no secret.
 */
export function terminalLine(text: string, given: unknown = null): string {
  const hidden = new GivenLogins(given).hideIn(cutAt(text, 8_000));
  return visibleLine(cutAt(hideInText(hidden, { ...LOGINS, strict: true }).text, 4_000));
}

/** A copy of a value in which the logins of URLs are `***` and nothing else is changed. */
export function withoutLogins<T>(value: T): T {
  if (typeof value === "string") return hideInText(value, LOGINS).text as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutLogins) as T;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [
    hideInText(key, LOGINS).text,
    withoutLogins(item),
  ])) as T;
}

const LOGINS: HideOptions = { mark: HIDDEN, isSecret: () => false };

const DEPTH_MAX = 8;
const ITEMS_MAX = 200;

/** A copy of a value in which every text is redacted, and whatever is named like a secret is hidden. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEPTH_MAX) return "…";
  if (value instanceof Error) return redact(value.stack ?? value.message);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) {
    return value.slice(0, ITEMS_MAX).map((item) => redactValue(item, depth + 1));
  }
  const entries = Object.entries(value).slice(0, ITEMS_MAX);
  return Object.fromEntries(entries.map(([key, item]) => [
    redactHead(key, 120),
    STRICT.isSecret(key) && item !== null && item !== undefined
      ? HIDDEN
      : redactValue(item, depth + 1),
  ]));
}

/** A password of fewer characters is looked for together with its user only: alone it may be any word. */
const FEWEST_ALONE = 8;

/** A text to be hidden, and how many of its first characters tell it where it was cut. */
interface GivenLogin {
  readonly text: string;
  readonly fewest: number;
}

/**
 * Takes what a caller gave as a login (in any argument, in whatever characters) out of texts that quote it, whole or
 * cut. The logins are known exactly here, so that no character in them can hide their end.
 */
export class GivenLogins {
  readonly #logins: GivenLogin[] = [];

  /** `given` are the arguments of one call, or one text. */
  constructor(given: unknown) {
    this.#collect(given, 0);
    // the longest first: one may hold another
    this.#logins.sort((a, b) => b.text.length - a.text.length);
  }

  /** Whether nothing was given that looks like a login. */
  get none(): boolean {
    return this.#logins.length === 0;
  }

  /** The text without what was given as a login. */
  hideIn(text: string): string {
    for (const { text: login, fewest } of this.#logins) {
      text = hideForms(text, formsOf(login), fewest);
    }
    return text;
  }

  /** A copy of a value without what was given as a login, in keys too. */
  hideInValue(value: unknown): unknown {
    if (this.none) return value;
    if (typeof value === "string") return this.hideIn(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.hideInValue(item));
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, item]) => [
      this.hideIn(key),
      this.hideInValue(item),
    ]));
  }

  #collect(given: unknown, depth: number): void {
    if (this.#logins.length >= 20 || depth > DEPTH_MAX) return;
    if (typeof given === "string") this.#add(given);
    else if (Array.isArray(given)) {
      for (const item of given.slice(0, ITEMS_MAX)) this.#collect(item, depth + 1);
    } else if (typeof given === "object" && given !== null) {
      for (const [key, item] of Object.entries(given).slice(0, ITEMS_MAX)) {
        this.#add(key);
        this.#collect(item, depth + 1);
      }
    }
  }

  #add(text: string): void {
    const head = text.slice(0, 4 * MARGIN_CHARS);
    const end = head.lastIndexOf("@");
    if (end < 0) return;
    const scheme = /^[^@]{0,40}?:\/\//.exec(head)?.[0].length ?? 0;
    const login = head.slice(scheme, end);
    const colon = login.indexOf(":");
    if (colon < 0 && scheme === 0) return;
    const password = login.slice(colon + 1);
    if (password === "") return;
    if (colon > 0) this.#logins.push({ text: login, fewest: colon + 2 });
    if (password.length >= FEWEST_ALONE) {
      this.#logins.push({ text: password, fewest: FEWEST_ALONE });
    }
  }
}

/** A topic or the like as a caller once gave it, without what may be a login in it. */
export function withoutOwnLogin(text: string): string {
  return text.includes("@") ? new GivenLogins(text).hideIn(text) : text;
}

/** How a text may be written where it is quoted. */
function formsOf(text: string): Set<string> {
  const json = JSON.stringify(text).slice(1, -1);
  const forms = new Set([text, json, JSON.stringify(json).slice(1, -1)]);
  try {
    forms.add(decodeURIComponent(text));
  } catch {
    // it is no percent-encoding
  }
  return forms;
}

/**
 * Replaces what is written in one of these forms, and, where a quotation was cut, its first characters: as much of it
 * as agrees with any of them.
 */
function hideForms(text: string, forms: ReadonlySet<string>, fewest: number): string {
  for (const start of new Set([...forms].map((form) => form.slice(0, fewest)))) {
    let out = "";
    let at = 0;
    for (let found = text.indexOf(start); found >= 0; found = text.indexOf(start, at)) {
      let longest = start.length;
      for (const form of forms) {
        let length = 0;
        while (length < form.length && form[length] === text[found + length]) length++;
        if (length > longest) longest = length;
      }
      out += text.slice(at, found) + HIDDEN;
      at = found + longest;
    }
    if (at > 0) text = out + text.slice(at);
  }
  return text;
}

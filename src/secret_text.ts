/**
 * Finds what is secret in a text, by name and by form, in one pass whose work grows with the text's length alone: every
 * look ahead and back has a bound, and what was read once is not read again.
 */

/** What stands in place of a secret that is not shown. */
export interface HideOptions {
  /** Written in place of each secret. */
  readonly mark: string;
  /** Whether a name is that of a secret. */
  readonly isSecret: (name: string) => boolean;
  /** Hides numbers, words such as `true`, and logins without a scheme (`user:password@host`), too. For texts of ours. */
  readonly strict?: boolean;
}

/** A text without its secrets, and how many there were. */
interface HiddenText {
  readonly text: string;
  readonly hidden: number;
}

/** What every secret that is known by name or form has near it; a text without any of these holds none. */
const TRACE = /pass|pwd|psk|secret|token|api.?key|:\/\/|-----begin|\\u00/i;

/** Whether a closer look is worth it. */
export function mayHoldSecret(text: string): boolean {
  return TRACE.test(text);
}

const WORDS = new Set([
  "password",
  "passwd",
  "pass",
  "pwd",
  "psk",
  "secret",
  "token",
  "apikey",
]);

/**
 * Whether a name is that of a secret: one of its words (split at case and at whatever is no letter or digit; digits at
 * the end of a word aside) is `password`, `passwd`, `pass`, `pwd`, `psk`, `secret`, `token`, `apikey` or `api` `key`.
 */
export function isSecretName(name: string): boolean {
  return mayHoldSecret(name) && secretWord(name) !== null;
}

function secretWord(name: string): string | null {
  let before = "";
  for (const part of wordsOf(name)) {
    const word = withoutDigits(part).toLowerCase();
    if (WORDS.has(word)) return word;
    if (word === "key" && before === "api") return "apikey";
    before = word;
  }
  return null;
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, "$1 ")
    .replace(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, "$1 ")
    .split(/[^\p{L}\p{N}]+/u);
}

function withoutDigits(word: string): string {
  let end = word.length;
  while (end > 0 && word.charCodeAt(end - 1) >= 48 && word.charCodeAt(end - 1) <= 57) end--;
  return word.slice(0, end);
}

/** Where a closer look begins: part of a name, a URL, a key block, or an escaped letter in a name. */
const CANDIDATES = /pass|pwd|psk|secret|token|api.?key|:\/\/|-----begin|\\u00|:|=|@/gi;
const LENIENT_CANDIDATES = /pass|pwd|psk|secret|token|api.?key|:\/\/|-----begin|\\u00/gi;

/** The text with `mark` in place of each secret. */
export function hideInText(text: string, options: HideOptions): HiddenText {
  if (!options.strict && !mayHoldSecret(text)) return { text, hidden: 0 };
  return new Scan(text, options).run();
}

const NAME_CHAR = /[\p{L}\p{N}_.-]/u;
const LOOK_AHEAD = 256;
const LOGIN_MAX = 512;
const NAME_MAX = 256;

/** One pass over one text. */
class Scan {
  readonly #text: string;
  readonly #o: HideOptions;
  readonly #out: string[] = [];
  /** Up to here the text is written. */
  #written = 0;
  /** Up to here the text is read. */
  #at = 0;
  /** Up to here each `@` was looked at. */
  #loginsRead = 0;
  #hidden = 0;

  constructor(text: string, options: HideOptions) {
    this.#text = text;
    this.#o = options;
  }

  run(): HiddenText {
    const candidates = this.#o.strict ? CANDIDATES : LENIENT_CANDIDATES;
    const { length } = this.#text;
    while (this.#at < length) {
      candidates.lastIndex = this.#at;
      const found = candidates.exec(this.#text);
      if (found === null) break;
      const { index } = found;
      const what = found[0].toLowerCase();
      if (what === "://") this.#url(index);
      else if (what === "-----begin") this.#keyBlock(index);
      else if (what === "\\u00") this.#escapedName(index);
      else if (what === "@") this.#bareLogin(index);
      else if (what === ":" || what === "=") this.#nameBefore(index);
      else this.#name(index, index + what.length);
    }
    if (this.#hidden === 0) return { text: this.#text, hidden: 0 };
    this.#out.push(this.#text.slice(this.#written));
    return { text: this.#out.join(""), hidden: this.#hidden };
  }

  #hide(from: number, to: number): void {
    this.#at = Math.max(this.#at, to);
    const start = Math.max(from, this.#written);
    if (to <= start) return;
    const what = this.#text.slice(start, to);
    if (what === this.#o.mark || what.trim() === "") return;
    this.#out.push(this.#text.slice(this.#written, start), this.#o.mark);
    this.#written = to;
    this.#hidden++;
  }

  /** `scheme://user:password@host`: passwords may hold `@`, and what should have been escaped. */
  #url(index: number): void {
    const text = this.#text;
    const start = index + 3;
    this.#at = start;
    if (!/[a-z]/i.test(text[index - 1] ?? "") && !/[\d+.-]/.test(text[index - 1] ?? "")) return;
    if (text.slice(Math.max(0, index - 4), index) === "file") return;
    const runEnd = endOf(/[\s"'<>`\\]|:\/\//, text, start, text.length);
    const hostEnd = endOf(/[/?#]/, text, start, runEnd);
    let at = lastAt(text, start, hostEnd);
    if (at < 0 && looksLikeLogin(text.slice(start, Math.min(hostEnd, start + LOGIN_MAX)))) {
      const line = endOf(/[\r\n]|:\/\//, text, start, Math.min(text.length, start + LOGIN_MAX));
      at = lastAt(text, start, line);
      if (at < 0 && this.#o.strict) return this.#hide(start, runEnd);
    }
    if (at < 0 && this.#o.strict) at = lastAt(text, start, runEnd);
    if (at < 0) return;
    if (this.#o.strict) at = this.#furtherAt(start, at);
    if (PLACEHOLDER.test(text.slice(start, at))) this.#at = at + 1;
    else this.#hide(start, at);
  }

  /** A password with spaces or quotes in it goes on behind an `@` of its own. */
  #furtherAt(start: number, at: number): number {
    const text = this.#text;
    const end = Math.min(text.length, Math.max(at + 1, start + LOGIN_MAX));
    const further = lastAt(text, at + 1, endOf(/[\r\n]|:\/\/|[:;,(] /, text, at + 1, end));
    return further > at && /[\w.\-[\]]/.test(text[further + 1] ?? "") ? further : at;
  }

  /** `user:password@host` without a scheme. */
  #bareLogin(index: number): void {
    const text = this.#text;
    let start = index;
    const least = Math.max(this.#written, this.#loginsRead, index - LOGIN_MAX);
    while (start > least && !/[\s"'<>`,;(]/.test(text[start - 1])) start--;
    if (text[start - 1] === " ") {
      // between quotes a password may hold spaces
      let quote = start - 1;
      while (quote > least && !/["\r\n]/.test(text[quote])) quote--;
      const quoted = text.slice(quote + 1, index);
      if (text[quote] === '"' && /^[^\s:/]{1,64}:[^\s]/.test(quoted)) start = quote + 1;
    }
    this.#at = this.#loginsRead = index + 1;
    const run = text.slice(start, index);
    const colon = run.indexOf(":");
    if (colon < 1 || run.length - colon < 3 || run.startsWith("file:")) return;
    if (/[\w.\-[]/.test(text[index + 1] ?? "") && !PLACEHOLDER.test(run)) this.#hide(start, index);
  }

  #keyBlock(index: number): void {
    const head = this.#text.slice(index, index + 64);
    this.#at = index + 10;
    if (!/^-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/.test(head)) return;
    const begins = this.#text.indexOf("KEY-----", index + 10) + 8;
    const ends = this.#text.indexOf("-----END", begins);
    this.#hide(begins, ends < 0 ? this.#text.length : ends);
  }

  /** A name in JSON whose letters are escapes: `"p\u0061ss"`. */
  #escapedName(index: number): void {
    const text = this.#text;
    this.#at = index + 4;
    let start = index;
    const least = Math.max(this.#written, index - NAME_MAX);
    while (start > least && text[start - 1] !== '"') start--;
    const end = endOf(/"/, text, index, Math.min(text.length, index + NAME_MAX));
    if (text[end] !== '"' || text[start - 1] !== '"') return;
    let name: unknown;
    try {
      name = JSON.parse(`"${text.slice(start, end)}"`);
    } catch {
      return;
    }
    if (typeof name === "string" && this.#o.isSecret(name)) this.#afterName(start, end, name);
  }

  /** Names that only the strict reader knows, such as `authorization`: found from their `:` or `=` back. */
  #nameBefore(index: number): void {
    const text = this.#text;
    this.#at = index + 1;
    let end = index;
    const least = Math.max(this.#written, index - NAME_MAX);
    while (end > least && /[\s"'\\]/.test(text[end - 1])) end--;
    let start = end;
    while (start > least && NAME_CHAR.test(text[start - 1])) start--;
    const name = text.slice(start, end);
    if (name !== "" && this.#o.isSecret(name)) this.#afterName(start, end, name);
  }

  #name(index: number, end: number): void {
    const text = this.#text;
    let start = index;
    const least = Math.max(this.#written, this.#at);
    while (start > least && NAME_CHAR.test(text[start - 1])) start--;
    while (end < text.length && NAME_CHAR.test(text[end])) end++;
    this.#at = end;
    const name = text.slice(start, end);
    if (this.#o.isSecret(name)) this.#afterName(start, end, name);
  }

  /** The value that follows a secret name, whatever notation it is in. */
  #afterName(start: number, end: number, name: string): void {
    const text = this.#text;
    this.#at = Math.max(this.#at, end);
    const tag = this.#openTagAt(start);
    if (tag !== null) return this.#element(tag, end);
    const separator = /^\\*["'`]?\]?[ \t\r\n]{0,20}(?:=>|:=|[:=]|%3d)[ \t]{0,20}/i
      .exec(text.slice(end, end + 64))?.[0];
    if (separator !== undefined) {
      const quoted = /["'`]/.test(separator);
      let from = end + separator.length;
      // JSON may go on in the next line; a line of settings does not.
      const most = from + 64;
      while (quoted && from < most && /[\r\n \t]/.test(text[from] ?? "")) from++;
      return this.#value(from, { quoted, name });
    }
    this.#namedBeside(start, end);
  }

  /** `{"name":"password","value":"…"}` and `<param name="password" value="…"/>`, in this order. */
  #namedBeside(start: number, end: number): void {
    const text = this.#text;
    const before = text.slice(Math.max(0, start - 32), start);
    if (!/(?:name|key|id|param|field)\\*["']?\s*[:=]\s*\\*["']$/i.test(before)) return;
    const ahead = text.slice(end, end + LOOK_AHEAD);
    const found = /^\\*["'][^{}<>]{0,160}?\b(?:value|val|data|v)\\*["']?\s*[:=]\s*/i.exec(ahead);
    if (found !== null) {
      return this.#value(end + found[0].length, { quoted: true, name: text.slice(start, end) });
    }
    const inside = /^["'][^<>]{0,160}>/.exec(ahead);
    if (inside === null || text[end + inside[0].length - 2] === "/") return;
    const from = end + inside[0].length;
    this.#hide(from, endOf(/</, text, from, text.length));
  }

  /** The qualified name of the start tag that a name stands in, or null. */
  #openTagAt(start: number): string | null {
    const text = this.#text;
    let at = start;
    while (at > 0 && start - at < 64 && /[\w:.-]/.test(text[at - 1])) at--;
    if (text[at - 1] !== "<") return null;
    return text.slice(at, endOf(/[\s/>]/, text, start, Math.min(text.length, start + NAME_MAX)));
  }

  #element(tag: string, end: number): void {
    const text = this.#text;
    const close = endOf(/>/, text, end, text.length);
    for (const found of text.slice(end, close).matchAll(/=\s{0,20}(?:"([^"]*)|'([^']*))/g)) {
      const to = end + found.index + found[0].length;
      this.#hide(to - (found[1] ?? found[2]).length, to);
    }
    this.#at = Math.max(this.#at, close);
    if (text[close - 1] === "/" || close >= text.length) return;
    const ends = text.indexOf(`</${tag}`, close + 1);
    const content = text.slice(close + 1, ends < 0 ? undefined : ends);
    if (!this.#countsOnly(content.trim(), { quoted: false, name: tag })) {
      this.#hide(close + 1, close + 1 + content.length);
    }
  }

  #value(from: number, o: { quoted: boolean; name: string }): void {
    const text = this.#text;
    const opening = /^(\\*)(["'`])/.exec(text.slice(from, from + 16));
    if (opening !== null) {
      const start = from + opening[0].length;
      const end = this.#closing(start, opening[1].length, opening[2]);
      return this.#hide(start, end);
    }
    if (text[from] === "{" || text[from] === "[") return this.#container(from);
    const end = this.#bareEnd(from);
    if (this.#countsOnly(text.slice(from, end), o)) this.#at = Math.max(this.#at, end);
    else this.#hide(from, end);
  }

  /** Whether a bare value is no text: a number that counts something, a flag, nothing. */
  #countsOnly(value: string, o: { quoted: boolean; name: string }): boolean {
    if (value === "") return true;
    if (value.length > 40) return false;
    if (/^(?:null|none|true|false)$/i.test(value)) return !this.#o.strict;
    if (!/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value)) return false;
    return !this.#o.strict && (o.quoted || secretWord(o.name) === "pass");
  }

  /** Where a quoted value ends: at the same quote with as many backslashes in front. */
  #closing(start: number, slashes: number, quote: string): number {
    const text = this.#text;
    for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + 1)) {
      let count = 0;
      while (at - count > start && text[at - count - 1] === "\\") count++;
      if (slashes === 0 ? count % 2 === 0 : count === slashes) return at - slashes;
    }
    return text.length;
  }

  /** A bare value goes as far as the next space, or the next thing that has a name. */
  #bareEnd(from: number): number {
    const text = this.#text;
    const start = /^(?:Bearer|Basic)[ \t]+/i.exec(text.slice(from, from + 16))?.[0].length ?? 0;
    const stop = /[\s<]|["'`}\])\\]|[,;|&]/g;
    stop.lastIndex = from + start;
    for (let found; (found = stop.exec(text)) !== null;) {
      const [char] = found;
      const next = text.slice(found.index + 1, found.index + 65);
      if (/[\s<]/.test(char) || next === "") return found.index;
      if (char === "\\" ? /^\\*["nrt]/.test(next) : /^[\s,;"'`}\])>]/.test(next)) {
        return found.index;
      }
      if (/[,;|&]/.test(char) && /^["']?[\w.-]{1,60}["']?\s?[:=]/.test(next)) return found.index;
    }
    return text.length;
  }

  /** Every text in an object or array, up to its end. */
  #container(from: number): void {
    const text = this.#text;
    const token = /\\{0,8}"|[{}[\]]/g;
    token.lastIndex = from;
    let depth = 0;
    for (let found; (found = token.exec(text)) !== null;) {
      const char = found[0].at(-1)!;
      if (char === "{" || char === "[") depth++;
      else if (char === "}" || char === "]") {
        if (--depth <= 0) break;
      } else {
        const start = token.lastIndex;
        const slashes = found[0].length - 1;
        const end = this.#closing(start, slashes, '"');
        const behind = text.slice(end + slashes + 1, end + slashes + 9);
        if (!/^\s*:/.test(behind)) this.#hide(start, end);
        token.lastIndex = Math.max(end + slashes + 1, start);
      }
    }
    this.#at = Math.max(this.#at, token.lastIndex === 0 ? text.length : token.lastIndex);
  }
}

/** What our own texts say in place of a login. */
const PLACEHOLDER = /^\[?(?:user|username|USER)\[?:(?:password|pass|PASSWORD)\]?$/;

/** `user:password` rather than `host:port`. */
function looksLikeLogin(authority: string): boolean {
  const colon = authority.indexOf(":");
  if (colon < 0 || authority.startsWith("[")) return false;
  return !/^(?:\d{0,5}|port\]?|PORT)$/.test(authority.slice(colon + 1));
}

/** Index of the last `@` from `start` on and before `end`, or -1. Never looks further back. */
function lastAt(text: string, start: number, end: number): number {
  const at = text.slice(start, end).lastIndexOf("@");
  return at < 0 ? -1 : start + at;
}

/** Index of the first match from `start` on and before `limit`, or `limit`. Never looks further. */
function endOf(pattern: RegExp, text: string, start: number, limit: number): number {
  const at = text.slice(start, limit).search(pattern);
  return at < 0 ? limit : start + at;
}

/** Takes secrets out of text and values that people or files get to see. */

const HIDDEN = "***";

/** `scheme://anything@`: up to the last `@`, because passwords may hold one, too. */
const URL_LOGIN = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"'<>`]*@/gi;

const SECRET_NAME =
  "[\\w-]*(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|authorization|credentials?)";

/** `"password":"…"` in JSON or the like. */
const QUOTED = new RegExp(
  `(["']${SECRET_NAME}["']\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|[^\\s,}\\]]+)`,
  "gi",
);

/** The same inside of a JSON string, where each quote is escaped. */
const ESCAPED = new RegExp(
  `(\\\\"${SECRET_NAME}\\\\"\\s*:\\s*)(\\\\".*?\\\\"|[^\\s,}\\]\\\\]+)`,
  "gi",
);

/** `password=…`, `password: …`. */
const BARE = new RegExp(
  `\\b(${SECRET_NAME}\\s*[=:]\\s*)(?!\\*\\*\\*)("[^"]*"|'[^']*'|[^\\s,;&}\\]]+)`,
  "gi",
);

const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi;

const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

const SECRET_KEY = new RegExp(`^${SECRET_NAME}$`, "i");

/** The text without passwords, tokens and private keys; logins of URLs become `***`. */
export function redact(text: string): string {
  return text
    .replace(PEM, "-----PRIVATE KEY *** -----")
    .replace(URL_LOGIN, `$1${HIDDEN}@`)
    .replace(BEARER, `$1 ${HIDDEN}`)
    .replace(ESCAPED, `$1\\"${HIDDEN}\\"`)
    .replace(QUOTED, `$1"${HIDDEN}"`)
    .replace(BARE, `$1${HIDDEN}`);
}

const DEPTH_MAX = 8;

/** A copy of a value in which every text is redacted, and whatever is named like a secret is hidden. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEPTH_MAX) return "…";
  if (value instanceof Error) return redact(value.stack ?? value.message);
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) && item !== null && item !== undefined
        ? HIDDEN
        : redactValue(item, depth + 1),
    ]),
  );
}

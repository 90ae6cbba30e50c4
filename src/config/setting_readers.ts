/**
 * How the text of a flag or an environment value is read. Each reader throws an `Error` whose message says what is
 * needed; it never quotes the text, which may be a secret.
 */

export function text(value: string): string {
  if (value === "") throw new Error("it is empty");
  if (value.includes("\0")) throw new Error("it holds a NUL character");
  return value;
}

export function truth(value: string): boolean {
  if (!isBooleanWord(value)) throw new Error("true or false is needed");
  return /^(true|yes|on|1)$/i.test(value);
}

export function number(bounds: { min: number; max: number; integer?: true; unit?: string }) {
  const kind = bounds.integer ? "a whole number" : "a number";
  const needed = `${kind}${
    bounds.unit ? ` of ${bounds.unit}` : ""
  } from ${bounds.min} to ${bounds.max}`;
  return (value: string): number => {
    const found = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
    const fits = found >= bounds.min && found <= bounds.max;
    if (!fits || (bounds.integer && !Number.isInteger(found))) {
      throw new Error(`${needed} is needed`);
    }
    return found;
  };
}

export function choice<const T extends string>(values: readonly T[], show: (value: T) => string) {
  return (given: string): T => {
    const found = values.find((value) => value === given.toLowerCase());
    if (found === undefined) throw new Error(`one of ${values.map(show).join(", ")} is needed`);
    return found;
  };
}

/** Comma-separated; or a JSON array of strings, for entries that hold a comma themselves. */
export function list(value: string): readonly string[] {
  if (value.trimStart().startsWith("[")) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(value);
    } catch {
      throw new Error('a list like a,b or ["a","b"] is needed');
    }
    if (!Array.isArray(parsed) || parsed.some((item) => typeof item !== "string" || item === "")) {
      throw new Error('a list like a,b or ["a","b"] is needed');
    }
    return parsed;
  }
  const items = value.split(/[,\n]/).map((item) => item.trim()).filter((item) => item !== "");
  if (items.length === 0) throw new Error("the list is empty");
  return items;
}

export function toolPrefix(value: string): string {
  if (!/^[A-Za-z0-9_-]{0,20}$/.test(value)) {
    throw new Error("at most 20 letters, digits, _ or - are needed");
  }
  return value;
}

export function httpUrl(value: string): string {
  if (!/^https?:\/\/[^/]/.test(value) || !URL.canParse(value)) {
    throw new Error("a URL like http://host:8091 is needed");
  }
  return value.replace(/\/+$/, "");
}

export function notifyUrl(value: string): string {
  const url = value.replace(/^(?:json|ntfy)\+(?=https?:)/i, "");
  if (!/^https?:\/\/[^/]/i.test(url) || !URL.canParse(url)) {
    throw new Error(
      "a URL like https://ntfy.sh/TOPIC, or json+https://HOST/PATH for a webhook, is needed",
    );
  }
  return value;
}

export function recordStore(value: string): string {
  if (value === "memory" || value === "sqlite") return value;
  if (!/^postgres(?:ql)?:/i.test(value)) {
    throw new Error("memory, sqlite or postgres://user:password@host/database is needed");
  }
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || url.hostname === "" || url.username === "" || url.pathname.length < 2) {
    throw new Error("a URL like postgres://user:password@host:5432/database is needed");
  }
  const unknown = [...url.searchParams.keys()].find((name) => name !== "sslmode");
  if (unknown !== undefined) {
    throw new Error("of a postgres:// URL's options only sslmode is known");
  }
  const ssl = url.searchParams.get("sslmode");
  if (ssl !== null && !["disable", "prefer", "require", "verify-full"].includes(ssl)) {
    throw new Error("sslmode must be disable, prefer, require or verify-full");
  }
  return value;
}

/** The path has to fit into a socket address: 104 bytes on macOS, 108 on Linux, with the NUL. */
export function socketPath(value: string): string {
  if (new TextEncoder().encode(text(value)).length > 103) {
    throw new Error("a path of at most 103 bytes is needed");
  }
  return value;
}

export function isBooleanWord(text: string | undefined): text is string {
  return text !== undefined && /^(true|false|yes|no|on|off|1|0)$/i.test(text);
}

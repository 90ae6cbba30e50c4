import type { DecodedPayload, JsonValue } from "./payload.ts";

const MAX_LINES = 1_000;
/** A key, a tag's value or a measurement: everything but its separators, which a backslash escapes. */
const NAME = String.raw`(?:\\.|[^\\,= \t\r\n"])+`;
const VALUE = String.raw`(?:"(?:\\.|[^"\\])*"|(?:\\.|[^\\,= \t\r\n"])+)`;
const LINE = new RegExp(
  `^((?:\\\\.|[^\\\\, \\t\\r\\n"{\\[<])+)((?:,${NAME}=${NAME})*) (${NAME}=${VALUE}(?:,${NAME}=${VALUE})*)(?: (-?\\d{9,19}))?$`,
);
const PAIR = new RegExp(`(${NAME})=(${VALUE})`, "g");

/**
 * InfluxDB's line protocol (measurement, tags, fields, time), or null for any other text. Without a
 * time and without tags a text such as `temp value=3` may be anything and stays text.
 */
export function decodeLineProtocol(text: string): DecodedPayload | null {
  if (text.length > 65_536 || !text.includes("=") || !text.includes(" ")) return null;
  const lines = text.split("\n").map((line) => line.trimEnd()).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  if (lines.length === 0 || lines.length > MAX_LINES) return null;
  const points: JsonValue[] = [];
  let isCertain = true;
  for (const line of lines) {
    // A long line without an end of a value costs a backtracking match nothing but its length.
    if (line.length > 8_192) return null;
    const match = LINE.exec(line);
    if (match === null) return null;
    const [, measurement, tagText, fieldText, time] = match;
    if (time === undefined && tagText === "") return null;
    isCertain &&= time !== undefined;
    const fields = pairsIn(fieldText, valueOf);
    if (fields === null) return null;
    const tags = pairsIn(tagText, unescaped) ?? {};
    points.push({
      measurement: unescaped(measurement),
      ...(Object.keys(tags).length > 0 && { tags }),
      fields,
      ...(time !== undefined && { timestamp: timeOf(time) }),
    });
  }
  return {
    format: "influx_line",
    certainty: isCertain ? "certain" : "likely",
    value: points.length === 1 ? points[0] : points,
    encoding: "utf8",
  };
}

/** Nanoseconds stay text beyond what a double holds. */
function timeOf(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

function pairsIn(
  text: string,
  read: (raw: string) => JsonValue | undefined,
): { [key: string]: JsonValue } | null {
  const found = new Map<string, JsonValue>();
  for (const [, key, raw] of text.matchAll(PAIR)) {
    const value = read(raw);
    if (value === undefined) return null;
    found.set(unescaped(key), value);
  }
  return Object.fromEntries(found);
}

/** A field's value; undefined for what the protocol does not know, such as a bare word. */
function valueOf(raw: string): JsonValue | undefined {
  if (raw.startsWith('"')) return raw.slice(1, -1).replace(/\\(["\\])/g, "$1");
  if (/^(t|T|true|True|TRUE)$/.test(raw)) return true;
  if (/^(f|F|false|False|FALSE)$/.test(raw)) return false;
  if (/^-?\d+[iu]$/.test(raw)) {
    const number = Number(raw.slice(0, -1));
    return Number.isSafeInteger(number) ? number : raw.slice(0, -1);
  }
  return /^[-+]?(\d+(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(raw) ? Number(raw) : undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\([,= \\])/g, "$1");
}

/** How figures, times and strangers' texts are written. Pure. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** @param {number | null | undefined} bytes */
export function formatBytes(bytes) {
  if (bytes === null || bytes === undefined) return "–";
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(value < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

/** Whole numbers with thin grouping; large ones shortened. @param {number | null | undefined} count */
export function formatCount(count) {
  if (count === null || count === undefined) return "–";
  if (Math.abs(count) <= 100_000) return Math.round(count).toLocaleString("en");
  if (Math.abs(count) < 1e6) return `${(count / 1e3).toFixed(0)} k`;
  return `${(count / 1e6).toFixed(count < 1e7 ? 2 : 1)} M`;
}

/** @param {number | null | undefined} rate */
export function formatRate(rate) {
  if (rate === null || rate === undefined) return "–";
  if (rate === 0) return "0";
  if (rate < 10) return rate.toFixed(1);
  return formatCount(rate);
}

/** @param {number | null | undefined} ms */
export function formatDuration(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms < 1) return "< 1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return formatSpan(ms);
}

/** A longer span in its two largest units. @param {number} ms */
export function formatSpan(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes < 10 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/**
 * A time as one says it: how long ago, or in how long.
 * @param {number} atMs
 * @param {number} nowMs
 */
export function formatRelative(atMs, nowMs) {
  const ms = nowMs - atMs;
  if (Math.abs(ms) < 2_000) return "now";
  return ms > 0 ? `${roughSpan(ms)} ago` : `in ${roughSpan(-ms)}`;
}

/** A span in its largest unit. @param {number} ms */
export function roughSpan(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.round(hours / 24)} d`;
}

/** Local date and time to the millisecond, with the zone. @param {string | number} time */
export function formatExact(time) {
  const date = new Date(time);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatClock(date)} (${date.toISOString()})`;
}

/** Local time of day to the millisecond. @param {string | number | Date} time */
export function formatClock(time) {
  const date = new Date(time);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

const CONTROLS = /[^\P{Cc}\n\t]/gu;
const DIRECTIONS = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A stranger's text with what is meant to stay unseen made visible: escape sequences cannot hide in it, and marks that
 * turn the writing direction cannot disguise it. Lines and tabs stay.
 * @param {string} text
 */
export function visible(text) {
  return text
    .replace(CONTROLS, (control) => {
      const code = control.charCodeAt(0);
      if (code < 0x20) return String.fromCharCode(0x2400 + code);
      return code === 0x7f ? "\u2421" : codePoint(code);
    })
    .replace(DIRECTIONS, (mark, offset, whole) => {
      // A joiner between the parts of an emoji is part of the picture.
      const joins = mark === "\u200d" && offset > 0 &&
        /[\ud800-\udfff\u2600-\u27bf\ufe0f]/.test(whole[offset - 1]);
      return joins ? mark : codePoint(mark.charCodeAt(0));
    });
}

/** A stranger's text on one line. @param {string} text */
export function visibleLine(text) {
  return visible(text).replace(/\s*[\n\t]\s*/g, " ⏎ ");
}

/** @param {number} code */
function codePoint(code) {
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/**
 * A decoded payload as text: JSON indented, texts as they are.
 * @param {unknown} value
 */
export function payloadText(value) {
  if (typeof value === "string") return visible(value);
  return visible(JSON.stringify(value, null, 2) ?? "");
}

/** JSON text indented; anything else as it is. @param {string} text */
export function prettyJson(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * Arguments of a call on one line, as a list of them; without the session, which says nothing to a reader.
 * @param {string} json perhaps cut, and then shown as it is
 */
export function argumentsLine(json) {
  try {
    return visibleLine(
      Object.entries(JSON.parse(json))
        .filter(([name]) => name !== "session_id")
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
        .join(", "),
    );
  } catch {
    return visibleLine(json);
  }
}

/** The start of a UUID, enough to tell it apart. @param {string} id */
export function shortId(id) {
  return id.slice(0, 8);
}

/** @param {{ protocol: string, host: string, port: number, name?: string }} broker */
export function brokerText(broker) {
  const host = broker.host.includes(":") ? `[${broker.host}]` : broker.host;
  return `${broker.protocol}://${host}:${broker.port}`;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function plural(count, one, many = `${one}s`) {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

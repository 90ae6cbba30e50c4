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

/**
 * A number as it is, with its thousands in groups: no digit is lost or made up.
 * @param {number} value
 */
export function formatNumber(value) {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= 1e21 || (size > 0 && size < 1e-6)) return String(value);
  const [whole, fraction] = String(value).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/**
 * A value that a device told.
 * @param {number | null} value
 * @param {{ isSwitch: boolean, unit: string | null }} field
 */
export function formatReading(value, { isSwitch, unit }) {
  if (value === null) return "–";
  if (isSwitch) return value === 1 ? "on" : value === 0 ? "off" : "";
  // a line is drawn of doubles: what they round is no reading, which stands with its message
  const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  const number = isRounded ? `≈ ${value.toExponential(6)}` : formatNumber(value);
  return `${number}${unit === null ? "" : ` ${visible(unit)}`}`;
}

/** A count. @param {number | null | undefined} count */
export function formatCount(count) {
  return count === null || count === undefined ? "–" : formatNumber(Math.round(count));
}

/** A count where there is little room; the whole one belongs beside it. @param {number} count */
export function shortCount(count) {
  if (Math.abs(count) < 10_000) return formatCount(count);
  const [value, unit] = Math.abs(count) < 999_500 ? [count / 1e3, "k"] : [count / 1e6, "M"];
  return `${formatNumber(Number(value.toPrecision(3)))} ${unit}`;
}

/** @param {number | null | undefined} rate */
export function formatRate(rate) {
  if (rate === null || rate === undefined) return "–";
  return formatNumber(Math.abs(rate) < 10 ? Math.round(rate * 10) / 10 : Math.round(rate));
}

/** @param {number | null | undefined} ms */
export function formatDuration(ms) {
  if (ms === null || ms === undefined) return "–";
  if (ms === 0) return "0 ms";
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

/**
 * Local date and time, on a clock of 24 hours.
 * @param {string | number | Date} time
 * @param {{ date?: boolean, ms?: boolean }} [parts] what is told besides hours, minutes and seconds
 */
export function formatTime(time, { date = true, ms = false } = {}) {
  const at = new Date(time);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} `;
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  const rest = `.${String(at.getMilliseconds()).padStart(3, "0")}`;
  return `${date ? day : ""}${clock}${ms ? rest : ""}`;
}

/** Local date and time to the millisecond, with the zone. @param {string | number} time */
export function formatExact(time) {
  return `${formatTime(time, { ms: true })} (${new Date(time).toISOString()})`;
}

/** Local time of day to the millisecond. @param {string | number | Date} time */
export function formatClock(time) {
  return formatTime(time, { date: false, ms: true });
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

/** The name of a field, of its path. @param {string} path */
export function fieldName(path) {
  return path === "$" ? "value" : visibleLine(path.replace(/^\$\.?/, ""));
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

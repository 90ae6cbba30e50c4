/** The time that is looked at: the last so many seconds, from one moment to another, or all. */
import { formatTime } from "./format.js";
import { Choices } from "./parts.js";
import { html, useEffect, useState } from "./view.js";

/**
 * @typedef {{ seconds: number | null, from: number | null, to: number | null }} Range
 *   times in seconds since the epoch; all null: everything
 * @typedef {import("./view.js").FieldEvent} FieldEvent
 */

/** @type {[key: string, text: string][]} */
const CHOICES = [["60", "1 min"], ["600", "10 min"], ["3600", "1 h"], ["86400", "24 h"], [
  "all",
  "All",
]];
/** @type {Range} */
const EVERYTHING = { seconds: null, from: null, to: null };

/** What an address says; whatever it is not able to say means everything. @param {string | null} text @returns {Range} */
export function parseRange(text) {
  if (CHOICES.some(([key]) => key === text && key !== "all")) {
    return { ...EVERYTHING, seconds: Number(text) };
  }
  const [from, to] = (text ?? "").split("~").map(Number);
  const known = [from, to].every((at) => at > 0 && at < 1e11) && from < to;
  return known ? { seconds: null, from, to } : EVERYTHING;
}

/** A time from one moment to another, as addresses have it. @param {number} from @param {number} to */
export function rangeText(from, to) {
  return `${from.toFixed(3)}~${to.toFixed(3)}`;
}

/** The ends of a range as the API takes them. @param {Range} range @returns {{ since?: string, until?: string }} */
export function rangeQuery({ seconds, from, to }) {
  if (seconds !== null) return { since: `-${seconds}s` };
  if (from === null || to === null) return {};
  // Times are recorded by the millisecond: both ends belong to it.
  return {
    since: new Date(Math.floor(from * 1000)).toISOString(),
    until: new Date(Math.ceil(to * 1000)).toISOString(),
  };
}

/** The range as a watch takes it. @param {Range} range */
export function rangeWatched({ seconds, from, to }) {
  if (seconds !== null) return { seconds };
  return from === null || to === null ? undefined : { from, to };
}

/** @param {{ range: Range, onChange: (text: string | null) => void }} props */
export function RangeBar({ range, onChange }) {
  const [open, setOpen] = useState(false);
  const isOwn = range.from !== null && range.to !== null;
  const value = isOwn ? "" : range.seconds === null ? "all" : String(range.seconds);
  return html`
    <div class="range">
      <${Choices} label="Time range" value=${value} options=${CHOICES} onChange=${(
        /** @type {string} */ key,
      ) => onChange(key === "all" ? null : key)} />
      <button type="button" class="button small" aria-expanded=${String(open || isOwn)}
        onClick=${() => setOpen(!open)}>From … to …</button>
      ${(open || isOwn) && html`<${OwnRange} range=${range} onChange=${onChange} />`}
    </div>
  `;
}

/** @param {{ range: Range, onChange: (text: string) => void }} props */
function OwnRange({ range, onChange }) {
  const now = Date.now() / 1000;
  const given = { from: range.from ?? now - (range.seconds ?? 3_600), to: range.to ?? now };
  const [ends, setEnds] = useState({ from: fieldText(given.from), to: fieldText(given.to) });
  useEffect(() => {
    if (range.from === null || range.to === null) return;
    setEnds({ from: fieldText(range.from), to: fieldText(range.to) });
  }, [range.from, range.to]);
  const [from, to] = [ends.from, ends.to].map((text) => Date.parse(text) / 1000);
  const wrong = !(from < to);
  const field = (/** @type {"from" | "to"} */ end, /** @type {string} */ label) =>
    html`
      <label class="field inline">${label}
        <input type="datetime-local" step="1" value=${ends[end]}
          aria-invalid=${wrong && end === "to" ? "true" : undefined} onInput=${(
            /** @type {FieldEvent} */ event,
          ) => setEnds({ ...ends, [end]: event.currentTarget.value })} />
      </label>
    `;
  return html`
    <form class="toolbar" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      // Typed to the second: all of the last one is meant.
      if (!wrong) onChange(rangeText(from, to + 0.999));
    }}>
      ${field("from", "From")} ${field("to", "to")}
      <button type="submit" class="button small" disabled=${wrong}>Show</button>
      ${wrong &&
        html`<span class="field-problem" role="alert">It has to end after it begins.</span>`}
    </form>
  `;
}

/** As a field for local times has it. @param {number} seconds */
function fieldText(seconds) {
  return formatTime(seconds * 1000).replace(" ", "T");
}

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
  const span = parseSpan(text);
  return span ? { seconds: null, ...span } : EVERYTHING;
}

/** A time from one moment to another, of an address; null where it is none. @param {string | null} text */
export function parseSpan(text) {
  const [from, to] = (text ?? "").split("~").map(Number);
  const known = [from, to].every((at) => at > 0 && at < 1e11) && from < to;
  return known ? { from, to } : null;
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
    <div class="range row">
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
  const [start] = useState(() => {
    const now = Date.now() / 1000;
    return { from: now - (range.seconds ?? 3_600), to: now };
  });
  const ends = useEnds({ from: range.from ?? start.from, to: range.to ?? start.to });
  return html`
    <form class="toolbar row" noValidate onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      if (ends.problem === null) onChange(rangeText(ends.from, ends.to));
    }}>
      <${Ends} ends=${ends} />
      <button type="submit" class="button small" disabled=${ends.problem !== null}>Show</button>
      <${EndsProblem} ends=${ends} />
    </form>
  `;
}

/**
 * Both ends of a time while they are typed. What nobody changed stays as exact as it was given.
 * @param {{ from: number, to: number }} given
 */
export function useEnds(given) {
  const texts = { from: fieldText(given.from), to: fieldText(given.to) };
  const [typed, setTyped] = useState(texts);
  const [id] = useState(() => `ends-${nextEnds++}`);
  useEffect(() => setTyped(texts), [given.from, given.to]);
  const from = typed.from === texts.from ? given.from : Date.parse(typed.from) / 1000;
  // Typed to the second: all of the last one is meant.
  const to = typed.to === texts.to ? given.to : Date.parse(typed.to) / 1000 + 0.999;
  const problem = Number.isNaN(from) || Number.isNaN(to)
    ? { end: Number.isNaN(from) ? "from" : "to", text: "Give a date and a time." }
    : from < to
    ? null
    : { end: "to", text: "It has to end after it begins." };
  const change = (/** @type {"from" | "to"} */ end, /** @type {string} */ text) =>
    setTyped({ ...typed, [end]: text });
  return { id, typed, change, from, to, problem };
}

let nextEnds = 0;

/** @param {{ ends: ReturnType<typeof useEnds>, about?: string }} props */
export function Ends({ ends, about }) {
  const { id, typed, change, problem } = ends;
  const field = (/** @type {"from" | "to"} */ end, /** @type {string} */ label) => {
    const wrong = problem?.end === end;
    return html`
      <label class="field row">${label}
        <input type="datetime-local" step="1" value=${typed[end]} aria-label=${about &&
          `${about} ${end}`}
          aria-invalid=${wrong ? "true" : undefined} aria-describedby=${wrong ? id : undefined}
          onInput=${(/** @type {FieldEvent} */ event) => change(end, event.currentTarget.value)} />
      </label>
    `;
  };
  return html`${field("from", about ? "from" : "From")} ${field("to", "to")}`;
}

/** @param {{ ends: ReturnType<typeof useEnds> }} props */
export function EndsProblem({ ends: { id, problem } }) {
  return problem &&
    html`<span id=${id} class="field-problem" role="alert">${problem.text}</span>`;
}

/** As a field for local times has it. @param {number} seconds */
function fieldText(seconds) {
  return formatTime(seconds * 1000).replace(" ", "T");
}

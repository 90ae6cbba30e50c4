/** The program's log, as it is written. */
import { useFeed } from "./feed.js";
import { FilterBar, SearchField } from "./form.js";
import { formatExact, formatTime, plural, visible } from "./format.js";
import { Choices, Empty, Head, PauseButton, Problem } from "./parts.js";
import { useParam } from "./route.js";
import { useTypedParam } from "./typed_param.js";
import { html, useLayoutEffect, useRef } from "./view.js";

/** @typedef {import("../shapes/logs.ts").LogEntry} Line */

const MOST_LINES = 1_000;
const PAGE = 300;
const LEVELS = ["debug", "info", "warning", "error"];
const LEVEL_CHOICES = LEVELS.map((
  level,
) => [
  level,
  level === "error"
    ? "Errors"
    : `${level[0].toUpperCase()}${level.slice(1)}${level === "debug" ? "" : "+"}`,
]);

export function LogsPage() {
  const [asked, setLevel] = useParam("level", "debug");
  const level = LEVELS.includes(asked) ? asked : "debug";
  const { typed, setTyped, text } = useTypedParam("text");
  const log = useFeed({
    path: "api/logs",
    query: { level, text },
    page: PAGE,
    most: MOST_LINES,
    mostLoaded: MOST_LINES,
    entriesOf: ({ lines }) => lines,
    live: "logs",
    arrivedIn: ({ lines }) => lines,
    matches: matcher(level, text),
  });
  const lines = log.entries.toReversed();
  const recordedLevel = log.answer?.level ?? "";
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);

  useLayoutEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  });
  const follow = () => {
    if (box.current === null) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    atEnd.current = scrollHeight - scrollTop - clientHeight < 30;
  };
  const below = recordedLevel && LEVELS.indexOf(level) < LEVELS.indexOf(recordedLevel);
  return html`
    <${Head} title="Logs" about=${recordedLevel &&
      `Recorded: ${recordedLevel} and worse${below ? " (LOG_LEVEL)" : ""}`} />
    <${FilterBar} label="Filter the log">
      <${Choices} label="Least level" options=${LEVEL_CHOICES} value=${level} onChange=${setLevel} />
      <${SearchField} label="Text" placeholder="In the message" value=${typed} onChange=${setTyped} />
      <${PauseButton} paused=${log.paused} onChange=${log.setPaused} waiting=${log.waiting} />
    <//>
    <${Problem} error=${log.error} retry=${log.reload} />
    ${log.answer && lines.length === 0
      ? text !== "" || level !== "debug"
        ? html`
          <${Empty} title="No line matches">
            <p><button type="button" class="button" onClick=${() => {
              setTyped("");
              setLevel("debug");
            }}>Clear the filters</button></p>
            <//>
        `
        : html`
          <${Empty} title="Nothing was logged yet">
            <p>Lines appear here as they are written. <code>LOG_LEVEL=debug</code> makes the server tell more.</p>
            <//>
        `
      : html`
        <div class="log card" ref=${box} onScroll=${follow} tabindex="0" role="log"
          aria-label="Log, newest last" aria-live="off">
          ${log.cursor && lines.length < MOST_LINES && html`
            <button type="button" class="button small log-older" onClick=${log
              .loadOlder}>Load older lines</button>
          `}
          ${lines.map((line) => html`<${LogLine} key=${line.id} line=${line} />`)}
          ${log.skipped > 0 &&
            html`<p class="quiet">${plural(log.skipped, "line")} came too fast to show.</p>`}
        </div>
      `}
  `;
}

/** @param {{ line: Line }} props */
function LogLine({ line }) {
  return html`
    <div class=${`log-line ${line.level}`}>
      <time class="muted nowrap" dateTime=${line.time} title=${formatExact(line.time)}>${formatTime(
        line.time,
        {
          ms: true,
        },
      )}</time>
      <span class="log-level">${line.level}</span>
      <span class="log-part muted">${line.part}</span>
      <span class="log-message"><bdi>${visible(line.message)}</bdi></span>
    </div>
  `;
}

/** The same as the server does. @param {string} level @param {string} text */
function matcher(level, text) {
  const least = LEVELS.indexOf(level);
  const wanted = text.toLowerCase();
  return (/** @type {Line} */ line) =>
    rank(line.level) >= least &&
    (wanted === "" || `${line.part} ${line.message}`.toLowerCase().includes(wanted));
}

/** @param {string} level */
function rank(level) {
  if (level === "trace") return 0;
  return level === "fatal" ? LEVELS.length : LEVELS.indexOf(level);
}

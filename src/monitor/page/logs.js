/** The program's log, as it is written. */
import { ask } from "./api.js";
import { formatClock, formatExact, visible } from "./format.js";
import { onLive, useGeneration } from "./live.js";
import { Choices, Empty, Head, PauseButton, Problem, useSettled } from "./parts.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./view.js";

/** @typedef {import("../api_shapes.ts").LogEntry} Line */

const MOST_LINES = 1_000;
const PAGE = 300;
const REDRAW_MS = 300;
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
  const [level, setLevel] = useState("debug");
  const [typed, setTyped] = useState("");
  const text = useSettled(typed.trim());
  const log = useLog(level, text);
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
  const below = log.recordedLevel && LEVELS.indexOf(level) < LEVELS.indexOf(log.recordedLevel);
  return html`
    <${Head} title="Logs" about=${log.recordedLevel &&
      `Recorded: ${log.recordedLevel} and worse${below ? " (LOG_LEVEL)" : ""}`} />
    <form class="toolbar" role="search" aria-label="Filter the log" onSubmit=${(event) =>
      event.preventDefault()}>
      <${Choices} label="Least level" options=${LEVEL_CHOICES} value=${level} onChange=${setLevel} />
      <label class="field grow">Text
        <input type="search" placeholder="In the message" value=${typed} maxlength="200" onInput=${(
          event,
        ) => setTyped(event.currentTarget.value)} />
      </label>
      <${PauseButton} paused=${log.paused} onChange=${log.setPaused} waiting=${log.waiting} />
    </form>
    <${Problem} error=${log.error} retry=${log.reload} />
    ${log.loaded && log.lines.length === 0
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
          ${log.cursor && log.lines.length < MOST_LINES && html`
            <button type="button" class="button small log-older" onClick=${log
              .loadOlder}>Load older lines</button>
          `}
          ${log.lines.map((line) => html`<${LogLine} key=${line.id} line=${line} />`)}
          ${log.skipped > 0 &&
            html`<p class="quiet">${log.skipped} lines came too fast to show.</p>`}
        </div>
      `}
  `;
}

/** @param {{ line: Line }} props */
function LogLine({ line }) {
  return html`
    <div class=${`log-line ${line.level}`}>
      <time dateTime=${line.time} title=${formatExact(line.time)}>${formatClock(line.time)}</time>
      <span class="log-level">${line.level}</span>
      <span class="log-part">${line.part}</span>
      <span class="log-message"><bdi>${visible(line.message)}</bdi></span>
    </div>
  `;
}

/** @param {string} level @param {string} text */
function useLog(level, text) {
  const generation = useGeneration();
  const [state, setState] = useState({
    lines: /** @type {Line[]} */ ([]),
    cursor: null,
    loaded: false,
    recordedLevel: "",
  });
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  const [paused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(0);
  const fresh = useRef(/** @type {Line[]} */ ([]));
  const skipped = useRef(0);
  const pausedNow = useRef(false);
  pausedNow.current = paused;
  // what is read would replace what had come live meanwhile: that waits
  const reading = useRef(false);

  useEffect(() => {
    const abort = new AbortController();
    reading.current = true;
    ask("api/logs", { query: { level, text, limit: PAGE }, signal: abort.signal }).then(
      (answer) => {
        setError(null);
        setState({
          lines: answer.lines.reverse(),
          cursor: answer.next_cursor,
          loaded: true,
          recordedLevel: answer.level,
        });
      },
    ).catch((reason) => {
      if (!abort.signal.aborted) setError(reason);
    }).finally(() => {
      if (!abort.signal.aborted) reading.current = false;
    });
    return () => abort.abort();
  }, [level, text, generation, attempt]);

  useEffect(() => {
    const least = LEVELS.indexOf(level);
    const wanted = text.toLowerCase();
    const matches = (/** @type {Line} */ line) =>
      rank(line.level) >= least &&
      (wanted === "" || `${line.part} ${line.message}`.toLowerCase().includes(wanted));
    fresh.current = [];
    const end = onLive("logs", (event) => {
      fresh.current = [...fresh.current, ...event.lines.filter(matches)].slice(-MOST_LINES);
      skipped.current += event.skipped;
    });
    const timer = setInterval(() => {
      if (fresh.current.length === 0 || reading.current) return;
      if (pausedNow.current) return setWaiting(fresh.current.length);
      const arrived = fresh.current;
      fresh.current = [];
      setWaiting(0);
      setState((was) => {
        const known = new Set(was.lines.slice(-PAGE).map(({ id }) => id));
        const added = arrived.filter(({ id }) => !known.has(id));
        return { ...was, lines: [...was.lines, ...added].slice(-MOST_LINES) };
      });
    }, REDRAW_MS);
    return () => {
      end();
      clearInterval(timer);
    };
  }, [level, text]);

  const loadOlder = async () => {
    try {
      const answer = await ask("api/logs", {
        query: { level, text, limit: PAGE, cursor: state.cursor },
      });
      setState((was) => ({
        ...was,
        lines: [...answer.lines.reverse(), ...was.lines],
        cursor: answer.next_cursor,
      }));
    } catch (reason) {
      setError(/** @type {Error} */ (reason));
    }
  };
  return {
    ...state,
    error,
    paused,
    setPaused,
    waiting,
    skipped: skipped.current,
    loadOlder,
    reload: () => setAttempt((count) => count + 1),
  };
}

/** @param {string} level */
function rank(level) {
  if (level === "trace") return 0;
  return level === "fatal" ? LEVELS.length : LEVELS.indexOf(level);
}

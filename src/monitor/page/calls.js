/** Every tool call: live, filtered, in detail, and to take away. */
import { ask, queryText } from "./api.js";
import {
  argumentsLine,
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  plural,
  prettyJson,
  shortId,
  visible,
} from "./format.js";
import { Icon } from "./icons.js";
import { onLive, useGeneration, useLive } from "./live.js";
import { RunningCalls } from "./overview.js";
import { Badge, Empty, Head, PauseButton, Problem, Stranger, Time, useSettled } from "./parts.js";
import { linkTo } from "./route.js";
import { html, useEffect, useMemo, useRef, useState } from "./view.js";

/** @typedef {import("../api_shapes.ts").CallEntry} Call */

const PAGE = 100;
/** More rows than anybody reads, and few enough that a busy hour does not stall the page. */
const MOST_ROWS = 300;
const MOST_LOADED = 2_000;
/** However many calls arrive, rows change at most twice a second. */
const REDRAW_MS = 500;
const TONES = { ok: "good", error: "bad", cancelled: "warn" };

/** @param {{ params: URLSearchParams }} props */
export function CallsPage({ params }) {
  const { snapshot } = useLive();
  const query = {
    tool: params.get("tool") ?? "",
    client: params.get("client") ?? "",
    outcome: params.get("outcome") ?? "",
    text: params.get("text") ?? "",
  };
  const [typed, setTyped] = useState(query.text);
  const settled = useSettled(typed.trim());
  const change = (/** @type {Partial<typeof query>} */ part) => {
    history.replaceState(null, "", linkTo("calls", { ...query, ...part }));
    dispatchEvent(new Event("hashchange"));
  };
  useEffect(() => {
    if (settled !== query.text) change({ text: settled });
  }, [settled]);
  const list = useCalls(query);
  const filtered = Object.values(query).some((value) => value !== "");
  const running = snapshot?.running ?? [];
  return html`
    <${Head} title="Calls" about=${list.kept &&
      `The last ${list.kept.hours} hours, at most ${formatCount(list.kept.most)} calls, ${
        list.kept.where === "file"
          ? "kept over a restart"
          : "in memory only: set DATA_DIR to keep them over a restart"
      }`}>
      <a class="button" href=${`api/calls/export${
        queryText({ ...query, format: "json" })
      }`} download><${Icon} name="download" size=${15} /> JSON</a>
      <a class="button" href=${`api/calls/export${
        queryText({ ...query, format: "csv" })
      }`} download><${Icon} name="download" size=${15} /> CSV</a>
    <//>
    ${running.length > 0 && html`
      <section aria-label="Running calls">
        <${RunningCalls} running=${running} />
      </section>
    `}
    <form class="toolbar" role="search" aria-label="Filter calls" onSubmit=${(event) =>
      event.preventDefault()}>
      <${Select} label="Tool" value=${query.tool} options=${list.tools} onChange=${(tool) =>
        change({ tool })} />
      <${Select} label="Client" value=${query.client} options=${list.clients} onChange=${(client) =>
        change({ client })} />
      <${Select} label="Outcome" value=${query.outcome} options=${[
        "ok",
        "error",
        "cancelled",
      ]} onChange=${(outcome) => change({ outcome })} />
      <label class="field grow">Text
        <input type="search" placeholder="In arguments and errors" value=${typed} maxlength="200" onInput=${(
          event,
        ) => setTyped(event.currentTarget.value)} />
      </label>
      <${PauseButton} paused=${list.paused} onChange=${list.setPaused} waiting=${list.waiting} />
    </form>
    <${Problem} error=${list.error} retry=${list.reload} />
    ${list.loaded && list.calls.length === 0
      ? filtered
        ? html`
          <${Empty} title="No call matches">
            <p><a class="button" href=${linkTo("calls")} onClick=${() =>
              setTyped("")}>Clear the filters</a></p>
            <//>
        `
        : html`
          <${Empty} title="No call yet">
            <p>Each call of a tool by an assistant appears here as it ends.</p>
            <p><a class="button primary" href=${linkTo("setup")}>Set up a client</a></p>
            <//>
        `
      : html`<${CallTable} list=${list} />`}
  `;
}

/** Newest calls first: those of the history, and live ones before them. */
function useCalls(query) {
  const generation = useGeneration();
  const key = JSON.stringify(query);
  const [state, setState] = useState({
    calls: /** @type {Call[]} */ ([]),
    matched: 0,
    cursor: null,
    loaded: false,
    tools: [],
    clients: [],
    kept: /** @type {any} */ (null),
  });
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  const [paused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(0);
  const fresh = useRef(/** @type {Call[]} */ ([]));
  const skipped = useRef(0);
  const pausedNow = useRef(false);
  pausedNow.current = paused;
  // what is read would replace what had come live meanwhile: that waits
  const reading = useRef(false);

  useEffect(() => {
    const abort = new AbortController();
    reading.current = true;
    ask("api/calls", { query: { ...query, limit: PAGE }, signal: abort.signal }).then((answer) => {
      setError(null);
      fresh.current = fresh.current.filter((call) =>
        !answer.calls.some(({ id }) => id === call.id)
      );
      setState({
        calls: answer.calls,
        matched: answer.matched,
        cursor: answer.next_cursor,
        loaded: true,
        tools: answer.tools,
        clients: answer.clients,
        kept: answer.kept,
      });
    }).catch((reason) => {
      if (!abort.signal.aborted) setError(reason);
    }).finally(() => {
      if (!abort.signal.aborted) reading.current = false;
    });
    return () => abort.abort();
  }, [key, generation, attempt]);

  useEffect(() => {
    const matches = matcher(query);
    fresh.current = [];
    const end = onLive("calls", (event) => {
      const matching = event.calls.filter(matches).reverse();
      fresh.current = [...matching, ...fresh.current].slice(0, MOST_ROWS);
      skipped.current += event.skipped;
    });
    const timer = setInterval(() => {
      if (fresh.current.length === 0 || reading.current) return;
      if (pausedNow.current) return setWaiting(fresh.current.length);
      const arrived = fresh.current;
      fresh.current = [];
      setWaiting(0);
      setState((was) => addArrived(was, arrived));
    }, REDRAW_MS);
    return () => {
      end();
      clearInterval(timer);
    };
  }, [key]);

  const loadOlder = async () => {
    try {
      const answer = await ask("api/calls", {
        query: { ...query, limit: PAGE, cursor: state.cursor },
      });
      setState((was) => {
        const known = new Set(was.calls.map(({ id }) => id));
        const older = answer.calls.filter(({ id }) => !known.has(id));
        return { ...was, calls: [...was.calls, ...older], cursor: answer.next_cursor };
      });
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

function addArrived(was, arrived) {
  const known = new Set(was.calls.slice(0, MOST_ROWS).map(({ id }) => id));
  const added = arrived.filter(({ id }) => !known.has(id));
  const calls = [...added, ...was.calls];
  // Older pages that somebody asked for stay; a busy stream does not pile up.
  const most = Math.max(MOST_ROWS, Math.min(MOST_LOADED, was.calls.length));
  return {
    ...was,
    calls: calls.slice(0, most),
    cursor: calls.length > most ? null : was.cursor,
    matched: was.matched + added.length,
    tools: withAll(was.tools, added.map(({ tool }) => tool)),
    clients: withAll(was.clients, added.map(({ client }) => client)),
  };
}

/** @param {string[]} known @param {string[]} more */
function withAll(known, more) {
  const all = new Set([...known, ...more]);
  return all.size === known.length ? known : [...all].sort();
}

/** The same as the server does for the history. */
function matcher(query) {
  const text = query.text.toLowerCase();
  return (/** @type {Call} */ call) =>
    (query.tool === "" || call.tool === query.tool) &&
    (query.client === "" || call.client === query.client) &&
    (query.outcome === "" || call.outcome === query.outcome) &&
    (text === "" ||
      [call.tool, call.client, call.arguments, call.error ?? "", call.error_code ?? ""]
        .some((field) => field.toLowerCase().includes(text)));
}

function Select({ label, value, options, onChange }) {
  const all = value === "" || options.includes(value) ? options : [value, ...options];
  return html`
    <label class="field">${label}
      <select value=${value} onChange=${(event) => onChange(event.currentTarget.value)}>
        <option value="">All</option>
        ${all.map((option) =>
          html`<option key=${option} value=${option}>${visible(option)}</option>`
        )}
      </select>
    </label>
  `;
}

function CallTable({ list }) {
  const [open, setOpen] = useState("");
  const rows = useMemo(() => list.calls, [list.calls]);
  if (!list.loaded) return html`<p class="quiet">Reading…</p>`;
  return html`
    <div class="table-box" tabindex="0" role="region" aria-label="Calls, newest first">
      <table class="call-table">
        <thead>
          <tr>
            <th>Time</th>
            <th>Tool</th>
            <th class="wide">Client</th>
            <th class="wide">Arguments</th>
            <th class="number">Duration</th>
            <th>Outcome</th>
            <th class="number wide" title="Estimated size of the result for the model">Tokens</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((call) =>
            html`
              <${CallRow} key=${call.id} call=${call} open=${open === call.id} onToggle=${() =>
                setOpen(open === call.id ? "" : call.id)} />
            `
          )}
        </tbody>
      </table>
    </div>
    <p class="quiet table-foot">
      ${plural(rows.length, "call")} shown of ${formatCount(list.matched)}.
      ${list.skipped > 0 &&
        ` ${
          formatCount(list.skipped)
        } came too fast to show; the history and the export have them.`}
      ${" "}
      ${list.cursor &&
        (rows.length < MOST_LOADED
          ? html`<button type="button" class="button small" onClick=${list.loadOlder}>Load older calls</button>`
          : "Filter, or export, to see older ones.")}
    </p>
  `;
}

/** @param {{ call: Call, open: boolean, onToggle: () => void }} props */
function CallRow({ call, open, onToggle }) {
  return html`
    <tr class=${open ? "open" : ""}>
      <td class="nowrap">
        <${Time} at=${call.started_at} />
      </td>
      <td>
        <button type="button" class="link tool" aria-expanded=${String(open)}
          onClick=${onToggle}>${call.tool}</button>
      </td>
      <td class="wide client-cell">
        <${Stranger} text=${call.client} />
      </td>
      <td class="wide arguments-cell"><code>${argumentsLine(call.arguments)}</code></td>
      <td class="number nowrap">${formatDuration(call.duration_ms)}</td>
      <td>
        <${Badge} tone=${TONES[call.outcome]}>${call.error_code ?? call.outcome}<//></td>
      <td class="number nowrap wide" title=${plural(call.result_bytes, "byte")}>${formatCount(
        call.result_tokens,
      )}</td>
    </tr>
    ${open && html`
      <tr class="details">
        <td colspan="7">
          <${CallDetails} call=${call} />
        </td>
      </tr>
    `}
  `;
}

/** @param {{ call: Call }} props */
function CallDetails({ call }) {
  return html`
    <dl class="facts">
      <div>
        <dt>Started</dt>
        <dd>${formatExact(call.started_at)}</dd>
      </div>
      <div>
        <dt>Duration</dt>
        <dd>${formatDuration(call.duration_ms)}</dd>
      </div>
      <div>
        <dt>Client</dt>
        <dd><${Stranger} text=${call.client} /> (${call.source})</dd>
      </div>
      <div>
        <dt>Session</dt>
        <dd>${call.session_id === null
          ? "none"
          : html`<a class="mono" href=${linkTo("sessions")} title=${call.session_id}>${
            shortId(call.session_id)
          }</a>`}</dd>
      </div>
      <div>
        <dt>Result</dt>
        <dd>${formatBytes(call.result_bytes)}, about ${formatCount(call.result_tokens)} tokens</dd>
      </div>
      <div>
        <dt>Call</dt>
        <dd class="mono">${shortId(call.id)}</dd>
      </div>
    </dl>
    ${call.error !== null &&
      html`<p class="problem-box"><strong>${call.error_code}</strong> <bdi>${
        visible(call.error)
      }</bdi></p>`}
    <h3>Arguments</h3>
    <pre class="payload" dir="auto" tabindex="0" role="region" aria-label="Arguments">${visible(
      prettyJson(call.arguments),
    )}</pre>
  `;
}

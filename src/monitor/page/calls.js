/** Every tool call: live, filtered, in detail, and to take away. */
import { ask, queryText } from "./api.js";
import { useFeed } from "./feed.js";
import { FilterBar, FilterSelect, SearchField } from "./form.js";
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
import { useLive } from "./live.js";
import { RunningCalls } from "./overview.js";
import { Story } from "./story.js";
import {
  Badge,
  Choices,
  Empty,
  Fact,
  Head,
  PauseButton,
  Payload,
  Problem,
  Stranger,
  Table,
  Time,
  useAnswer,
} from "./parts.js";
import { goTo, linkTo } from "./route.js";
import { useTypedParam } from "./typed_param.js";
import { html, useState } from "./view.js";

/** @typedef {import("../shapes/calls.ts").CallEntry} Call */

/** @typedef {{ tool: string, client: string, outcome: string, text: string }} Query */
/** @typedef {ReturnType<typeof useFeed<Call>>} Feed */

/** Where columns are left out in the styles: a cell over more of them than there are would make new ones. */
const NARROW = "(max-width: 1180px)";
const PAGE = 100;

/** More rows than anybody reads, and few enough that a busy hour does not stall the page. */
const MOST_ROWS = 300;
const MOST_LOADED = 2_000;
/** @type {import("./parts.js").Column[]} */
const COLUMNS = [
  { title: "Time", width: "92px" },
  { title: "Tool", width: "190px" },
  { title: "Client", class: "wide spare", width: "130px" },
  { title: "Broker", width: "200px" },
  { title: "Arguments", class: "wide spare" },
  { title: "Duration", class: "number", width: "90px" },
  { title: "Outcome", width: "190px" },
  {
    title: "Tokens",
    class: "number wide spare",
    width: "80px",
    about: "Estimated size of the result for the model",
  },
];
const TONES = { ok: "good", error: "bad", cancelled: "warn" };

/** @param {{ params: URLSearchParams }} props */
export function CallsPage({ params }) {
  const { snapshot } = useLive();
  const { typed, setTyped, text } = useTypedParam("text");
  const query = {
    tool: params.get("tool") ?? "",
    client: params.get("client") ?? "",
    outcome: params.get("outcome") ?? "",
    text,
  };
  const isStory = params.get("view") === "story";
  const view = isStory ? "story" : "";
  const change = (/** @type {Partial<typeof query & { view: string }>} */ part) => {
    goTo(linkTo("calls", { view, ...query, ...part }), { push: true });
  };
  const list = useFeed({
    path: "api/calls",
    query,
    page: PAGE,
    most: MOST_ROWS,
    mostLoaded: MOST_LOADED,
    entriesOf: ({ calls }) => calls,
    live: "calls",
    arrivedIn: ({ calls }) => calls,
    matches: matcher(query),
  });
  const kept = list.answer?.kept;
  const filtered = Object.values(query).some((value) => value !== "");
  const running = snapshot?.running ?? [];
  return html`
    <${Head} title="Calls" about=${kept &&
      `The last ${kept.hours} hours, at most ${formatCount(kept.most)} calls, ${
        kept.where === "file"
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
    <${Choices} label="Show calls as" value=${view} options=${[
      ["", "List"],
      ["story", "Story"],
    ]} onChange=${(/** @type {string} */ chosen) => change({ view: chosen })} />
    <${FilterBar} label="Filter calls">
      <${FilterSelect} label="Tool" value=${query.tool} options=${options(
        query.tool,
        withAll(list.answer?.tools, list.entries.map(({ tool }) => tool)),
      )} onChange=${(/** @type {string} */ tool) => change({ tool })} />
      <${FilterSelect} label="Client" value=${query.client} options=${options(
        query.client,
        withAll(list.answer?.clients, list.entries.map(({ client }) => client)),
      )} onChange=${(/** @type {string} */ client) => change({ client })} />
      <${FilterSelect} label="Outcome" value=${query.outcome} options=${options(
        query.outcome,
        ["ok", "error", "cancelled"],
      )} onChange=${(/** @type {string} */ outcome) => change({ outcome })} />
      <${SearchField} label="Text" placeholder="In arguments and errors" value=${typed}
        onChange=${setTyped} />
      ${!isStory &&
        html`
          <${PauseButton} paused=${list.paused} onChange=${list.setPaused}
            waiting=${list.waiting} />
        `}
    <//>
    <${Problem} error=${list.error} retry=${list.reload} />
    ${isStory && (filtered || list.entries.length > 0)
      ? html`
        <${Story} query=${query} details=${(/** @type {Call} */ call) =>
          html`<${CallDetails} call=${call} />`} />
      `
      : list.answer && list.entries.length === 0
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

/** @param {string[] | undefined} known @param {string[]} more */
function withAll(known, more) {
  return [...new Set([...known ?? [], ...more])].sort();
}

/** What can be chosen, also where the address asks for something else. @param {string} value @param {string[]} known */
function options(value, known) {
  const all = value === "" || known.includes(value) ? known : [value, ...known];
  return all.map((one) => [one, visible(one)]);
}

/** The same as the server does for the history. @param {Query} query */
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

/** @param {{ list: Feed }} props */
function CallTable({ list }) {
  const [open, setOpen] = useState("");
  const rows = list.entries;
  if (list.answer === null) return html`<p class="quiet">Reading…</p>`;
  return html`
    <${Table} label="Calls, newest first" class="call-table" columns=${COLUMNS}>
      ${rows.map((call) =>
        html`
          <${CallRow} key=${call.id} call=${call} open=${open === call.id} onToggle=${() =>
            setOpen(open === call.id ? "" : call.id)} />
        `
      )}
    <//>
    <p class="quiet table-foot row">
      ${plural(rows.length, "call")} shown of ${formatCount(list.answer.matched + list.arrived)}.
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
        <button type="button" class="link tool mono strong" aria-expanded=${String(open)}
          onClick=${onToggle}>${call.tool}</button>
      </td>
      <td class="wide spare client-cell clip">
        <${Stranger} text=${call.client} />
      </td>
      <td class="broker-cell mono clip">${call.broker ? visible(call.broker) : ""}</td>
      <td class="wide spare arguments-cell clip"><code>${argumentsLine(call.arguments)}</code></td>
      <td class="number nowrap">${formatDuration(call.duration_ms)}</td>
      <td>
        <${Badge} tone=${TONES[call.outcome]}>${call.error_code ?? call.outcome}<//></td>
      <td class="number nowrap wide spare" title=${plural(call.result_bytes, "byte")}>${formatCount(
        call.result_tokens,
      )}</td>
    </tr>
    ${open && html`
      <tr class="details">
        <td colspan=${matchMedia(NARROW).matches ? 5 : 8}>
          <${CallDetails} call=${call} />
        </td>
      </tr>
    `}
  `;
}

/** @param {{ call: Call }} props */
function CallDetails({ call }) {
  return html`
    <dl class="facts columns">
      <${Fact} name="Started">${formatExact(call.started_at)}<//>
      <${Fact} name="Duration">${formatDuration(call.duration_ms)}<//>
      <${Fact} name="Client"><${Stranger} text=${call.client} /> (${call.source})<//>
      ${call.broker && html`
        <${Fact} name="Broker" class="mono">${visible(call.broker)}<//>
      `}
      <${Fact} name="Session">${call.session_id === null
        ? "none"
        : html`<a class="mono" href=${linkTo("sessions")} title=${call.session_id}>${
          shortId(call.session_id)
        }</a>`}<//>
      <${Fact} name="Result">${formatBytes(call.result_bytes)}, about ${formatCount(
        call.result_tokens,
      )} tokens<//>
      <${Fact} name="Call" class="mono">${shortId(call.id)}<//>
    </dl>
    ${call.error !== null &&
      html`<p class="problem-box"><strong>${call.error_code}</strong> <bdi>${
        visible(call.error)
      }</bdi></p>`}
    <h3>Arguments</h3>
    <${Payload} value=${prettyJson(call.arguments)} label="Arguments" />
    <${Answer} call=${call} />
  `;
}

/** What the assistant was told, as long as it is kept. @param {{ call: Call }} props */
function Answer({ call }) {
  const { answer, error } = useAnswer(
    (signal) => ask(`api/calls/${encodeURIComponent(call.id)}/answer`, { signal }),
    [call.id],
  );
  return html`
    <h3>What the assistant was told</h3>
    ${answer === null
      ? html`<p class="quiet">${
        error === null
          ? "Reading…"
          : error.code === "NOT_FOUND"
          ? "Not kept any more: answers are held in memory only, the newest of them."
          : visible(error.message)
      }</p>`
      : html`<${Payload} value=${prettyJson(answer.text)} label="Answer" />`}
  `;
}

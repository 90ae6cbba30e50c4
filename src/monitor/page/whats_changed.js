/** What changed between two times, which may be any. */
import { ask } from "./api.js";
import { formatNumber, formatTime, plural, visible, visibleLine } from "./format.js";
import { serverNow } from "./live.js";
import { Badge, Choices, Problem, Stranger, Table, useAnswer } from "./parts.js";
import { Ends, EndsProblem, useEnds } from "./range.js";
import {
  CHOICES,
  comparedIn,
  FIRST_CHOICE,
  problemOf,
  windowsAt,
  windowsParams,
  windowsQuery,
} from "./two_windows.js";
import { html, useEffect, useRef } from "./view.js";

const MOST_SHOWN = 200;
/** @type {Record<string, "good" | "bad" | "warn" | "busy" | "plain">} */
const TONES = { appeared: "good", silent: "bad", rate: "warn", structure: "warn", value: "busy" };

/**
 * @param {{ sessionId: string, filter: string, compare: string, earlier: string | null, onCompare: (params: { compare: string, with: string | null }) => void, addressOf: (topic: string) => string }} props
 *   `compare` and `earlier` as the address has them
 */
export function WhatsChanged({ sessionId, filter, compare, earlier, onCompare, addressOf }) {
  const asked = comparedIn(compare, earlier);
  const compared = "problem" in asked ? comparedIn(FIRST_CHOICE, null) : asked;
  const own = "windows" in compared ? compared.windows : null;
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  const query = "problem" in compared ? {} : windowsQuery(compared);
  const { answer, error, reload } = useAnswer(
    (signal) =>
      ask("api/changes", { query: { session_id: sessionId, topic: filter, ...query }, signal }),
    [sessionId, filter, JSON.stringify(query)],
  );
  // A moment that was chosen far below leads up here.
  useEffect(() => {
    title.current?.scrollIntoView({ block: "nearest" });
  }, [compare, earlier]);
  const choose = (/** @type {string} */ key) => onCompare({ compare: key, with: null });
  return html`
    <section class="card" aria-labelledby="changed-title">
      <div class="section-head row spread">
        <h2 id="changed-title" ref=${title}>What changed</h2>
        <button type="button" class="button small" onClick=${reload}>Compare again</button>
      </div>
      ${"problem" in asked && html`<p class="field-problem" role="alert">${asked.problem}</p>`}
      <div class="range row">
        <${Choices} label="Compare" value=${own ? "" : compare} options=${CHOICES}
          onChange=${choose} />
        ${"preset" in compared && html`
          <button type="button" class="button small" onClick=${() =>
            onCompare(
              windowsParams(windowsAt(compared.preset, serverNow() / 1000)),
            )}>Two times…</button>
        `}
      </div>
      ${own
        ? html`
          <${OwnWindows} windows=${own} onChange=${(
            /** @type {import("./two_windows.js").Windows} */ windows,
          ) => onCompare(windowsParams(windows))} />
        `
        : ""}
      <p class="muted">${"preset" in compared
        ? compared.preset.words
        : own && `From ${spanText(own.after)}, compared with ${spanText(own.before)}`}${filter !==
          "#" && html`, on <${Stranger} text=${filter} code=${true} />`}.</p>
      <${Problem} error=${error} />
      ${answer === null && !error && html`<p class="quiet" role="status">Comparing…</p>`}
      ${answer && html`<${Changes} answer=${answer} addressOf=${addressOf} />`}
    </section>
  `;
}

/** @param {{ from: number, to: number }} span */
function spanText({ from, to }) {
  return `${formatTime(from * 1000)} to ${formatTime(to * 1000)}`;
}

/**
 * Both times, to be chosen freely.
 * @param {{ windows: import("./two_windows.js").Windows, onChange: (windows: import("./two_windows.js").Windows) => void }} props
 */
function OwnWindows({ windows, onChange }) {
  const before = useEnds(windows.before);
  const after = useEnds(windows.after);
  const chosen = {
    before: { from: before.from, to: before.to },
    after: { from: after.from, to: after.to },
  };
  const typed = before.problem ?? after.problem;
  const problem = typed ? null : problemOf(chosen, serverNow() / 1000);
  const row = (
    /** @type {"before" | "after"} */ name,
    /** @type {string} */ title,
    /** @type {ReturnType<typeof useEnds>} */ ends,
  ) =>
    html`
      <div class="range row" role="group" aria-label=${title}>
        <strong class="window-name">${title}</strong>
        <${Ends} ends=${ends} about=${title} />
        <${EndsProblem} ends=${ends} />
        ${problem?.window === name &&
          html`<span class="field-problem" role="alert">${problem.text}</span>`}
      </div>
    `;
  return html`
    <form class="windows stack" noValidate onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      if (typed === null && problem === null) onChange(chosen);
    }}>
      ${row("before", "Before", before)} ${row("after", "After", after)}
      <p><button type="submit" class="button small" disabled=${typed !== null ||
        problem !== null}>Compare these</button></p>
    </form>
  `;
}

/** @param {{ answer: any, addressOf: (topic: string) => string }} props */
function Changes({ answer, addressOf }) {
  const { changes, changed, unheard, read, messages, why } = answer;
  return html`
    ${why.length > 0 &&
      html`<p class="note small">Not all is known: ${
        why.map((/** @type {string} */ one) => visible(localTimes(one))).join("; ")
      }.</p>`}
    ${unheard !== null
      ? html`
        <p
          role="status">Nothing can be compared: in the ${unheard === "before"
            ? "earlier"
            : "later"} time nothing was heard${messages > 0
            ? `, in the other ${plural(messages, "message")}`
            : ""}. Choose times that were recorded.</p>
      `
      : changes.length === 0
      ? html`<p role="status">Nothing changed in ${plural(messages, "message")}.</p>`
      : html`
        <${Table} label="Changes" class="narrow-rows" tall columns=${[
          "Topic",
          "What",
          "Before",
          "After",
        ]}>
          ${changes.slice(0, MOST_SHOWN).map((
            /** @type {any} */ change,
            /** @type {number} */ at,
          ) =>
            html`
              <tr key=${at}>
                <td class="topic-cell"><a href=${addressOf(change.topic)}><${Stranger}
                  text=${change.topic} code=${true} /></a></td>
                <td>
                  <${Badge} tone=${TONES[change.kind] ?? "plain"}>${change.kind}<//></td>
                <td class="detail-cell"><span class="narrow">before: </span><bdi>${words(
                  change.before,
                )}</bdi></td>
                <td class="detail-cell"><span class="narrow">after: </span><bdi>${words(
                  change.after,
                )}</bdi></td>
              </tr>
            `
          )}
        <//>
        <p class="table-foot muted">${plural(changed, "change")}${changed > MOST_SHOWN
          ? `, the first ${MOST_SHOWN} are shown`
          : ""}${read < messages
          ? `; ${plural(read, "payload")} of ${plural(messages, "message")} read`
          : ""}.</p>
      `}
  `;
}

/** @param {unknown} value */
function words(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string") return visibleLine(localTimes(value));
  if (typeof value !== "object" || Array.isArray(value)) return visibleLine(JSON.stringify(value));
  return visibleLine(
    Object.entries(value).map(([name, one]) =>
      `${name.replaceAll("_", " ")}: ${
        typeof one === "string" ? localTimes(one) : JSON.stringify(one)
      }`
    ).join(", "),
  );
}

/** The times in a sentence of the server, as they are here. @param {string} text */
function localTimes(text) {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\b/g, (time) => formatTime(time));
}

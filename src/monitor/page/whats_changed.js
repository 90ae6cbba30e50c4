/** What changed between two times. */
import { ask } from "./api.js";
import { formatNumber, formatTime, plural, visible, visibleLine } from "./format.js";
import { Badge, Choices, Problem, Stranger, useAnswer } from "./parts.js";
import { html } from "./view.js";

/** @type {[key: string, text: string][]} */
const CHOICES = [["60", "1 min"], ["600", "10 min"], ["3600", "1 h"], ["86400", "24 h"]];
const MOST_SHOWN = 200;
/** @type {Record<string, "good" | "bad" | "warn" | "busy" | "plain">} */
const TONES = { appeared: "good", silent: "bad", rate: "warn", structure: "warn", value: "busy" };

/**
 * @param {{ sessionId: string, filter: string, compare: string, range: import("./range.js").Range, onCompare: (seconds: string) => void, addressOf: (topic: string) => string }} props
 *   a range from one moment to another is compared with the time of the same length before it
 */
export function WhatsChanged({ sessionId, filter, compare, range, onCompare, addressOf }) {
  const chosen = CHOICES.some(([key]) => key === compare) ? compare : "600";
  const own = range.from !== null && range.to !== null ? { from: range.from, to: range.to } : null;
  const windows = own
    ? {
      since: iso(own.from),
      until: iso(own.to),
      before_since: iso(2 * own.from - own.to),
      before_until: iso(own.from),
    }
    : {
      since: `-${chosen}s`,
      before_since: `-${2 * Number(chosen)}s`,
      before_until: `-${chosen}s`,
    };
  const { answer, error, reload } = useAnswer(
    (signal) =>
      ask("api/changes", { query: { session_id: sessionId, topic: filter, ...windows }, signal }),
    [sessionId, filter, JSON.stringify(windows)],
  );
  return html`
    <section class="card" aria-labelledby="changed-title">
      <div class="section-head">
        <h2 id="changed-title">What changed</h2>
        <div class="toolbar">
          ${!own && html`
            <${Choices} label="Compare" value=${chosen} options=${CHOICES} onChange=${onCompare} />
          `}
          <button type="button" class="button small" onClick=${reload}>Compare again</button>
        </div>
      </div>
      <p class="muted">${own
        ? `Between ${formatTime(own.from * 1000)} and ${
          formatTime(own.to * 1000)
        }, compared with as long before`
        : `In the last ${
          CHOICES.find(([key]) => key === chosen)?.[1]
        }, compared with as long before`}${filter !==
          "#" && html`, on <${Stranger} text=${filter} code=${true} />`}.</p>
      <${Problem} error=${error} />
      ${answer === null && !error && html`<p class="quiet" role="status">Comparing…</p>`}
      ${answer && html`<${Changes} answer=${answer} addressOf=${addressOf} />`}
    </section>
  `;
}

/** @param {{ answer: any, addressOf: (topic: string) => string }} props */
function Changes({ answer, addressOf }) {
  const { changes, changed, read, messages, why } = answer;
  return html`
    ${why.length > 0 &&
      html`<p class="note">Not all is known: ${
        why.map((/** @type {string} */ one) => visible(localTimes(one))).join("; ")
      }.</p>`}
    ${changes.length === 0
      ? html`<p role="status">Nothing changed in ${plural(messages, "message")}.</p>`
      : html`
        <div class="table-box tall" tabindex="0" role="region" aria-label="Changes">
          <table>
            <thead>
              <tr>
                <th>Topic</th>
                <th>What</th>
                <th>Before</th>
                <th>After</th>
              </tr>
            </thead>
            <tbody>
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
                    <td class="detail-cell"><bdi>${words(change.before)}</bdi></td>
                    <td class="detail-cell"><bdi>${words(change.after)}</bdi></td>
                  </tr>
                `
              )}
            </tbody>
          </table>
        </div>
        <p class="muted">${plural(changed, "change")}${changed > MOST_SHOWN
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

/** @param {number} seconds */
function iso(seconds) {
  return new Date(Math.round(seconds * 1000)).toISOString();
}

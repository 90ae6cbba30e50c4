/** One topic: its counts, its numbers over time, its last messages. */
import { fieldName, formatBytes, formatCount, formatNumber, plural, visible } from "./format.js";
import { Icon } from "./icons.js";
import { Choices, PauseButton, Stranger, Time } from "./parts.js";
import { Plot } from "./plot.js";
import { lastSeconds } from "./plot_scale.js";
import { Message } from "./topic_message.js";
import { drawable } from "./topic_state.js";
import { html, useRef, useState } from "./view.js";

/** @typedef {import("./topic_state.js").TopicFacts} TopicFacts */
/** @typedef {import("./topic_state.js").Series} Series */
/** @typedef {import("./topic_state.js").Session} Session */

/** @type {[key: string, text: string][]} */
const RANGES = [["60", "1 min"], ["600", "10 min"], ["3600", "1 h"], ["all", "All"]];
const MOST_FIELDS = 20;

/**
 * @typedef {object} Props
 * @property {Session} session
 * @property {string} topic
 * @property {boolean} heard whether anything of the session was told yet
 * @property {TopicFacts | null} facts null: nothing of it is recorded
 * @property {string} back where all topics are
 * @property {string | null} field
 * @property {string | null} range
 * @property {(part: { field?: string, range?: string }) => void} onChange
 */

/** @param {Props} props */
export function TopicDetails({ session, topic, heard, facts: latest, back, ...plotted }) {
  const [paused, setPaused] = useState(false);
  const held = useRef(latest);
  if (!paused) held.current = latest;
  const facts = held.current;
  return html`
    <section class="card topic-details" aria-label="Topic">
      <a class="button small topic-back" href=${back}><${Icon} name="back" size=${15} /> All topics</a>
      <div class="topic-head">
        <h2 class="topic-title" tabindex=${topic.length > 300 ? 0 : undefined}><${Stranger}
          text=${topic} code=${true} /></h2>
        ${facts && html`
          <${PauseButton} paused=${paused} onChange=${setPaused}
            waiting=${latest && paused ? latest.counts.messages - facts.counts.messages : 0} />
        `}
      </div>
      ${facts === null
        ? html`<p class="quiet" role="status">${
          heard
            ? "Nothing is recorded on this topic at the moment. What comes shows here."
            : "Reading…"
        }</p>`
        : html`
          <${Counts} counts=${facts.counts} />
          <${Numbers} facts=${facts} session=${session} ...${plotted} />
          <${Messages} messages=${facts.messages} />
        `}
    </section>
  `;
}

/** @param {{ counts: TopicFacts["counts"] }} props */
function Counts({ counts }) {
  return html`
    <dl class="facts">
      <div>
        <dt>Messages</dt>
        <dd>${formatCount(counts.messages)}${counts.evicted > 0 &&
          ` (${formatCount(counts.evicted)} evicted)`}</dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd title=${plural(counts.bytes, "byte")}>${formatBytes(counts.bytes)}</dd>
      </div>
      <div>
        <dt>First</dt>
        <dd>
          <${Time} at=${counts.first_at} />
        </dd>
      </div>
      <div>
        <dt>Last</dt>
        <dd>
          <${Time} at=${counts.last_at} />
        </dd>
      </div>
    </dl>
  `;
}

/** @param {{ messages: TopicFacts["messages"] }} props */
function Messages({ messages }) {
  // Only what somebody opened stays open: the newest one is open while it is the newest.
  const [turned, setTurned] = useState(/** @type {ReadonlyMap<number, boolean>} */ (new Map()));
  return html`
    <h3>Last messages</h3>
    ${messages.length === 0 &&
      html`<p class="quiet">Its messages have been evicted: newer ones of other topics took the memory.</p>`}
    <ol class="messages">
      ${messages.map((message, at) => {
        const open = turned.get(message.seq) ?? at === 0;
        return html`
          <${Message} key=${message.seq} message=${message} previous=${messages[at + 1] ?? null}
            open=${open} onTurn=${() => {
              const shown = new Set(messages.map(({ seq }) => seq));
              const kept = [...turned].filter(([seq]) => shown.has(seq));
              setTurned(new Map([...kept, [message.seq, !open]]));
            }} />
        `;
      })}
    </ol>
  `;
}

/** @param {{ facts: TopicFacts, session: Session, field: string | null, range: string | null, onChange: Props["onChange"] }} props */
function Numbers({ facts, session, field, range, onChange }) {
  const series = drawable(facts.series).slice(0, MOST_FIELDS);
  if (series.length === 0) return null;
  const shown = series.find(({ path }) => path === field) ?? series[0];
  const chosen = RANGES.some(([key]) => key === range) ? range ?? "all" : "all";
  const seconds = chosen === "all" ? null : Number(chosen);
  const { at, values } = lastSeconds(shown.at, shown.value, seconds);
  return html`
    <div class="numbers">
      <div class="toolbar">
        ${series.length > 1 && html`
          <${Choices} label="Field" value=${shown.path} onChange=${(
            /** @type {string} */ path,
          ) => onChange({ field: path })} options=${series.map((
            { path },
          ) => [path, fieldName(path)])} />
        `}
        <${Choices} label="Time range" value=${chosen} options=${RANGES} onChange=${(
          /** @type {string} */ key,
        ) => onChange({ range: key })} />
      </div>
      <${Plot} title=${fieldName(shown.path)} note=${plural(at.length, "value")} at=${at}
        height=${150} steps=${shown.isSwitch ? "counts" : undefined} stepped=${shown.isSwitch}
        lines=${[{ label: fieldName(shown.path), values }]} gaps=${gapsOf(facts, session)}
        format=${(/** @type {number | null} */ value) => formatValue(value, shown)}
        fromZero=${false} />
    </div>
  `;
}

/** Times in which nothing could be heard, the one that lasts too. @param {TopicFacts} facts @param {Session} session */
function gapsOf(facts, session) {
  const since = session.disconnected_since;
  if (since === null) return facts.gaps;
  return [...facts.gaps, { from: Date.parse(since) / 1000, to: Date.now() / 1000 }];
}

/** @param {number | null} value @param {Series} series */
function formatValue(value, { isSwitch, unit }) {
  if (value === null) return "–";
  if (isSwitch) return value === 1 ? "on" : value === 0 ? "off" : "";
  return `${formatNumber(value)}${unit === null ? "" : ` ${visible(unit)}`}`;
}

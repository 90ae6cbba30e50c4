/** One device: what is wrong with it and how that shows, its values over time, its last messages. */
import { ask } from "./api.js";
import { kindText, promptFor, toneOf } from "./device_state.js";
import { StateBadge } from "./state_badge.js";
import {
  fieldName,
  formatClock,
  formatExact,
  formatNumber,
  formatReading,
  plural,
  visible,
  visibleLine,
} from "./format.js";
import { Icon } from "./icons.js";
import {
  Badge,
  CopyButton,
  Empty,
  Fact,
  Head,
  Payload,
  Problem,
  Time,
  useAnswer,
} from "./parts.js";
import { Plot } from "./plot.js";
import { linkTo } from "./route.js";
import { html, useEffect, useState } from "./view.js";

/** @typedef {import("./device_state.js").Device} Device */
/** @typedef {import("../shapes/devices.ts").DeviceDetails} Details */
/** @typedef {Details["series"][number]} Series */

const AGAIN_MS = 5_000;
const FIRST_PLOTS = 4;

/**
 * @param {{ device: string, tile: Device | null, source: { session_id: string, broker: string, url: string }, back: string, isOpened: boolean }} props
 */
export function DeviceDetails({ device, tile, source, back, isOpened }) {
  const { session_id, broker, url } = source;
  const { answer, error, reload } = useAnswer(
    (signal) => ask("api/devices/details", { query: { session_id, device }, signal }),
    [session_id, device],
    { everyMs: AGAIN_MS },
  );
  useEffect(() => {
    scrollTo(0, 0);
    // Whoever opened it among the others, with the keyboard perhaps, goes on from here.
    if (isOpened) document.querySelector("h1")?.focus({ preventScroll: true });
  }, []);
  const details = /** @type {Details | null} */ (answer);
  const name = String(tile?.name ?? details?.name ?? device);
  const isKnown = details !== null && details.topic_count > 0;
  const asked = promptFor({
    device,
    broker: url,
    state: details?.connection.state ?? tile?.state ?? "unknown",
    findings: details?.findings ?? tile?.findings ?? [],
  });
  return html`
    <a class="button small"
      href=${back}><${Icon} name="back" size=${15} /> All devices</a>
    <${Head} title=${visibleLine(name)} about=${html`<code><bdi>${visibleLine(device)}</bdi></code>
      ${" "}on ${visibleLine(broker)}`}>
      <${CopyButton} text=${asked}
        label="a question about this device for your assistant">Ask about this<//>
    <//>
    <${Problem} error=${error} retry=${reload} />
    ${details === null
      ? error === null && html`<p class="quiet" role="status">Reading…</p>`
      : isKnown
      ? html`
        <${Facts} details=${details} tile=${tile} />
        <div class="device-parts columns">
          <${Findings} details=${details} broker=${broker} />
          <${Values} details=${details} />
        </div>
        <${Messages} details=${details} broker=${broker} />
      `
      : html`
        <${Empty} title="Nothing of it was heard in the last ten minutes">
          <p>What was heard before is in the recording: ask the assistant, which can look further back.</p>
          <p><a class="button" href=${back}>All devices</a></p>
          <//>
      `}
  `;
}

/** @param {{ details: Details, tile: Device | null }} props */
function Facts({ details, tile }) {
  const { connection, health } = details;
  const battery = /** @type {number | null} */ (details.battery ?? null);
  const signal = /** @type {Device["signal"]} */ (details.signal ?? null);
  const beat = /** @type {number | null} */ (connection.heartbeat_s ?? null);
  const model = details.model ?? tile?.model;
  return html`
    <section class="card device-facts" aria-label="State">
      <p><${StateBadge} device=${{ ...connection, severity: null, condition: "healthy" }} />
        ${" "}<bdi>${visible(connection.evidence)}</bdi></p>
      <dl class="facts columns">
        ${tile !== null && html`
          <${Fact} name="Last heard">${tile.last_heard === null
            ? "not live"
            : html`<${Time} at=${tile.last_heard} />`}<//>
        `}
        ${health !== null && html`
          <${Fact} name="Health">${health} of 100<//>
        `}
        ${battery !== null && html`
          <${Fact} name="Battery">${battery} %<//>
        `}
        ${signal !== null && html`
          <${Fact} name="Signal">${signal.value} ${signal.unit}${signal.weak ? " (weak)" : ""}<//>
        `}
        ${beat !== null && html`
          <${Fact} name="Is heard">every ${formatNumber(Math.round(beat * 10) / 10)} s<//>
        `}
        <${Fact} name="Kind">${kindText(details.convention)}<//>
        ${typeof model === "string" && html`
          <${Fact} name="Model"><bdi>${visibleLine(model)}</bdi><//>
        `}
        ${tile !== null && html`
          <${Fact} name="Place"><a href=${linkTo("devices", {
            place: tile.place,
          })}><bdi>${visibleLine(
            tile.place,
          )}</bdi></a><//>
        `}
      </dl>
    </section>
  `;
}

/** @param {{ details: Details, broker: string }} props */
function Findings({ details, broker }) {
  const { findings, changes } = details;
  return html`
    <section class="card" aria-label="Findings">
      <h2>${findings.length === 0 ? "No sign of trouble" : plural(findings.length, "finding")}</h2>
      ${findings.length === 0 &&
        html`<p class="muted">In what was recorded of the last ten minutes nothing speaks against it.</p>`}
      <ol class="findings stack">
        ${findings.map((finding) =>
          html`
            <li key=${`${finding.code} ${finding.title}`}>
              <h3>
                <${Badge} tone=${toneOf({
                  ...finding,
                  condition: "sick",
                  state: "online",
                })}>${finding.severity}<//> <bdi>${visibleLine(finding.title)}</bdi></h3>
              <p><bdi>${visible(finding.evidence.summary)}</bdi>${finding.evidence.repeats &&
                html`<span class="muted"> (${visibleLine(finding.evidence.repeats)})</span>`}</p>
              ${finding.evidence.messages.length > 0 && html`
                <ul class="evidence soft stack small" aria-label="Evidence">
                  ${finding.evidence.messages.map((message, at) =>
                    html`
                      <li class="row" key=${at}>
                        <span class="mono muted" title=${formatExact(
                          message.timestamp,
                        )}>${message.retain ? "retained" : formatClock(message.timestamp)}</span>
                        <${TopicLink} topic=${message.topic} broker=${broker} />
                        <code class="evidence-text"><bdi>${visibleLine(
                          message.preview,
                        )}</bdi></code>
                      </li>
                    `
                  )}
                </ul>
              `}
              <p class="suggestion"><strong>Try:</strong> <bdi>${visible(
                finding.suggestion,
              )}</bdi></p>
            </li>
          `
        )}
      </ol>
      ${changes.length > 0 && html`
        <h3>What changed</h3>
        <ul class="stack small" aria-label="Changes">
          ${changes.map((change) => html`<li key=${change}><bdi>${visibleLine(change)}</bdi></li>`)}
        </ul>
      `}
    </section>
  `;
}

/** @param {{ topic: string, broker: string }} props */
function TopicLink({ topic, broker }) {
  return html`
    <a href=${linkTo("topics", { broker, topic })}><bdi>${visibleLine(topic)}</bdi></a>
  `;
}

/** @param {{ details: Details }} props */
function Values({ details }) {
  const [all, setAll] = useState(false);
  const { series, gaps } = details;
  const shown = all ? series : series.slice(0, FIRST_PLOTS);
  const several = new Set(series.map(({ topic }) => topic)).size > 1;
  return html`
    <section class="card" aria-label="Values over time">
      <h2>Values over time</h2>
      ${series.length === 0 &&
        html`<p class="muted">It told no number more than once in what is held in memory.</p>`}
      <div class="device-plots stack">
        ${shown.map((one) =>
          html`
            <${Plot} key=${`${one.topic} ${one.path}`} title=${titleOf(one, several)}
              note=${plural(one.at.length, "value")} at=${one.at} height=${110} fromZero=${false}
              lines=${[{ label: fieldName(one.path), values: one.value }]} gaps=${gaps}
              steps=${one.isSwitch ? "counts" : undefined} stepped=${one.isSwitch}
              format=${(/** @type {number | null} */ value) => formatReading(value, one)} />
          `
        )}
      </div>
      ${series.length > FIRST_PLOTS && html`
        <p class="table-foot row">
          <button type="button" class="button small" onClick=${() => setAll(!all)}>${all
            ? "Show fewer"
            : `Show all ${series.length} values`}</button>
        </p>
      `}
    </section>
  `;
}

/** @param {Series} series @param {boolean} several whether they are of several topics */
function titleOf({ topic, path }, several) {
  const last = visibleLine(topic.split("/").at(-1) ?? topic);
  if (path === "$") return last;
  return several ? `${last}: ${fieldName(path)}` : fieldName(path);
}

/** @param {{ details: Details, broker: string }} props */
function Messages({ details, broker }) {
  const [open, setOpen] = useState(/** @type {string | null} */ (null));
  return html`
    <section class="card" aria-label="Last messages">
      <h2>Last messages</h2>
      <ol class="messages">
        ${details.recent_messages.map((message) => {
          const key = `${message.timestamp} ${message.topic}`;
          const text = typeof message.payload === "string"
            ? message.payload
            : JSON.stringify(message.payload);
          return html`
            <li class="message" key=${key}>
              <button type="button" class="message-head row small" aria-expanded=${String(
                open === key,
              )} onClick=${() => setOpen(open === key ? null : key)}>
                <${Icon} name="right" size=${14} />
                <span class="mono" title=${formatExact(message.timestamp)}>${message.retain === true
                  ? "retained"
                  : formatClock(message.timestamp)}</span>
                <span class="message-topic muted"><bdi>${visibleLine(message.topic)}</bdi></span>
                <code class="message-text clip"><bdi>${visibleLine(text ?? "")}</bdi></code>
              </button>
              ${open === key && html`
                <p>
                  <${TopicLink} topic=${message.topic} broker=${broker} />
                </p>
                <${Payload} value=${message.payload} label=${`Payload of ${
                  formatClock(message.timestamp)
                }`} />
              `}
            </li>
          `;
        })}
      </ol>
      ${details.recent_messages.length === 0 && html`<p class="muted">None.</p>`}
    </section>
  `;
}

/** Every session with a broker: how it is, what it hears, what it keeps. */
import { ask } from "./api.js";
import { NameDialog } from "./broker_name.js";
import { ConfirmDialog } from "./form.js";
import {
  brokerText,
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  formatSpan,
  formatTime,
  plural,
  shortId,
  visible,
} from "./format.js";
import { useLive } from "./live.js";
import { Beginning } from "./offers.js";
import { Packets } from "./packets.js";
import {
  Badge,
  Empty,
  Fact,
  Head,
  Sparkline,
  Stranger,
  Table,
  Ticking,
  Time,
  Waiting,
} from "./parts.js";
import { RecordForm, StopRecording, useMayRecord } from "./record.js";
import { goTo, linkTo } from "./route.js";
import { sessionParams } from "./topic_state.js";
import { html, useState } from "./view.js";

const TONES = { connected: "good", reconnecting: "warn", disconnected: "bad" };

/** @typedef {import("../shapes/sessions.ts").SessionFacts} Session */

/** @param {{ params: URLSearchParams }} props */
export function SessionsPage({ params }) {
  const { snapshot } = useLive();
  const [closing, setClosing] = useState(/** @type {Session | null} */ (null));
  const [naming, setNaming] = useState(/** @type {Session | null} */ (null));
  if (snapshot === null) return html`<${Waiting} title="Sessions" />`;
  const { sessions, status } = snapshot;
  // by broker, as links to topics: they hold over a restart
  const watchKey = (/** @type {Session} */ session) => {
    const { broker, session: id } = sessionParams(session, sessions);
    return id ?? broker;
  };
  const watched = params.getAll("packets");
  const watch = (/** @type {Session} */ session) => {
    const key = watchKey(session);
    const packets = watched.includes(key)
      ? watched.filter((one) => one !== key)
      : [...watched, key];
    goTo(linkTo("sessions", { packets }), { push: true });
  };
  return html`
    <${Head} title="Sessions" about=${`${sessions.length} of ${status.sessions.max} that may be open`}>
      ${status.offers.writes && sessions.length > 0 &&
        html`<a class="button" href=${linkTo("connect")}>Connect…</a>`}
    <//>
    ${sessions.length === 0 && html`
      <${Empty} title="No broker is connected">
        <p>Connect from here, or have an assistant do it: “connect to mqtt://192.168.1.10”.</p>
        <${Beginning} />
        <//>
    `}
    <div class="session-list stack">
      ${sessions.map((session) =>
        html`
          <${SessionCard} key=${session.session_id} session=${session}
            topics=${linkTo("topics", sessionParams(session, sessions))}
            showPackets=${watched.includes(watchKey(session))}
            onWatch=${() =>
              watch(session)} onName=${status.offers.writes && !session.named_by_settings
              ? () => setNaming(session)
              : null} onClose=${() => setClosing(session)} />
        `
      )}
    </div>
    ${naming && html`<${NameDialog} session=${naming} onClose=${() => setNaming(null)} />`}
    ${closing && html`<${CloseDialog} session=${closing} onClose=${() => setClosing(null)} />`}
  `;
}

/** @param {{ session: Session, topics: string, showPackets: boolean, onWatch: () => void, onName: (() => void) | null, onClose: () => void }} props */
function SessionCard({ session, topics, showPackets, onWatch, onName, onClose }) {
  const id = `session-${session.session_id}`;
  const url = brokerText(session.broker);
  return html`
    <article class="card session" aria-labelledby=${id}>
      <header class="session-head row spread">
        <div class="session-name">
          <h2 id=${id}>${session.broker.name &&
            html`<${Stranger} text=${session.broker.name} />${" "}`}<span class="mono">${visible(
              url,
            )}</span></h2>
          <div class="badges row">
            <${Badge} tone=${TONES[session.status]}>${session.status}<//>
            <${Badge} tone="plain">MQTT ${session.mqtt_version}<//>
            ${session.insecure_tls && html`
              <${Badge} tone="warn"
                title="The broker's certificate was not checked">certificate not checked<//>
            `}
            ${session.recordings.some(({ state }) => state === "recording") &&
              html`<${Badge} tone="busy">recording<//>`}
          </div>
        </div>
        <div class="session-rate small muted">
          <span><strong>${formatRate(session.messages_per_second)}</strong> msg/s · ${formatBytes(
            session.bytes_per_second,
          )}/s</span>
          <${Sparkline} values=${session
            .sparkline} label=${`Messages per second in the last minute, up to ${
            formatRate(Math.max(0, ...session.sparkline))
          }`} />
        </div>
      </header>
      ${session.last_error && html`<p class="problem-box">${visible(session.last_error)}</p>`}
      <dl class="facts columns">
        <${Fact} name="Session"><span class="mono" title=${session.session_id}>${shortId(
          session.session_id,
        )}</span><//>
        <${Fact} name="Opened"><${Time} at=${session.created_at} /> by <${Stranger} text=${session
          .created_by} /><//>
        <${Fact} name="Connected">
          ${session.connected_since === null
            ? html`not since <${Time} at=${session.disconnected_since} />`
            : html`<${Time} at=${session.connected_since} />, took ${
              formatDuration(session.connect_ms)
            }`}
        <//>
        <${Fact} name="Last used"><${Time} at=${session.last_used_at} /><//>
        <${Fact} name="Expires"><${Expiry} at=${session.expires_at} /><//>
        <${Fact} name="Client id"><${Stranger} text=${session.client_id} code=${true} /><//>
        <${Fact} name="Received">${formatCount(session.messages_received)} · ${formatBytes(
          session.bytes_received,
        )}<//>
        <${Fact} name="Published">${formatCount(session.messages_published)}<//>
        <${Fact} name="Reconnects">${formatCount(session.reconnects)}<//>
      </dl>
      <${Subscriptions} session=${session} />
      <${Recordings} session=${session} />
      <${Collections} session=${session} />
      <footer class="session-foot row">
        <button type="button" class="button" aria-expanded=${String(showPackets)}
          onClick=${onWatch}>
          ${showPackets ? "Hide packets" : "Watch packets"}
        </button>
        <a class="button" href=${topics}>Topics</a>
        ${onName && html`<button type="button" class="button" onClick=${onName}>Name…</button>`}
        <button type="button" class="button danger end" onClick=${onClose} aria-label=${`Close the session with ${url}`}>Close…</button>
      </footer>
      ${showPackets && html`<${Packets} sessionId=${session.session_id} />`}
    </article>
  `;
}

/** @param {{ at: string }} props */
function Expiry({ at }) {
  const atMs = Date.parse(at);
  return html`<${Ticking} title=${formatTime(atMs)} text=${(
    /** @type {number} */ nowMs,
  ) => atMs <= nowMs ? "now" : `in ${formatSpan(atMs - nowMs)} without use`} />`;
}

/** @param {{ session: Session }} props */
function Subscriptions({ session }) {
  const { subscriptions, subscriptions_not_shown: more } = session;
  return html`
    <h3>Subscriptions</h3>
    ${subscriptions.length === 0
      ? html`<p class="quiet">None at this moment: it listens when a call or a recording does.</p>`
      : html`
        <ul class="chips row">
          ${subscriptions.map((filter) =>
            html`
              <li class="chip row soft" key=${filter}>
                <${Stranger} text=${filter} code=${true} />
              </li>
            `
          )}
          ${more > 0 && html`<li class="muted">and ${more} more</li>`}
        </ul>
      `}
  `;
}

/** @param {{ session: Session }} props */
function Recordings({ session }) {
  const { recordings } = session;
  const mayRecord = useMayRecord(session);
  return html`
    <h3>Recordings</h3>
    ${recordings.length === 0
      ? html`
        <p
          class="quiet">None. Record topics here, or ask the assistant to, and what happens between its calls is kept too.</p>
      `
      : html`
        <${Table} label="Recordings" class="narrow-rows" columns=${[
          "Topic filter",
          "Since",
          { title: "Messages", class: "number" },
          { title: "Size", class: "number wide" },
          "Coverage",
          mayRecord && { title: html`<span class="visually-hidden">Stop</span>` },
        ]}>
          ${recordings.map((recording) =>
            html`
              <tr key=${recording.topic}>
                <td class="topic-cell"><${Stranger} text=${recording.topic} code=${true} />
                  ${recording.state !== "recording" &&
                    html`${" "}<${Badge} tone="plain">${
                      recording.state.replace("_", " ")
                    }<//>`}</td>
                <td class="nowrap"><span class="narrow">since${" "}</span><${Time}
                  at=${recording.since} /></td>
                <td class="number">${formatCount(recording.messages)}<span
                  class="narrow">${" "}messages</span></td>
                <td class="number wide">${formatBytes(recording.bytes)}</td>
                <td>
                  <${Coverage} recording=${recording} />
                </td>
                ${mayRecord && html`
                  <td class="number">${recording.state === "recording" && html`
                    <${StopRecording} session=${session} filter=${recording.topic} />
                  `}</td>
                `}
              </tr>
            `
          )}
        <//>
      `}
    ${mayRecord && html`
      <details class="more">
        <summary class="muted">Record topics</summary>
        <${RecordForm} session=${session} />
      </details>
    `}
  `;
}

/** @param {{ recording: Session["recordings"][number] }} props */
function Coverage({ recording }) {
  if (recording.complete) return html`<${Badge} tone="good">complete<//>`;
  const facts = [
    recording.gaps > 0 && plural(recording.gaps, "gap"),
    recording.evicted > 0 && `${formatCount(recording.evicted)} evicted`,
  ].filter(Boolean);
  const why = recording.why.map(visible).join("; ");
  return html`
    <${Badge} tone="warn" title=${why}>${facts.join(", ") || "not complete"}<//>
    <span class="visually-hidden">${why}</span>
  `;
}

/** @param {{ session: Session }} props */
function Collections({ session }) {
  const { collections } = session;
  if (collections.length === 0) return null;
  return html`
    <details class="more">
      <summary class="muted">${plural(collections.length, "collection")} of calls</summary>
      <${Table} label="Collections" columns=${[
        "Tool",
        "Topics",
        "Begun",
        { title: "Messages", class: "number" },
        "State",
      ]}>
        ${collections.map((collection) =>
          html`
            <tr key=${collection.collection_id}>
              <td class="mono">${collection.tool}</td>
              <td class="topic-cell">
                <${Stranger} text=${collection.topic} code=${true} />
              </td>
              <td class="nowrap">
                <${Time} at=${collection.started_at} />
              </td>
              <td class="number">${formatCount(collection.messages)}</td>
              <td>${collection.state}</td>
            </tr>
          `
        )}
      <//>
    </details>
  `;
}

/** @param {{ session: Session, onClose: () => void }} props */
function CloseDialog({ session, onClose }) {
  const close = async () => {
    await ask(`api/sessions/${encodeURIComponent(session.session_id)}`, { method: "DELETE" });
  };
  const { recordings, collections } = session;
  const kept = [
    recordings.length > 0 && plural(recordings.length, "recording"),
    collections.length > 0 && plural(collections.length, "collection"),
  ].filter(Boolean);
  return html`
    <${ConfirmDialog} title="Close this session?" action="Close the session" onConfirm=${close}
      onClose=${onClose}>
      <p>The connection to <strong class="mono">${visible(
        brokerText(session.broker),
      )}</strong>, opened by
        ${" "}<${Stranger} text=${session
          .created_by} />, ends at once. Running calls on it fail.</p>
      ${kept.length > 0 &&
        html`<p>Its ${kept.join(" and ")} ${
          recordings.length + collections.length === 1 ? "is" : "are"
        } erased.</p>`}
    <//>
  `;
}

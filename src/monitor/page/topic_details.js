/** One topic: its counts, its numbers over time, its last messages. */
import { ask } from "./api.js";
import {
  fieldName,
  formatBytes,
  formatCount,
  formatReading,
  formatTime,
  plural,
  visibleLine,
} from "./format.js";
import { useWork } from "./form.js";
import { Icon } from "./icons.js";
import { serverNow } from "./live.js";
import { CopyButton, ExportLinks, Fact, PauseButton, Problem, Stranger, Time } from "./parts.js";
import { Plot } from "./plot.js";
import { WriteButtons } from "./publish.js";
import { rangeQuery, rangeText } from "./range.js";
import { isInRange, together, useOlder, useValues } from "./topic_history.js";
import { Message } from "./topic_message.js";
import { drawable } from "./topic_state.js";
import { aroundMoment, windowsParams } from "./two_windows.js";
import { html, useEffect, useRef, useState } from "./view.js";

/** @typedef {import("./topic_state.js").TopicFacts} TopicFacts */
/** @typedef {import("./topic_state.js").Series} Series */
/** @typedef {import("./topic_state.js").Session} Session */

const MOST_FIELDS = 20;
/** A longer name does not fit into the head of a request. */
const LONGEST_ASKED = 6_000;

/**
 * @typedef {object} Props
 * @property {Session} session
 * @property {string} topic
 * @property {boolean} heard whether anything of the session was told yet
 * @property {TopicFacts | null} facts null: nothing of it is recorded
 * @property {string} back where all topics are
 * @property {readonly string[]} fields those that are drawn, on one axis
 * @property {import("./range.js").Range} range
 * @property {(part: { field?: string[], range?: string | null, compare?: string, with?: string }) => void} onChange
 */

/** @param {Props} props */
export function TopicDetails({ session, topic, heard, facts: latest, back, ...looked }) {
  const [paused, setPaused] = useState(false);
  const held = useRef(latest);
  if (!paused) held.current = latest;
  const facts = held.current;
  const isLong = encodeURIComponent(topic).length > LONGEST_ASKED;
  return html`
    <section class="card topic-details" aria-label="Topic">
      <a class="button small topic-back" href=${back}><${Icon} name="back" size=${15} /> All topics</a>
      <div class="topic-head row">
        <h2 class="topic-title" tabindex=${topic.length > 300 ? 0 : undefined}><${Stranger}
          text=${topic} code=${true} /></h2>
        <${CopyButton} text=${topic} label="the topic" />
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
          ${isLong && html`
            <p
              class="note small">Its name is too long for an address: older messages, files and writing are left out.</p>
          `}
          ${!isLong && html`
            <div class="toolbar topic-tools row">
              <${Kept} session=${session} topic=${topic} seen=${facts.messages.some((
                { retain },
              ) => retain)} />
              <${ExportLinks} what="Messages" path="api/messages/export"
                query=${{ session_id: session.session_id, topic, ...rangeQuery(looked.range) }} />
            </div>
          `}
          <${Numbers} facts=${facts} session=${session} ...${looked} />
          <${Messages} facts=${facts} session=${session} range=${looked.range} />
        `}
    </section>
  `;
}

/**
 * What the broker keeps is told to new subscribers only: what comes live does not say. So it is asked when somebody wants to
 * know.
 * @param {{ session: Session, topic: string, seen: boolean }} props `seen`: whether a recorded message was retained
 */
function Kept({ session, topic, seen }) {
  const [kept, setKept] = useState(
    /** @type {{ retained: boolean | null, size_bytes: number, preview: string } | null} */ (null),
  );
  const { busy, error, run } = useWork(async () => {
    const query = { session_id: session.session_id, topic };
    setKept(await ask("api/topics/retained", { query }));
  });
  return html`
    <${WriteButtons} session=${session} topic=${topic} retained=${kept?.retained ??
      seen} onWritten=${() => setKept(null)} />
    <button type="button" class="button small" onClick=${run}
      disabled=${busy}>${busy ? "Asking…" : "Is a message retained?"}</button>
    <span role="status">${kept?.retained
      ? html`The broker keeps <code><bdi>${visibleLine(kept.preview)}</bdi></code> (${
        formatBytes(kept.size_bytes)
      }).`
      : kept &&
        (kept.retained === null
          ? "Not known: the connection was away meanwhile."
          : "The broker keeps no message here.")}</span>
    <${Problem} error=${error} />
  `;
}

/** @param {{ counts: TopicFacts["counts"] }} props */
function Counts({ counts }) {
  return html`
    <dl class="facts columns">
      <${Fact} name="Messages">${formatCount(counts.messages)}${counts.evicted > 0 &&
        ` (${formatCount(counts.evicted)} evicted)`}<//>
      <${Fact} name="Size" title=${plural(counts.bytes, "byte")}>${formatBytes(counts.bytes)}<//>
      <${Fact} name="First"><${Time} at=${counts.first_at} /><//>
      <${Fact} name="Last"><${Time} at=${counts.last_at} /><//>
    </dl>
  `;
}

/** @param {{ facts: TopicFacts, session: Session, range: Props["range"] }} props */
function Messages({ facts, session, range }) {
  const newest = facts.messages.filter(({ timestamp }) =>
    isInRange(range, Date.parse(timestamp), serverNow())
  );
  const older = useOlder({
    sessionId: session.session_id,
    topic: facts.topic,
    range,
    newest,
    isAsked: encodeURIComponent(facts.topic).length <= LONGEST_ASKED,
  });
  const messages = [...newest, ...older.messages];
  // Only what somebody opened stays open: the newest one is open while it is the newest.
  const [turned, setTurned] = useState(/** @type {ReadonlyMap<string, boolean>} */ (new Map()));
  const keyOf = (/** @type {number} */ at) =>
    at < newest.length ? `${newest[at].seq}` : `older ${messages[at].seq}`;
  return html`
    <h3>Messages</h3>
    ${messages.length === 0 && older.ended &&
      html`<p class="quiet">${
        range.seconds === null && range.from === null
          ? "Its messages have been evicted: newer ones of other topics took the memory."
          : "None in this time."
      }</p>`}
    <ol class="messages">
      ${messages.map((message, at) => {
        const key = keyOf(at);
        const open = turned.get(key) ?? at === 0;
        return html`
          <${Message} key=${key} message=${message} previous=${messages[at + 1] ?? null}
            open=${open} onTurn=${() => {
              const shown = new Set(messages.map((_, place) => keyOf(place)));
              const kept = [...turned].filter(([one]) => shown.has(one));
              setTurned(new Map([...kept, [key, !open]]));
            }} />
        `;
      })}
    </ol>
    <${Problem} error=${older.error} retry=${older.more} />
    ${older.full &&
      html`<p class="muted">${
        plural(messages.length, "message")
      } are shown: choose a time to see what is before.</p>`}
    ${!older.ended && !older.error &&
      html`<${Older} key=${messages.length} busy=${older.busy} onMore=${older.more} />`}
  `;
}

/** Asks for more as soon as it is seen. @param {{ busy: boolean, onMore: () => void }} props */
function Older({ busy, onMore }) {
  const button = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    const place = button.current;
    if (place === null) return;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) onMore();
    }, { rootMargin: "200px" });
    seen.observe(place);
    return () => seen.disconnect();
  }, []);
  return html`
    <button type="button" class="button small older" ref=${button}
      onClick=${onMore}>${busy ? "Reading…" : "Older messages"}</button>
  `;
}

/** @param {{ facts: TopicFacts, session: Session, fields: Props["fields"], range: Props["range"], onChange: Props["onChange"] }} props */
function Numbers({ facts, session, fields, range, onChange }) {
  const { series: all, thinned } = useValues({
    sessionId: session.session_id,
    facts,
    range,
    isAsked: encodeURIComponent(facts.topic).length <= LONGEST_ASKED,
  });
  const [picked, setPicked] = useState(/** @type {number | null} */ (null));
  const series = drawable(all).slice(0, MOST_FIELDS);
  if (series.length === 0) return null;
  const chosen = series.filter(({ path }) => fields.includes(path));
  const shown = chosen.length > 0 ? chosen : series.slice(0, 1);
  const now = serverNow();
  const { at, lines } = together(shown, (atMs) => isInRange(range, atMs, now));
  const toggle = (/** @type {string} */ path) => {
    const drawn = shown.map((one) => one.path);
    const next = drawn.includes(path) ? drawn.filter((one) => one !== path) : [...drawn, path];
    if (next.length > 0) onChange({ field: next });
  };
  const [first] = shown;
  const isSwitch = shown.every((one) => one.isSwitch);
  const names = shown.map(({ path }) => fieldName(path));
  return html`
    <div class="numbers stack">
      ${series.length > 1 && html`
        <div class="choices row soft" role="group" aria-label="Field">
          ${series.map(({ path }) =>
            html`
              <button type="button" key=${path} aria-pressed=${String(
                names.includes(fieldName(path)),
              )}
                onClick=${() => toggle(path)}>${fieldName(path)}</button>
            `
          )}
        </div>
      `}
      <${Plot} title=${names.length > 1 ? plural(names.length, "field") : names[0]}
        note=${thinned
          ? `every ${formatCount(Math.round(thinned.messages / thinned.read))}th of ${
            formatCount(thinned.messages)
          } values`
          : plural(at.length, "value")} at=${at}
        height=${150} steps=${isSwitch ? "counts" : undefined} stepped=${isSwitch}
        lines=${shown.map((_, line) => ({
          label: names[line],
          values: lines[line],
        }))} gaps=${gapsOf(facts, session)}
        format=${(/** @type {number | null} */ value) =>
          formatReading(
            value,
            shown.length > 1 ? { ...first, unit: sameUnit(shown), isSwitch } : first,
          )}
        onZoom=${(/** @type {number} */ from, /** @type {number} */ to) =>
          onChange({ range: rangeText(from, to) })}
        onPick=${setPicked} fromZero=${false} />
      ${picked !== null && html`
        <p class="toolbar row" role="status">
          <span>${formatTime(picked * 1000)}</span>
          <button type="button" class="button small" onClick=${() => {
            const looked = at.length > 1 ? at[at.length - 1] - at[0] : 0;
            onChange(windowsParams(aroundMoment(picked, looked)));
          }}>What changed here?</button>
        </p>
      `}
    </div>
  `;
}

/** @param {readonly Series[]} series */
function sameUnit(series) {
  return series.every(({ unit }) => unit === series[0].unit) ? series[0].unit : null;
}

/** Times in which nothing could be heard, the one that lasts too. @param {TopicFacts} facts @param {Session} session */
function gapsOf(facts, session) {
  const since = session.disconnected_since;
  if (since === null) return facts.gaps;
  return [...facts.gaps, { from: Date.parse(since) / 1000, to: Date.now() / 1000 }];
}

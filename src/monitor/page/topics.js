/** The topics that are recorded: the tree, and one topic in detail. Both show one moment, and follow it. */
import { SearchField } from "./form.js";
import { visible } from "./format.js";
import { currentTopicWatch, onLive, useLive, watchTopics } from "./live.js";
import { Beginning } from "./offers.js";
import { Empty, ExportLinks, Head, Since, Waiting } from "./parts.js";
import { parseRange, RangeBar, rangeQuery, rangeWatched } from "./range.js";
import { RecordForm, useMayRecord } from "./record.js";
import { goTo, linkTo } from "./route.js";
import { TopicDetails } from "./topic_details.js";
import { afterEvent, brokerKey, NOTHING, sessionMeant, sessionParams } from "./topic_state.js";
import { TopicTree } from "./topic_tree.js";
import { FIRST_CHOICE, windowsParams } from "./two_windows.js";
import { useTypedParam } from "./typed_param.js";
import { html, useEffect, useMemo, useState } from "./view.js";
import { WhatsChanged } from "./whats_changed.js";

/** @typedef {import("./topic_state.js").Session} Session */
/** @typedef {import("./view.js").FieldEvent} FieldEvent */

const FIRST_NODES = 100;
const MOST_NODES = 1_000;
const MOST_OPEN = 90;
const LONGEST_TOPIC = 65_535;
const MOST_FIELDS = 8;

/** @param {{ params: URLSearchParams }} props */
export function TopicsPage({ params }) {
  const { snapshot, link } = useLive();
  if (snapshot === null) return html`<${Waiting} title="Topics" />`;
  const { sessions } = snapshot;
  const meant = sessionMeant(sessions, params);
  if (meant === null) {
    return html`
      <${Head} title="Topics" />
      <${Empty} title="No broker is connected">
        <p>Topics show here once a broker is connected and some of its topics are recorded.</p>
        <${Beginning} />
        <//>
    `;
  }
  if (typeof meant === "string") return html`<${Gone} what=${meant} sessions=${sessions} />`;
  return html`
    <${SessionTopics} key=${meant.session_id} sessions=${sessions} session=${meant}
      params=${params} linked=${link.state === "live"} />
  `;
}

/** @param {{ what: string, sessions: Session[] }} props */
function Gone({ what, sessions }) {
  return html`
    <${Head} title="Topics" />
    <${Empty} title=${visible(what)}>
      <p>${sessions.length === 0
        ? "Ask the assistant to connect to the broker again and to record its topics."
        : "These are open:"}</p>
      ${sessions.map((session) =>
        html`
          <p key=${session.session_id}><a href=${linkTo(
            "topics",
            sessionParams(session, sessions),
          )}>${visible(brokerKey(session))}</a></p>
        `
      )}
      <//>
  `;
}

/** @param {{ sessions: Session[], session: Session, params: URLSearchParams, linked: boolean }} props */
function SessionTopics({ sessions, session, params, linked }) {
  // A link may hold anything: no more of it is asked for than can be.
  const topic = params.get("topic")?.slice(0, LONGEST_TOPIC) || null;
  const open = params.getAll("open").slice(-MOST_OPEN);
  const { typed, setTyped, text: asked } = useTypedParam("q");
  const [limits, setLimits] = useState(/** @type {Record<string, number>} */ ({}));
  const known = {
    ...sessionParams(session, sessions),
    topic,
    open,
    q: asked,
    field: params.getAll("field").slice(0, MOST_FIELDS),
    range: params.get("range"),
    compare: params.get("compare"),
    with: params.get("with"),
  };
  const range = useMemo(() => parseRange(known.range), [known.range]);
  /** @param {Partial<typeof known>} part @param {boolean} [push] */
  const change = (part, push) => goTo(linkTo("topics", { ...known, ...part }), { push });
  const state = useTopics(session.session_id, {
    topic,
    open,
    search: asked,
    limits,
    range,
  });
  const stale = !linked || session.status !== "connected";
  const filters = session.recordings.map(({ topic: filter }) => visible(filter)).join(", ");
  const mayRecord = useMayRecord(session);
  const isRecorded = session.recordings.length > 0 || session.collections.length > 0;
  return html`
    <${Head} title="Topics" about=${filters
      ? `Recorded: ${filters}`
      : "Nothing is recorded on this session"}>
      ${sessions.length > 1 &&
        html`<${SessionChoice} sessions=${sessions} session=${session} />`}
    <//>
    <${Connection} session=${session} />
    ${isRecorded && html`
      <div class="toolbar topics-bar row">
        <${RangeBar} range=${range} onChange=${(/** @type {string | null} */ text) =>
          change({ range: text }, true)} />
        <button type="button" class="button small" aria-pressed=${String(known.compare !== null)}
          onClick=${() => change(comparing(known.compare, range), true)}>What changed</button>
        <details>
          <summary class="button small">Export</summary>
          ${(asked === "" || isFilter(asked)) && html`
            <${ExportLinks} what="Messages" path="api/messages/export" query=${{
              session_id: session.session_id,
              topic: asked || "#",
              ...rangeQuery(range),
            }} />
          `}
          <${ExportLinks} what="Last values" path="api/topics/export" query=${{
            session_id: session.session_id,
            search: asked,
            ...rangeQuery(range),
          }} />
        </details>
      </div>
      ${known.compare !== null && html`
        <${WhatsChanged} sessionId=${session.session_id} filter=${isFilter(asked) ? asked : "#"}
          compare=${known.compare} earlier=${known.with}
          onCompare=${(/** @type {{ compare: string, with: string | null }} */ part) =>
            change(part, true)}
          addressOf=${(/** @type {string} */ path) =>
            linkTo("topics", { ...known, topic: path, field: [], compare: null, with: null })} />
      `}
    `}
    ${!isRecorded
      ? html`
        <${Empty} title="Nothing is recorded on this session">
          <p>Topics show here, live, once they are recorded. An assistant can do it, too: “record everything under home/”.</p>
          ${mayRecord && html`<${RecordForm} session=${session} />`}
          <//>
      `
      : html`
        <div class=${`topics columns ${topic === null ? "" : "with-topic"} ${
          stale ? "stale" : ""
        }`}>
          <section class="card topic-tree" aria-label="Topic tree">
            <${SearchField} label="Search" placeholder="Words, a value, or plant/+/state"
              value=${typed} onChange=${setTyped} grow=${false} />
            <${TopicTree} state=${state} search=${asked} inRange=${known.range !==
              null} open=${open} selected=${topic}
              addressOf=${(/** @type {string} */ path) =>
                linkTo("topics", { ...known, topic: path, field: [] })}
              onSelect=${(/** @type {string} */ path) => change({ topic: path, field: [] }, true)}
              onOpen=${(/** @type {string[]} */ paths) => change({ open: paths.slice(-MOST_OPEN) })}
              onMore=${(/** @type {string} */ key, /** @type {number} */ shown) =>
                setLimits({
                  ...limits,
                  [key]: Math.min(MOST_NODES, Math.max(FIRST_NODES, shown) * 4),
                })} />
          </section>
          ${topic === null
            ? html`
              <section class="card topic-none">
                <p
                  class="quiet">Choose a topic to see its last messages, what changed from one to the next, and its numbers over time.</p>
              </section>
            `
            : html`
              <${TopicDetails} key=${topic} session=${session} topic=${topic}
                heard=${state.heard} facts=${state.topic?.topic === topic ? state.topic : null}
                back=${linkTo("topics", { ...known, topic: null, field: [] })}
                fields=${known.field} range=${range}
                onChange=${(/** @type {Partial<typeof known>} */ part) => change(part, true)} />
            `}
        </div>
      `}
  `;
}

/**
 * What is known of a session's topics, followed live.
 * @param {string} sessionId
 * @param {{ topic: string | null, open: string[], search: string, limits: Record<string, number>, range: import("./range.js").Range }} looked
 */
function useTopics(sessionId, { topic, open, search, limits, range }) {
  const [state, setState] = useState(NOTHING);
  const request = useMemo(() => {
    const levels = search !== ""
      ? [{ search, limit: limits[`search ${search}`] ?? FIRST_NODES }]
      : [
        { limit: limits["level "] ?? FIRST_NODES },
        ...open.map((parent) => ({ parent, limit: limits[`level ${parent}`] ?? FIRST_NODES })),
      ];
    const watched = rangeWatched(range);
    return {
      session_id: sessionId,
      levels,
      ...(topic !== null && { topic }),
      ...(watched && { range: watched }),
    };
  }, [sessionId, topic, open.join("\n"), search, limits, range]);
  useEffect(() => watchTopics(request), [request]);
  useEffect(() => {
    // Each tells what is added to the one before: none may be left out, also not while the next request is on its way.
    const first = currentTopicWatch();
    const end = onLive("topics", (event) => {
      if (event.session_id !== sessionId || event.watch < first) return;
      setState((was) => afterEvent(was, event));
    });
    return () => {
      end();
      watchTopics(null);
    };
  }, []);
  return state;
}

/**
 * What "What changed" opens with, and what closes it: a time from one moment to another is compared with as long before.
 * @param {string | null} compare
 * @param {import("./range.js").Range} range
 */
function comparing(compare, { from, to }) {
  if (compare !== null) return { compare: null, with: null };
  if (from === null || to === null) return { compare: FIRST_CHOICE, with: null };
  return windowsParams({ before: { from: 2 * from - to, to: from }, after: { from, to } });
}

/** Whether a search is a topic filter. @param {string} search */
function isFilter(search) {
  return search.split("/").some((level) => level === "+" || level === "#");
}

/** @param {{ sessions: Session[], session: Session }} props */
function SessionChoice({ sessions, session }) {
  const choose = (/** @type {FieldEvent} */ event) => {
    const chosen = sessions.find((one) => one.session_id === event.currentTarget.value);
    if (chosen) goTo(linkTo("topics", sessionParams(chosen, sessions)), { push: true });
  };
  return html`
    <label class="field row">Session
      <select value=${session.session_id} onChange=${choose}>
        ${sessions.map((one) =>
          html`
            <option key=${one.session_id} value=${one.session_id}>${visible(brokerKey(one))} (${one
              .session_id.slice(0, 8)})</option>
          `
        )}
      </select>
    </label>
  `;
}

/** That a broker is not there, and since when. @param {{ session: Session }} props */
function Connection({ session }) {
  const { status, disconnected_since: since, last_error: error } = session;
  if (status === "connected") return html`<div role="status"></div>`;
  return html`
    <div role="status" class="banner inline row">
      <span>
        <strong>Not connected</strong><${Since} at=${since} />. What is shown is from before.${error &&
          ` ${visible(error)}`}
      </span>
    </div>
  `;
}

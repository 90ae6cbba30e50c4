/** An assistant's work as a story: what it did one after the other, what it was told, and what that was about. */
import { ask } from "./api.js";
import { chaptersOf, wordsOf } from "./call_words.js";
import { linkToDevice } from "./device_state.js";
import {
  formatClock,
  formatDuration,
  formatExact,
  formatTime,
  plural,
  visible,
  visibleLine,
} from "./format.js";
import { Icon } from "./icons.js";
import { onLive, useGeneration } from "./live.js";
import { Badge, Empty, Problem, Stranger } from "./parts.js";
import { linkTo } from "./route.js";
import { html, useEffect, useState } from "./view.js";

/** @typedef {import("../shapes/calls.ts").StoryEntry} StoryEntry */

const PAGE = 60;
const MOST = 600;
const TOGETHER_MS = 500;
const TONES = { ok: "good", error: "bad", cancelled: "warn" };

/**
 * @param {{ query: { tool: string, client: string, outcome: string, text: string }, details: (call: StoryEntry["call"]) => any }} props
 */
export function Story({ query, details }) {
  const { entries, cursor, error, reload, older } = useStory(query);
  if (entries === null) {
    return error ? html`<${Problem} error=${error} retry=${reload} />` : html`
      <p class="quiet" role="status">Reading…</p>
    `;
  }
  if (entries.length === 0) {
    return html`
      <${Empty} title="Nothing to tell yet">
        <p>What an assistant does is told here step by step: what it asked, what it was told, and about which topics and devices.</p>
        <p><a class="button primary" href=${linkTo("setup")}>Set up a client</a></p>
        <//>
    `;
  }
  const chapters = chaptersOf(entries);
  return html`
    <${Problem} error=${error} retry=${reload} />
    ${chapters.map((chapter) =>
      html`<${Chapter} key=${chapter.key} chapter=${chapter} details=${details} />`
    )}
    <p class="quiet table-foot row">
      ${plural(entries.length, "call")} told.${" "}
      ${cursor !== null && entries.length < MOST &&
        html`<button type="button" class="button small" onClick=${older}>Earlier calls</button>`}
    </p>
  `;
}

/** @param {Record<string, string>} query */
function useStory(query) {
  const generation = useGeneration();
  const key = JSON.stringify(query);
  const [state, setState] = useState(
    /** @type {{ entries: StoryEntry[] | null, cursor: string | null }} */ ({
      entries: null,
      cursor: null,
    }),
  );
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setState({ entries: null, cursor: null });
  }, [key]);
  useEffect(() => {
    const abort = new AbortController();
    ask("api/calls/story", { query: { ...query, limit: PAGE }, signal: abort.signal })
      .then((answer) => {
        setError(null);
        setState((was) => {
          const fresh = /** @type {StoryEntry[]} */ (answer.entries);
          const ids = new Set(fresh.map(({ call }) => call.id));
          const rest = (was.entries ?? []).filter(({ call }) => !ids.has(call.id));
          const isOlder = rest.length > 0;
          return {
            entries: [...fresh, ...rest].slice(0, MOST),
            cursor: isOlder ? was.cursor : answer.next_cursor,
          };
        });
      })
      .catch((reason) => {
        if (!abort.signal.aborted) setError(reason);
      });
    return () => abort.abort();
  }, [key, generation, attempt]);
  useEffect(() => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const end = onLive("calls", () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setAttempt((count) => count + 1);
      }, TOGETHER_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, []);
  const older = async () => {
    try {
      const answer = await ask("api/calls/story", {
        query: { ...query, limit: PAGE, cursor: state.cursor },
      });
      // meanwhile something else was asked for, or it was pressed twice
      setState((was) =>
        was.cursor !== state.cursor ? was : {
          entries: [...was.entries ?? [], ...answer.entries],
          cursor: answer.next_cursor,
        }
      );
    } catch (reason) {
      setError(/** @type {Error} */ (reason));
    }
  };
  return { ...state, error, older, reload: () => setAttempt((count) => count + 1) };
}

/** @param {{ chapter: ReturnType<typeof chaptersOf<StoryEntry>>[number], details: (call: StoryEntry["call"]) => any }} props */
function Chapter({ chapter, details }) {
  const { entries, client } = chapter;
  const first = entries[0].call;
  return html`
    <section class="card story" aria-label=${`What ${visibleLine(client)} did`}>
      <div class="section-head row spread">
        <h2>
          <${Stranger} text=${client} />
        </h2>
        <span class="muted">${formatTime(first.started_at)} · ${plural(
          entries.length,
          "call",
        )}</span>
      </div>
      <ol class="stack">
        ${entries.map((entry) =>
          html`<${Step} key=${entry.call.id} entry=${entry} details=${details} />`
        )}
      </ol>
    </section>
  `;
}

/** @param {{ entry: StoryEntry, details: (call: StoryEntry["call"]) => any }} props */
function Step({ entry, details }) {
  const [open, setOpen] = useState(false);
  const { call, told } = entry;
  const { did, what } = wordsOf(call);
  return html`
    <li class=${`step ${call.outcome}`}>
      <button type="button" class="message-head row small" aria-expanded=${String(
        open,
      )} onClick=${() => setOpen(!open)}>
        <${Icon} name="right" size=${14} />
        <span class="mono muted" title=${formatExact(call.started_at)}>${formatClock(
          call.started_at,
        )}</span>
        <strong>${did}${what !== null && html`${" "}<bdi>${visibleLine(what)}</bdi>`}</strong>
        <span class="muted">${formatDuration(call.duration_ms)}</span>
        ${call.outcome !== "ok" && html`
          <${Badge} tone=${TONES[call.outcome]}>${call.error_code ?? call.outcome}<//>
        `}
      </button>
      ${call.error !== null
        ? html`<p class="told bad-text"><bdi>${visible(call.error)}</bdi></p>`
        : told !== null && html`<p class="told"><bdi>${visible(told)}</bdi></p>`}
      <${About} entry=${entry} />
      ${open && details(call)}
    </li>
  `;
}

/** @param {{ entry: StoryEntry }} props */
function About({ entry }) {
  const { call, topics, devices } = entry;
  if (topics.length + devices.length === 0) return null;
  const broker = call.broker ?? null;
  return html`
    <ul class="chips about-chips row" aria-label="Devices and topics it was about">
      ${devices.map((device) =>
        html`
          <li key=${`device ${device}`}>
            <${Chip} icon="devices" text=${device} href=${broker ===
                null
              ? null
              : linkToDevice({ broker, device })} />
          </li>
        `
      )}
      ${entry.more_devices > 0 &&
        html`<li class="muted">and ${plural(entry.more_devices, "more device")}</li>`}
      ${topics.map((topic) =>
        html`
          <li key=${`topic ${topic}`}>
            <${Chip} icon="topics" text=${topic} href=${broker === null ||
                /[+#]/.test(topic)
              ? null
              : linkTo("topics", { broker, topic })} />
          </li>
        `
      )}
      ${entry.more_topics > 0 &&
        html`<li class="muted">and ${plural(entry.more_topics, "more topic")}</li>`}
    </ul>
  `;
}

/** @param {{ icon: "devices" | "topics", text: string, href: string | null }} props */
function Chip({ icon, text, href }) {
  const shown = html`<${Icon} name=${icon} size=${13} /> <code><bdi>${
    visibleLine(text.length > 80 ? `${text.slice(0, 79)}…` : text)
  }</bdi></code>`;
  return href === null
    ? html`<span class="chip row soft">${shown}</span>`
    : html`<a class="chip row soft" href=${href}>${shown}</a>`;
}

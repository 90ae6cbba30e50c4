/** What was recorded of a topic before what is followed live: older messages, and numbers over a longer time. */
import { ask } from "./api.js";
import { rangeQuery } from "./range.js";
import { useEffect, useMemo, useRef, useState } from "./view.js";

/**
 * @typedef {import("./topic_state.js").TopicMessage} TopicMessage
 * @typedef {import("./topic_state.js").TopicFacts} TopicFacts
 * @typedef {import("./topic_state.js").Series} Series
 * @typedef {import("./range.js").Range} Range
 */

const PAGE = 50;
/** Of a page with more nobody reads on; another range shows what is before. */
const MOST_OLDER = 5_000;

/** What of live messages and values a range shows. @param {Range} range @param {number} atMs @param {number} nowMs */
export function isInRange({ seconds, from, to }, atMs, nowMs) {
  if (seconds !== null) return atMs >= nowMs - seconds * 1000;
  return from === null || to === null || (atMs >= from * 1000 && atMs <= to * 1000);
}

/**
 * Messages older than those that are followed, read a page at a time.
 * @param {{ sessionId: string, topic: string, range: Range, newest: readonly TopicMessage[], isAsked: boolean }} looked
 */
export function useOlder({ sessionId, topic, range, newest, isAsked }) {
  const key = JSON.stringify([sessionId, topic, range]);
  const nothing = {
    key,
    anchor: /** @type {string | null} */ (null),
    messages: /** @type {TopicMessage[]} */ ([]),
    cursor: /** @type {string | null} */ (null),
    matched: /** @type {number | null} */ (null),
    ended: !isAsked,
  };
  const [kept, setState] = useState(nothing);
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [busy, setBusy] = useState(false);
  // What is followed live lets go of its oldest: what was read before no longer joins it then.
  const joins = kept.anchor === null || (newest.at(-1)?.timestamp ?? "") <= kept.anchor;
  const state = kept.key === key && joins ? kept : nothing;
  const latest = useRef({ state, newest });
  latest.current = { state, newest };
  const running = useRef(/** @type {AbortController | null} */ (null));
  useEffect(() => () => running.current?.abort(), [key]);

  const more = async () => {
    if (running.current !== null) return;
    const { state: was, newest: shown } = latest.current;
    if (was.ended) return;
    const abort = running.current = new AbortController();
    setBusy(true);
    setError(null);
    try {
      const oldest = shown.at(-1)?.timestamp;
      const query = rangeQuery(range);
      const answer = await ask("api/messages", {
        query: {
          session_id: sessionId,
          topic,
          ...query,
          ...(was.cursor === null ? oldest && { until: oldest } : { cursor: was.cursor }),
          limit: PAGE,
        },
        signal: abort.signal,
      });
      // Both ends belong to a window: of the oldest moment some are shown already.
      const known = was.cursor === null
        ? shown.filter(({ timestamp }) => timestamp === oldest).length
        : 0;
      const messages = [...was.messages, ...answer.messages.slice(known)];
      setState({
        key,
        anchor: was.cursor === null ? oldest ?? null : was.anchor,
        messages,
        cursor: answer.next_cursor,
        matched: was.matched ?? answer.matched,
        ended: answer.next_cursor === null || messages.length >= MOST_OLDER,
      });
    } catch (reason) {
      if (!abort.signal.aborted) setError(/** @type {Error} */ (reason));
    } finally {
      running.current = null;
      setBusy(false);
    }
  };
  return { ...state, error, busy, more, full: state.messages.length >= MOST_OLDER };
}

/**
 * The numbers of a range: what is followed live, and what was before it.
 * @param {{ sessionId: string, facts: TopicFacts, range: Range, isAsked: boolean }} looked
 */
export function useValues({ sessionId, facts, range, isAsked }) {
  const { topic } = facts;
  const first = Math.min(...facts.series.flatMap(({ at }) => at.slice(0, 1)));
  const liveHasAll = !isAsked || facts.counts.messages <= 500 ||
    (range.seconds !== null && first <= Date.now() / 1000 - range.seconds);
  const [loaded, setLoaded] = useState(
    /** @type {{ key: string, read: number, messages: number, series: Series[] } | null} */ (null),
  );
  const key = JSON.stringify([sessionId, topic, range]);
  useEffect(() => {
    if (liveHasAll) return;
    const abort = new AbortController();
    ask("api/messages/values", {
      query: { session_id: sessionId, topic, ...rangeQuery(range) },
      signal: abort.signal,
    }).then((answer) => setLoaded({ key, ...answer })).catch(() => {
      // What is followed live shows all the same.
    });
    return () => abort.abort();
  }, [key, liveHasAll]);
  const before = loaded?.key === key ? loaded : null;
  const series = useMemo(() => joined(before?.series ?? [], facts.series), [before, facts]);
  return { series, thinned: before !== null && before.read < before.messages ? before : null };
}

/** @param {readonly Series[]} before @param {readonly Series[]} live @returns {Series[]} */
function joined(before, live) {
  const all = new Map(before.map((one) => [one.path, one]));
  for (const one of live) {
    const old = all.get(one.path);
    if (old === undefined) {
      all.set(one.path, one);
      continue;
    }
    const last = old.at.at(-1) ?? -Infinity;
    const from = one.at.findIndex((at) => at > last);
    all.set(one.path, {
      ...one,
      unit: one.unit ?? old.unit,
      at: from < 0 ? old.at : [...old.at, ...one.at.slice(from)],
      value: from < 0 ? old.value : [...old.value, ...one.value.slice(from)],
    });
  }
  return [...all.values()];
}

/**
 * Several fields on one axis: their times together, and what each was at them. Of values in one millisecond the first of
 * a field stands beside the first of another.
 * @param {readonly Series[]} series
 * @param {(atMs: number) => boolean} isShown
 */
export function together(series, isShown) {
  /** @type {Map<string, { time: number, nth: number }>} */
  const all = new Map();
  const keys = series.map(({ at }) => {
    let nth = 0;
    return at.map((time, i) => {
      nth = time === at[i - 1] ? nth + 1 : 0;
      const key = `${time} ${nth}`;
      if (isShown(time * 1000)) all.set(key, { time, nth });
      return key;
    });
  });
  const rows = [...all].sort(([, a], [, b]) => a.time - b.time || a.nth - b.nth);
  const place = new Map(rows.map(([key], row) => [key, row]));
  const lines = series.map(({ value }, number) => {
    const line = /** @type {(number | undefined)[]} */ (rows.map(() => undefined));
    keys[number].forEach((key, i) => {
      const row = place.get(key);
      if (row !== undefined) line[row] = value[i];
    });
    return line;
  });
  return { at: rows.map(([, { time }]) => time), lines };
}

/** A history that goes on: what the server keeps, newest first, with what comes live put before it. */
import { ask } from "./api.js";
import { onLive, pressed, useGeneration } from "./live.js";
import { useEffect, useRef, useState } from "./view.js";

/** However much arrives, what is shown changes at most this often. */
const REDRAW_MS = 400;

/**
 * @template {{ id: string | number }} Entry
 * @typedef {object} FeedOptions
 * @property {string} path where the history is asked for
 * @property {Record<string, unknown>} query what it is asked for with
 * @property {number} page entries that are asked for at once
 * @property {number} most entries that are shown, beside older ones that somebody asked for
 * @property {number} mostLoaded entries that are shown at most
 * @property {(answer: any) => Entry[]} entriesOf those of an answer, newest first
 * @property {"calls" | "logs"} live the events that bring new ones
 * @property {(event: any) => Entry[]} arrivedIn those of an event, oldest first
 * @property {(entry: Entry) => boolean} matches the same as the server does with the query
 */

/**
 * @template {{ id: string | number }} Entry
 * @param {FeedOptions<Entry>} options
 */
export function useFeed(options) {
  const { path, query, page, most, mostLoaded, live } = options;
  const generation = useGeneration();
  const key = JSON.stringify(query);
  const latest = useRef(options);
  latest.current = options;
  const [state, setState] = useState({
    entries: /** @type {Entry[]} */ ([]),
    /** How many came live since the history was read. */
    arrived: 0,
    cursor: /** @type {string | null} */ (null),
    /** The history's latest answer; null until there is one. */
    answer: /** @type {any} */ (null),
  });
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [attempt, setAttempt] = useState(0);
  const [paused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(0);
  const fresh = useRef(/** @type {Entry[]} */ ([]));
  const skipped = useRef(0);
  const pausedNow = useRef(false);
  pausedNow.current = paused;
  // what is read would replace what had come live meanwhile: that waits
  const reading = useRef(false);

  useEffect(() => {
    const abort = new AbortController();
    reading.current = true;
    ask(path, { query: { ...query, limit: page }, signal: abort.signal }).then((answer) => {
      const entries = latest.current.entriesOf(answer);
      setError(null);
      fresh.current = withoutKnown(fresh.current, entries);
      setState({ entries, arrived: 0, cursor: answer.next_cursor, answer });
    }).catch((reason) => {
      if (!abort.signal.aborted) setError(reason);
    }).finally(() => {
      if (!abort.signal.aborted) reading.current = false;
    });
    return () => abort.abort();
  }, [path, key, generation, attempt]);

  useEffect(() => {
    fresh.current = [];
    const end = onLive(live, (event) => {
      const { arrivedIn, matches } = latest.current;
      fresh.current = [...arrivedIn(event).filter(matches).reverse(), ...fresh.current]
        .slice(0, most);
      skipped.current += event.skipped;
    });
    const timer = setInterval(() => {
      if (fresh.current.length === 0 || reading.current || pressed.isOn) return;
      if (pausedNow.current) return setWaiting(fresh.current.length);
      const arrived = fresh.current;
      fresh.current = [];
      setWaiting(0);
      setState((was) => {
        const added = withoutKnown(arrived, was.entries.slice(0, most));
        const entries = [...added, ...was.entries];
        // Older pages that somebody asked for stay; a busy stream does not pile up.
        const room = Math.max(most, Math.min(mostLoaded, was.entries.length));
        return {
          ...was,
          entries: entries.slice(0, room),
          arrived: was.arrived + added.length,
          cursor: entries.length > room ? null : was.cursor,
        };
      });
    }, REDRAW_MS);
    return () => {
      end();
      clearInterval(timer);
    };
  }, [live, key]);

  const loadOlder = async () => {
    try {
      const answer = await ask(path, { query: { ...query, limit: page, cursor: state.cursor } });
      setState((was) => {
        // meanwhile something else was asked for, or it was pressed twice
        if (was.cursor !== state.cursor) return was;
        const older = withoutKnown(latest.current.entriesOf(answer), was.entries);
        return { ...was, entries: [...was.entries, ...older], cursor: answer.next_cursor };
      });
    } catch (reason) {
      setError(/** @type {Error} */ (reason));
    }
  };
  return {
    ...state,
    error,
    paused,
    setPaused,
    waiting,
    skipped: skipped.current,
    loadOlder,
    reload: () => setAttempt((count) => count + 1),
  };
}

/**
 * @template {{ id: string | number }} Entry
 * @param {Entry[]} entries
 * @param {Entry[]} known
 */
function withoutKnown(entries, known) {
  const ids = new Set(known.map(({ id }) => id));
  return entries.filter(({ id }) => !ids.has(id));
}

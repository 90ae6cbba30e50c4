/** Parts that several pages are made of. */
import { queryText } from "./api.js";
import { formatExact, formatRelative, formatTime, payloadText, visible } from "./format.js";
import { Icon } from "./icons.js";
import { serverNow } from "./live.js";
import { html, useEffect, useState } from "./view.js";

/** A text that nobody has changed for so long is not being typed any more. */
const SETTLED_MS = 250;
/** @type {Set<() => void>} */
const clocks = new Set();
setInterval(() => {
  for (const tick of [...clocks]) tick();
}, 1_000);

/** A text that depends on the time, computed anew each second. @param {() => string} textNow */
function useTicking(textNow) {
  const [, setText] = useState("");
  useEffect(() => {
    const tick = () => setText(textNow());
    clocks.add(tick);
    return () => void clocks.delete(tick);
  });
  return textNow();
}

/** A time, relative; the exact one on hover. @param {{ at: string | null }} props */
export function Time({ at }) {
  const atMs = at === null ? 0 : Date.parse(at);
  const text = useTicking(() => at === null ? "never" : formatRelative(atMs, serverNow()));
  if (at === null) return text;
  return html`<time dateTime=${at} title=${formatExact(at)}>${text}</time>`;
}

/** A span that grows or shrinks with time. @param {{ text: (nowMs: number) => string, title?: string }} props */
export function Ticking({ text, title }) {
  return html`<span title=${title}>${useTicking(() => text(serverNow()))}</span>`;
}

/** That something has lasted since then; nothing where that is not known. @param {{ at: string | null }} props */
export function Since({ at }) {
  return at && html`${" "}since ${formatTime(at)} (<${Ticking} text=${(
    /** @type {number} */ nowMs,
  ) => formatRelative(Date.parse(at), nowMs)} />)`;
}

/** A stranger's text (topic, client name, value) in its own direction, with hidden marks shown. @param {{ text: string, code?: boolean }} props */
export function Stranger({ text, code = false }) {
  return code
    ? html`<code dir="ltr"><bdi>${visible(text)}</bdi></code>`
    : html`<bdi>${visible(text)}</bdi>`;
}

/** @param {{ tone: "good" | "bad" | "warn" | "busy" | "plain", children?: unknown, title?: string }} props */
export function Badge({ tone, children, title }) {
  return html`<span class=${`badge ${tone}`} title=${title}>${children}</span>`;
}

/** The title of a page, and what belongs beside it. @param {{ title: string, about?: unknown, children?: unknown }} props */
export function Head({ title, about, children }) {
  return html`
    <header class="head row spread">
      <div>
        <h1 tabindex="-1">${title}</h1>
        ${about && html`<p class="muted">${about}</p>`}
      </div>
      ${children && html`<div class="head-tools row">${children}</div>`}
    </header>
  `;
}

/** A page before anything is known. @param {{ title: string }} props */
export function Waiting({ title }) {
  return html`
    <${Head} title=${title} />
    <p class="muted" role="status">Waiting for the first figures…</p>
  `;
}

/** What stands where nothing is yet: what is missing, and what to do next. @param {{ title: string, children?: unknown }} props */
export function Empty({ title, children }) {
  return html`
    <div class="empty card">
      <p class="empty-title strong">${title}</p>
      <div>${children}</div>
    </div>
  `;
}

/** An error in words. @param {{ error: (Error & { hint?: string }) | null, retry?: () => void }} props */
export function Problem({ error, retry }) {
  if (!error) return null;
  return html`
    <div class="problem-box" role="alert">
      <p><strong>${visible(error.message)}</strong></p>
      ${error.hint && html`<p>${visible(error.hint)}</p>`}
      ${retry &&
        html`<button type="button" class="button small" onClick=${retry}>Try again</button>`}
    </div>
  `;
}

/** Messages per second of the last minute. @param {{ values: number[], label: string }} props */
export function Sparkline({ values, label }) {
  const [width, height] = [120, 28];
  const top = Math.max(1, ...values);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map((value, at) =>
    `${(at * step).toFixed(1)},${(height - 2 - (value / top) * (height - 4)).toFixed(1)}`
  );
  return html`
    <svg class="sparkline" viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img"
      aria-label=${label}>
      <polygon fill="currentColor" fill-opacity="0.15" points=${`0,${height} ${
        points.join(" ")
      } ${width},${height}`} />
      <polyline fill="none" stroke="currentColor" vector-effect="non-scaling-stroke"
        points=${points.join(" ")} />
    </svg>
  `;
}

/** Copies a text and says so. @param {{ text: string, label: string, children?: unknown }} props */
export function CopyButton({ text, label, children = "Copy" }) {
  const [state, setState] = useState("");
  useEffect(() => {
    if (state === "") return;
    const timer = setTimeout(() => setState(""), 2_500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await copyText(text);
      setState("Copied");
    } catch {
      setState("Select the text and copy it");
    }
  };
  return html`
    <button type="button" class="button small" onClick=${copy} aria-label=${state
      ? undefined
      : children === "Copy"
      ? `Copy ${label}`
      : `${children}: copy ${label}`}>
      <${Icon} name=${state === "Copied" ? "check" : "copy"} size=${15} />
      <span aria-live="polite">${state || children}</span>
    </button>
  `;
}

/** What is shown, as files. @param {{ what: string, path: string, query: Record<string, unknown> }} props */
export function ExportLinks({ what, path, query }) {
  return html`
    <span class="export row" role="group" aria-label=${`${what} as a file`}>
      <span class="muted">${what}</span>
      ${[["csv", "CSV"], ["jsonl", "JSON Lines"]].map(([format, text]) =>
        html`
          <a class="button small" key=${format} href=${path + queryText({ ...query, format })}
            download aria-label=${`${what} as ${text}`}><${Icon} name="download" size=${15} /> ${text}</a>
        `
      )}
    </span>
  `;
}

/** The clipboard is only there over https and on loopback; elsewhere a selection does. @param {string} text */
async function copyText(text) {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("Cannot copy");
}

/** One of the facts of a list; other attributes are for its value. @param {{ name: unknown, children?: unknown, class?: string, title?: string }} props */
export function Fact({ name, children, ...attributes }) {
  return html`
    <div>
      <dt>${name}</dt>
      <dd ...${attributes}>${children}</dd>
    </div>
  `;
}

/**
 * A table in a box that scrolls. A column is its title, or a title with attributes of its head.
 * @typedef {string | false | { title: unknown, class?: string, width?: string, about?: string }} Column
 * @param {{ label: string, columns: Column[], class?: string, tall?: boolean, children?: unknown }} props
 */
export function Table({ label, columns, class: name, tall = false, children }) {
  return html`
    <div class=${`table-box${tall ? " tall" : ""}`} tabindex="0" role="region" aria-label=${label}>
      <table class=${name}>
        <thead>
          <tr>
            ${columns.map((column) => {
              if (typeof column !== "object") return column && html`<th>${column}</th>`;
              const { width, about, title } = column;
              const style = width && { width };
              return html`<th class=${column.class} style=${style} title=${about}>${title}</th>`;
            })}
          </tr>
        </thead>
        <tbody>${children}</tbody>
      </table>
    </div>
  `;
}

/** A decoded payload, bounded in height. @param {{ value: unknown, label: string }} props */
export function Payload({ value, label }) {
  return html`<pre class="payload" dir="auto" tabindex="0" role="region" aria-label=${label}>${
    payloadText(value)
  }</pre>`;
}

/** One of a few choices, as a row of buttons. @param {{ label: string, options: [key: string, text: string][], value: string, onChange: (key: string) => void }} props */
export function Choices({ label, options, value, onChange }) {
  return html`
    <div class="choices row soft" role="group" aria-label=${label}>
      ${options.map(([key, text]) =>
        html`
          <button type="button" key=${key} aria-pressed=${String(key === value)} onClick=${() =>
            onChange(key)}>
            ${text}
          </button>
        `
      )}
    </div>
  `;
}

/** Holds a stream still. @param {{ paused: boolean, onChange: (paused: boolean) => void, waiting?: number }} props */
export function PauseButton({ paused, onChange, waiting = 0 }) {
  return html`
    <button type="button" class="button" aria-pressed=${String(paused)} onClick=${() =>
      onChange(!paused)}>
      <${Icon} name=${paused ? "play" : "pause"} size=${15} />
      ${paused ? `Resume${waiting > 0 ? ` (${waiting} new)` : ""}` : "Pause"}
    </button>
  `;
}

/**
 * A value that follows another a little later: typing does not ask the server at each key.
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function useSettled(value) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/**
 * What the API answers, asked again when `inputs` change, and every so often when told.
 * @param {(signal: AbortSignal) => Promise<any>} load
 * @param {unknown[]} inputs
 * @param {{ everyMs?: number | null }} [options]
 */
export function useAnswer(load, inputs, { everyMs = null } = {}) {
  const [state, setState] = useState(
    /** @type {{ answer: any, error: any }} */ ({ answer: null, error: null }),
  );
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const run = async () => {
      try {
        const answer = await load(abort.signal);
        if (!abort.signal.aborted) setState({ answer, error: null });
      } catch (error) {
        if (!abort.signal.aborted) setState((was) => ({ answer: was.answer, error }));
      }
      if (everyMs !== null && !abort.signal.aborted) timer = setTimeout(whenVisible, everyMs);
    };
    // A page in the background asks for nothing.
    const whenVisible = () => {
      if (document.visibilityState === "visible") run();
      else timer = setTimeout(whenVisible, everyMs ?? 0);
    };
    run();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [...inputs, attempt, everyMs]);
  return { ...state, reload: () => setAttempt((count) => count + 1) };
}

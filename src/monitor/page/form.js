/** Forms: a sentence beside the field that it is about, and nothing typed is lost. */
import { visible } from "./format.js";
import { Problem } from "./parts.js";
import { html, useEffect, useRef, useState } from "./view.js";

/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {import("./view.js").FieldEvent} FieldEvent */

/** Ids are told apart by a number: a page may have the same form more than once. */
let nextField = 0;

/** Of words that no dictionary has. */
const AS_TYPED = { autocomplete: "off", autocapitalize: "off", spellcheck: false };

/**
 * A labelled field: a text that is typed, on one line or (as a `textarea`) on several, or a choice, whose options are
 * `children`. Other attributes are those of the control.
 * @param {{ label: string, name: string, value: string | number, onChange: (value: string) => void, as?: "input" | "textarea" | "select", error?: ApiError | null, hint?: string, grow?: boolean, children?: unknown, [attribute: string]: unknown }} props
 */
export function Field(props) {
  const { label, name, onChange, as = "input", error, hint, grow, children, ...own } = props;
  const wrong = error?.field === name ? error : null;
  const [id] = useState(() => `field-${nextField++}`);
  const about = `${id}-about`;
  const change = (/** @type {FieldEvent} */ event) => onChange(event.currentTarget.value);
  const attributes = as === "select"
    ? { onChange: change }
    : { ...AS_TYPED, onInput: change, ...(as === "input" && { type: "text" }) };
  return html`
    <div class=${`field stack ${grow ? "grow" : ""}`}>
      <label for=${id}>${label}</label>
      <${as} id=${id} name=${name} aria-invalid=${wrong ? "true" : undefined}
        aria-describedby=${wrong || hint
          ? about
          : undefined} ...${attributes} ...${own}>${children}<//>
      ${(wrong || hint) && html`
        <span id=${about} class=${wrong ? "field-problem" : "field-hint"} role=${wrong
          ? "alert"
          : undefined}>${wrong ? sentence(wrong) : hint}</span>
      `}
    </div>
  `;
}

/** A box to tick, with what it means. @param {{ checked: boolean, onChange: (checked: boolean) => void, children?: unknown }} props */
export function Checkbox({ checked, onChange, children }) {
  return html`
    <label class="check">
      <input type="checkbox" checked=${checked} onChange=${(/** @type {FieldEvent} */ event) =>
        onChange(event.currentTarget.checked)} />
      ${children}
    </label>
  `;
}

/** What narrows a page down: it holds as it is changed, nothing is sent. @param {{ label: string, children?: unknown }} props */
export function FilterBar({ label, children }) {
  return html`
    <form class="toolbar row" role="search" aria-label=${label}
      onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>${children}</form>
  `;
}

/** @param {{ label: string, placeholder: string, value: string, onChange: (text: string) => void, grow?: boolean }} props */
export function SearchField({ label, placeholder, value, onChange, grow = true }) {
  return html`
    <label class=${`field stack${grow ? " grow" : ""}`}>${label}
      <input type="search" placeholder=${placeholder} value=${value} maxlength="200"
        onInput=${(/** @type {FieldEvent} */ event) => onChange(event.currentTarget.value)} />
    </label>
  `;
}

/** One of many values, or all. @param {{ label: string, value: string, options: [value: string, text: string][], onChange: (value: string) => void }} props */
export function FilterSelect({ label, value, options, onChange }) {
  return html`
    <label class="field stack">${label}
      <select value=${value} onChange=${(/** @type {FieldEvent} */ event) =>
        onChange(event.currentTarget.value)}>
        <option value="">All</option>
        ${options.map(([key, text]) => html`<option key=${key} value=${key}>${text}</option>`)}
      </select>
    </label>
  `;
}

/** What is wrong, and what to do. @param {ApiError} error */
function sentence({ message, hint }) {
  return visible(hint ? `${message}. ${hint}` : message);
}

/** An error that no field of the form shows. @param {{ error: ApiError | null, fields: readonly string[] }} props */
export function FormProblem({ error, fields }) {
  return html`<${Problem} error=${
    error && !(error.field && fields.includes(error.field)) ? error : null
  } />`;
}

/**
 * Runs one thing at a time, and keeps its error.
 * @template T
 * @param {() => Promise<T>} work
 */
export function useWork(work) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const latest = useRef(work);
  latest.current = work;
  const run = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await latest.current();
    } catch (reason) {
      setError(/** @type {ApiError} */ (reason));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run, setError };
}

/**
 * A dialog that is a form. Escape closes it; its fields stay as they are while it is sent.
 * @param {{ title: string, children?: unknown, action: string, tone?: "primary" | "danger", busy?: boolean, closing?: string, onSubmit: () => void, onClose: () => void }} props
 */
export function FormDialog(
  { title, children, action, tone = "primary", busy, closing = "Cancel", onSubmit, onClose },
) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => dialog.current?.showModal(), []);
  return html`
    <dialog ref=${dialog} class="form-dialog" onClose=${onClose} aria-labelledby="dialog-title">
      <form onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        onSubmit();
      }}>
        <h2 id="dialog-title">${title}</h2>
        <div class="dialog-body stack">${children}</div>
        <div class="dialog-actions row">
          <button type="button" class="button end" onClick=${onClose}>${closing}</button>
          <button type="submit" class=${`button ${tone}`} disabled=${busy}>${action}</button>
        </div>
      </form>
    </dialog>
  `;
}

/**
 * A question before something is done. The browser's own dialog: focus stays in it, Escape closes it.
 * @param {{ title: string, children?: unknown, action: string, onConfirm: () => Promise<void>, onClose: () => void }} props
 */
export function ConfirmDialog({ title, children, action, onConfirm, onClose }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const { busy, error, run } = useWork(async () => {
    await onConfirm();
    onClose();
  });
  useEffect(() => dialog.current?.showModal(), []);
  return html`
    <dialog ref=${dialog} onClose=${onClose} aria-labelledby="dialog-title">
      <h2 id="dialog-title">${title}</h2>
      <div class="dialog-body stack">${children}</div>
      <${Problem} error=${error} />
      <div class="dialog-actions row">
        <button type="button" class="button end" onClick=${onClose} autofocus>Keep it</button>
        <button type="button" class="button danger" onClick=${run}
          disabled=${busy}>${action}</button>
      </div>
    </dialog>
  `;
}

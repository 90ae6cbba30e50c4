/** Forms: a sentence beside the field that it is about, and nothing typed is lost. */
import { visible } from "./format.js";
import { Problem } from "./parts.js";
import { html, useEffect, useRef, useState } from "./view.js";

/** @typedef {import("./api.js").ApiError} ApiError */
/** @typedef {import("./view.js").FieldEvent} FieldEvent */

/** Ids are told apart by a number: a page may have the same form more than once. */
let nextField = 0;

/**
 * A labelled field. `children` makes the control of the attributes that it needs.
 * @param {{ label: string, name: string, error?: ApiError | null, hint?: string, grow?: boolean, children: (attributes: Record<string, unknown>) => unknown }} props
 */
export function Field({ label, name, error, hint, grow, children }) {
  const wrong = error?.field === name ? error : null;
  const [id] = useState(() => `field-${nextField++}`);
  const about = `${id}-about`;
  return html`
    <div class=${`field stack ${grow ? "grow" : ""}`}>
      <label for=${id}>${label}</label>
      ${children({
        id,
        name,
        "aria-invalid": wrong ? "true" : undefined,
        "aria-describedby": wrong || hint ? about : undefined,
      })}
      ${(wrong || hint) && html`
        <span id=${about} class=${wrong ? "field-problem" : "field-hint"} role=${wrong
          ? "alert"
          : undefined}>${wrong ? sentence(wrong) : hint}</span>
      `}
    </div>
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

/** Attributes of a text that is typed. @param {string} value @param {(text: string) => void} onChange */
export function typed(value, onChange) {
  return {
    value,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: false,
    onInput: (/** @type {FieldEvent} */ event) => onChange(event.currentTarget.value),
  };
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

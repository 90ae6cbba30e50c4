/** What every page is written with: `html` makes elements; text always becomes text nodes, never markup. */
import { h, options, render } from "./preact.js";
import htm from "./htm.js";

// What news put elsewhere is moved in the document, which takes the keyboard from it.
options.debounceRendering = (draw) =>
  queueMicrotask(() => {
    const focused = document.activeElement;
    draw();
    if (focused instanceof HTMLElement && document.activeElement === document.body) {
      focused.focus({ preventScroll: true });
    }
  });

export { render };
export {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "./preact_hooks.js";

/** @typedef {Event & { readonly currentTarget: HTMLInputElement }} FieldEvent */
/** @typedef {Event & { readonly currentTarget: HTMLDetailsElement }} ToggleEvent */

/** @type {(strings: TemplateStringsArray, ...values: unknown[]) => any} */
export const html = /** @type {any} */ (htm).bind(h);

/** What every page is written with: `html` makes elements; text always becomes text nodes, never markup. */
import { h, render } from "./preact.js";
import htm from "./htm.js";

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

/** Where one is: the page and its parameters, in the hash, so that a link or a reload comes back to it. */
import { useLayoutEffect, useState } from "./view.js";

/**
 * @typedef {{ page: string, params: URLSearchParams }} Route
 */

/** @returns {Route} */
function currentRoute() {
  const [page = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  return { page, params: new URLSearchParams(query) };
}

/** The route, followed as it changes. @returns {Route} */
export function useRoute() {
  const [route, setRoute] = useState(currentRoute);
  // Not after the next paint: whoever follows a link before it would stay where they were.
  useLayoutEffect(() => {
    const follow = () => setRoute(currentRoute());
    addEventListener("hashchange", follow);
    addEventListener("popstate", follow);
    return () => {
      removeEventListener("hashchange", follow);
      removeEventListener("popstate", follow);
    };
  }, []);
  return route;
}

/**
 * Changes the address, and with it what is shown. Without `push` the way back stays as it is: for what changes with each
 * key that is pressed.
 * @param {string} address
 * @param {{ push?: boolean }} [options]
 */
export function goTo(address, { push = false } = {}) {
  if (location.hash === address) return;
  if (push) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  dispatchEvent(new Event("hashchange"));
}

/**
 * One parameter of the page's address, and what changes it and leaves the others.
 * @param {string} name
 * @param {string} fallback what no address needs to say
 * @returns {[value: string, change: (value: string, options?: { push?: boolean }) => void]}
 */
export function useParam(name, fallback) {
  const { params } = useRoute();
  const change = (/** @type {string} */ value, { push = true } = {}) => {
    const now = currentRoute();
    /** @type {Record<string, string[]>} */
    const all = {};
    for (const key of new Set(now.params.keys())) all[key] = now.params.getAll(key);
    goTo(linkTo(now.page, { ...all, [name]: value === fallback ? null : value }), { push });
  };
  return [params.get(name) ?? fallback, change];
}

/**
 * The address of a page, with the parameters that are not empty.
 * @param {string} page
 * @param {Record<string, string | readonly string[] | null | undefined>} [params]
 */
export function linkTo(page, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of [value].flat()) if (one) query.append(name, one);
  }
  const text = query.toString();
  return `#/${page}${text ? `?${text}` : ""}`;
}

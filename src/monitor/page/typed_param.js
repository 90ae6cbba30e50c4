/** A search that stands in the address. */
import { useSettled } from "./parts.js";
import { useParam } from "./route.js";
import { useEffect, useState } from "./view.js";

/** A longer one finds nothing either. */
const LONGEST = 200;

/**
 * What is typed into a search, and what the address says it is once nobody types. Back and links change both.
 * @param {string} name
 */
export function useTypedParam(name) {
  const [asked, change] = useParam(name, "");
  const text = asked.slice(0, LONGEST);
  const [typed, setTyped] = useState(text);
  const settled = useSettled(typed.trim());
  useEffect(() => {
    if (settled !== text) change(settled, { push: false });
  }, [settled]);
  useEffect(() => {
    if (text !== settled) setTyped(text);
  }, [text]);
  return { typed, setTyped, text };
}

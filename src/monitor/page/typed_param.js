/** A search that stands in the address. */
import { useSettled } from "./parts.js";
import { useParam } from "./route.js";
import { useEffect, useRef, useState } from "./view.js";

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
  /** What the address was last heard to say, or was told to. */
  const known = useRef(text);
  useEffect(() => {
    // What somebody has typed over since, or what Back has taken away, is not put into the address.
    if (settled !== typed.trim() || settled === known.current) return;
    known.current = settled;
    change(settled, { push: false });
  }, [settled]);
  useEffect(() => {
    if (text === known.current) return;
    known.current = text;
    setTyped(text);
  }, [text]);
  return { typed, setTyped, text };
}

/** Texts that come again and again, such as the names of fields, are taken apart once. */

/** So many texts are remembered, and none that is longer, in characters. */
const MOST = 4_096;
const LONGEST = 200;

/** What `read` makes of a text, remembered; once there are many all are forgotten. `read` must be pure. */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const kept = known.get(text);
    if (kept !== undefined) return kept;
    if (text.length > LONGEST) return read(text);
    const own = ofItsOwn(text);
    const value = read(own);
    if (known.size >= MOST) known.clear();
    known.set(own, value);
    return value;
  };
}

/** A text that is part of a longer one holds all of that in memory; what is kept shall not. */
function ofItsOwn(text: string): string {
  return text.length < LEAST_PART ? text : ` ${text}`.slice(1);
}

/** V8 copies shorter parts. */
const LEAST_PART = 13;

/** What `read` makes of an object, remembered for as long as the object is held. `read` must be pure, and the object as it was. */
export function rememberingEach<K extends WeakKey, T>(read: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { readonly value: T }>();
  return (of) => {
    let kept = known.get(of);
    if (kept === undefined) known.set(of, kept = { value: read(of) });
    return kept.value;
  };
}

import type { Family } from "./family.ts";

/** The state that WLED tells on `…/v`, as its HTTP API tells it. */
const STATE = /^(?:<\?xml[^>]{0,60}\?>)?\s{0,4}<vs><ac>\d/;

/** Its colour, which stays retained when it is gone: `#FF7814`, with a fourth part for white. */
const COLOUR = /^#[\dA-F]{6}(?:[\dA-F]{2})?$/i;

/** WLED: `<topic>/v`, `/g` and `/c` tell how its light is, and what is sent to the bare `<topic>`, `/col` and `/api` sets it. */
export const wled: Family<"wled"> = {
  name: "wled",
  title: "WLED",
  isDocument: (segments) => segments.length >= 2 && /^[vc]$/.test(segments.at(-1) ?? ""),
  learn({ topic, text }, identity) {
    if (!STATE.test(text.slice(0, 100)) && !COLOUR.test(text) || !identity.owns(topic)) {
      return false;
    }
    const base = topic.slice(0, -"/v".length);
    identity.conventions.add("wled");
    for (const order of [base, `${base}/col`, `${base}/api`]) identity.addTopic(order, "command");
    // `ON`, `OFF` and a brightness of 0 to 255 are told as a brightness.
    if (identity.effects.size < 500) {
      identity.effects.set(base, { topic: `${base}/g`, path: "" });
    }
    return true;
  },
  // Told by what stands beside a topic, and not by the topic.
  roleOf: () => null,
};

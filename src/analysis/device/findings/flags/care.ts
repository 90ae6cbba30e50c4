import { type Field, type Flag, reported, type Rule, wordOf } from "./flag.ts";

/** What wants to be filled, cleaned, replaced or renewed. */
export const CARE_RULES: readonly Rule[] = [
  daysLeft,
  ({ name, value }) =>
    /^(licen[sc]e|cert|certificate|subscription|trial)(state|status)?$/.test(name) &&
      /^(expired|invalid|revoked)$/.test(wordOf(value))
      ? reported("error", "it is not valid any more")
      : null,
  ({ name, value }) =>
    /filter(status|state|condition)?$/.test(name) &&
      /^(full|dirty|clogged|replace|replacenow|change|expired|worn)$/.test(wordOf(value))
      ? reported("warning", "a filter needs care")
      : null,
  // Sugar Valley's controllers, which many makers sell: the cell stands still without a flow.
  ({ name, path, value, topic }) =>
    /^(state|status|chlorinator|hydrolysis)$/.test(name) &&
      /^(flow|noflow|lowflow)$/.test(wordOf(value)) &&
      /hydroly|chlorinat|electroly/i.test(path + topic.topic)
      ? reported("warning", "no water flows through the cell")
      : null,
];

/** Days that a certificate or a licence is valid. */
function daysLeft({ name, value, topic }: Field): Flag | null {
  const isDays = /day/.test(name) &&
    /cert|tls|ssl|licen[sc]e/.test(name + topic.segments.slice(-2).join()) &&
    /left|remain|expir|valid|days$/.test(name) &&
    !/warn|limit|threshold|alert|before|notice/.test(name);
  if (!isDays || typeof value !== "number" || value > 7) return null;
  return value <= 0
    ? reported("error", "it is not valid any more")
    : reported("warning", "it expires within a week");
}

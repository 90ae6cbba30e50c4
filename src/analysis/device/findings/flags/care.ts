import { type Field, type Flag, isSet, reported, type Rule, wordOf } from "./flag.ts";

/** `repair_needed`, `Maintenance required`. */
const NEEDED =
  /^(?:(?:repair|replacement|maintenance|service|cleaning|descaling)[ _-](?:is[ _-])?(?:needed|required|due)|needs[ _-](?:repair|replacement|maintenance|service|cleaning))$/i;

/** What is used up and filled again, in the languages of those who sell it. */
const SUPPLY =
  /salt|salz|toner|(?:^|[^a-z])ink(?:[^a-z]|$)|tinte|pellet|fuel|diesel|heiz(?:ö|oe)l|propan|lpg|chlor|deterg|rinse|soap|seife|water_?tank|wassertank|reservoir|vorrat|tank/i;
const NOT_OF_USE =
  /waste|gr[ae]y|black|dirty|sewage|abwasser|schmutz|sump|septic|drip|collect|dust|rain|regen|flow|temp|consum|price|rate|pressure|target|limit|alarm|setpoint|min|max/i;
/** What wants to be filled, cleaned, replaced or renewed. */
export const CARE_RULES: readonly Rule[] = [
  ({ name, value }) =>
    /^(endoflife|endoflifereached|eol|eolreached|replacedetector|sensorexpired)$/.test(name) &&
      isSet(value)
      ? reported("warning", "its life is over")
      : null,
  daysLeft,
  nearlyEmpty,
  ({ value }) =>
    typeof value === "string" && NEEDED.test(value.trim())
      ? reported("warning", "it needs care")
      : null,
  ({ name, value }) =>
    /^(licen[sc]e|cert|certificate|subscription|trial)(state|status)?$/.test(name) &&
      /^(expired|invalid|revoked)$/.test(wordOf(value))
      ? reported("error", "it is not valid any more")
      : null,
  // Home Connect: events are Off, Present or Confirmed.
  ({ name, value }) =>
    value === "Present" &&
      /(empty|lack|full|blocked|clogged|calcified|poor|fault|doorisopen)/.test(name)
      ? reported("warning", "it needs care")
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
  ({ name, value }) =>
    /^(hopper|food|kibble)(state|status|level)?$/.test(name) &&
      /^(empty|low|verylow|out)$/.test(wordOf(value))
      ? reported("warning", "it needs to be filled")
      : null,
];

/** A supply of which nearly nothing is left: a share that says so, or one that fell from more. */
function nearlyEmpty({ path, value, topic }: Field): Flag | null {
  const called = `${topic.segments.slice(-2).join("/")}.${path}`;
  if (
    !SUPPLY.test(called) || NOT_OF_USE.test(called) || !/^(?:state|event|info)$/.test(topic.role)
  ) return null;
  return /^(?:leer|fast ?leer|vide|vac(?:í|i)o|vuoto|leeg)$/.test(wordOf(value))
    ? reported("warning", "it needs to be filled")
    : null;
}

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

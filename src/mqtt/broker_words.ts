import { visibleText } from "../payload/visible_text.ts";
import { redact } from "../redact.ts";

/** A broker's own words are shown up to so many characters. */
const MOST_CHARS = 200;

/** Properties of a packet in which a broker says something in words of its own (MQTT 5 §3.2.2.3, §3.14.2.2). */
export interface BrokerProperties {
  readonly reasonString?: string;
  readonly serverReference?: string;
}

/** Words of a stranger as they may be quoted: cut, with nothing hidden in them, and without a login. */
export function quotable(text: string): string {
  const seen = visibleText(redact(text)).replaceAll('"', "'");
  if (seen.length <= MOST_CHARS) return seen;
  return `${seen.slice(0, MOST_CHARS - 1).toWellFormed().replace(/\uFFFD$/, "")}…`;
}

/** The reason string of a packet, as it may be shown; undefined where there is none. */
export function reasonStringOf(properties: BrokerProperties | undefined): string | undefined {
  const text = properties?.reasonString;
  return text === undefined || text === "" ? undefined : quotable(text);
}

/** What goes on after the words for a reason code: ` to "other:1883", saying "…"`, or nothing. */
export function inItsWords(properties: BrokerProperties | undefined): string {
  const reference = properties?.serverReference;
  const said = reasonStringOf(properties);
  return `${reference ? ` to "${quotable(reference)}"` : ""}${
    said === undefined ? "" : `, saying "${said}"`
  }`;
}

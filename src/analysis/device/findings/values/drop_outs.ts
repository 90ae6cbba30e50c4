import { median, spreadOf } from "../../../statistics.ts";
import { isNeverNothing } from "./quantities.ts";
import type { Series } from "./series.ts";

/** What is there all the time, whatever the device does, a charge too. */
const HOLDS_ON =
  /temp(?!l|o)|celsius|teplot|lämpö|темпер|^hum(?!an)|humidity|feucht|wilgot|vlhk|^rh$|baro|(?:air|atm)press|^r?co2|^soc$|battery(?:level|percent|soc)?$|stateofcharge/;
/** What is set, compared, or is there only while something runs. */
const MAY_BE_NOTHING =
  /set|target|soll|desired|wanted|limit|thresh|alarm|delta|diff|offset|trend|calib|boost|flow|burn|flame|flue|exhaust|discharge|coil|hotend|extru|nozzle|bed(?!room)|oven|probe_?set|price|count/i;
const LEAST_TIMES = 3;
const LEAST_READ = 3;
/** What is read between is so near to one another, and so far from nothing. */
const MOST_SPREAD = 0.2;
const LEAST_FAR = 5;

/**
 * Indices at which what holds on was exactly 0 again and again, for a message or a few between others that are as they
 * were: it was not read then. The last message may be such a one; null where none are, or more than the half of all is.
 */
export function dropsOutIn({ name, path, topic, values }: Series): number[] | null {
  const around = `${topic.segments.slice(-3).join("/")} ${path}`;
  if (!HOLDS_ON.test(name) && !isNeverNothing(name, around) || MAY_BE_NOTHING.test(around)) {
    return null;
  }
  const at = values.flatMap((value, i) => value === 0 ? [i] : []);
  const read = values.filter((value) => value !== 0);
  if (read.length < Math.max(LEAST_READ, at.length - 1)) return null;
  if (at.filter((i) => values[i - 1] !== 0).length < LEAST_TIMES) return null;
  const middle = Math.abs(median(read));
  const least = Math.min(...read.map(Math.abs));
  return spreadOf(read) <= MOST_SPREAD * middle && least >= LEAST_FAR ? at : null;
}

import { editDistance } from "../../../../edit_distance.ts";
import type { Finding } from "../../finding_shape.ts";
import { findingFrom, someOf } from "../../evidence.ts";
import { spokenOn } from "../../reading/told_in_parts.ts";
import { type DeviceView, heardAtLeast } from "../../reading/view.ts";

const TOLD_MS = 15_000;
/** So many topics on which nothing is are held against those that tell. */
const MOST_WAITED = 200;
const LEAST_LETTERS = 5;
/** In a word of so many letters there may be two slips. */
const LONG = 9;
/** Words that look alike, and that a device may well have both of. */
const BOTH =
  /^(?:stat(?:e|es|s|us)?|tele\w{0,8}|(?:sensor|switch|light|value|event|command|setting)(?:e?s)?)$/i;

/**
 * `ghost_discovery` of a document that names a topic on which nothing is, while a topic that is called so but for a letter or two
 * of one level tells values, and no document names it.
 */
export function misspeltTopics(view: DeviceView): Finding[] {
  if (!heardAtLeast(view, view.startedAtMs, TOLD_MS)) return [];
  const records = [...view.identity.discovery.values()].filter(({ withdrawn }) => !withdrawn);
  const named = new Set(records.flatMap(({ stateTopics }) => stateTopics));
  const heard = spokenOn(view);
  const unnamed = [...heard].flatMap(([topic, { role, samples }]) => {
    const live = samples.filter(({ retain }) => !retain);
    return role === "state" && live.length > 1 && !named.has(topic)
      ? [{ topic, levels: topic.split("/"), live }]
      : [];
  });
  const waited = records.flatMap((record) =>
    record.stateTopics.filter((topic) => !heard.has(topic)).map((topic) => ({ record, topic }))
  );
  const meant = waited.slice(0, MOST_WAITED).flatMap(({ record, topic }) => {
    const levels = topic.split("/");
    const like = unnamed.find((one) => isSlip(levels, one.levels));
    return like === undefined ? [] : [{ record, topic, like }];
  });
  const [first] = meant;
  if (first === undefined) return [];
  return [findingFrom({
    severity: "warning",
    code: "ghost_discovery",
    title:
      `The discovery document names "${first.topic}", on which nothing is: values come on "${first.like.topic}"`,
    summary: `${meant.length === 1 ? "One topic is" : `${meant.length} topics are`} written so in ${
      meant.length === 1 ? `"${first.record.topic}"` : "its documents"
    }; Home Assistant waits there, and shows no values`,
    messages: someOf(meant.slice(0, 5).flatMap(({ like }) => like.live.slice(-1))),
    suggestion:
      `Write the topic in the document as the device does, and publish it anew, retained.`,
  })];
}

/** Whether two topics are the same but for a letter or two in one of their levels: numbers and places count. */
function isSlip(named: readonly string[], told: readonly string[]): boolean {
  if (named.length !== told.length || named.length < 2) return false;
  const [at, another] = named.flatMap((level, i) => level === told[i] ? [] : [i]);
  if (at === undefined || another !== undefined) return false;
  const [one, other] = [named[at], told[at]];
  const figures = (text: string) => text.replace(/\D+/g, " ").trim();
  const isSame = one.toLowerCase() === other.toLowerCase();
  return figures(one) === figures(other) &&
    (isSame ||
      !(BOTH.test(one) && BOTH.test(other)) &&
        Math.min(one.length, other.length) >= LEAST_LETTERS &&
        editDistance(one, other) <= (one.length >= LONG ? 2 : 1));
}

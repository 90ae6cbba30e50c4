/** What the topics page knows: which session is meant, and what came of its topics so far. Pure. */
import { brokerText } from "./format.js";

/**
 * @typedef {import("../shapes/sessions.ts").SessionFacts} Session
 * @typedef {import("../shapes/topics.ts").TopicNode} TopicNode
 * @typedef {Extract<import("../shapes/live.ts").LiveEvent, { type: "topics" }>} TopicsEvent
 * @typedef {NonNullable<TopicsEvent["topic"]>} TopicEvent
 * @typedef {TopicEvent["messages"][number]} TopicMessage
 * @typedef {TopicEvent["series"][number]} Series
 * @typedef {{ total: number, limited: boolean, searching: boolean, nodes: TopicNode[] }} Level
 * @typedef {Omit<TopicEvent, "reset">} TopicFacts
 * @typedef {{ levels: ReadonlyMap<string, Level>, topic: TopicFacts | null, heard: boolean }} TopicState
 */

const MOST_MESSAGES = 100;
const MOST_POINTS = 500;

/** @type {TopicState} */
export const NOTHING = { levels: new Map(), topic: null, heard: false };

/** The name of a level. @param {{ parent?: string, search?: string }} query */
export function levelKey({ parent, search }) {
  return search === undefined ? `level ${parent ?? ""}` : `search ${search}`;
}

/**
 * What is known after an event.
 * @param {TopicState} state
 * @param {TopicsEvent} event
 * @returns {TopicState}
 */
export function afterEvent(state, event) {
  const levels = new Map(state.levels);
  for (
    const { total, limited = false, searching = false, paths, nodes, ...query } of event.levels
  ) {
    const key = levelKey(query);
    const known = new Map(levels.get(key)?.nodes.map((node) => [node.path, node]));
    for (const node of nodes) known.set(node.path, node);
    const order = paths ?? [...known.keys()];
    levels.set(key, {
      total,
      limited,
      searching,
      nodes: order.flatMap((path) => known.get(path) ?? []),
    });
  }
  const topic = event.topic === null ? state.topic : afterTopic(state.topic, event.topic);
  return { levels, topic, heard: true };
}

/**
 * @param {TopicFacts | null} known
 * @param {TopicEvent} event
 * @returns {TopicFacts}
 */
function afterTopic(known, { reset, ...facts }) {
  if (reset || known === null || known.topic !== facts.topic) return facts;
  const series = new Map(known.series.map((one) => [one.path, one]));
  for (const added of facts.series) {
    const before = series.get(added.path);
    series.set(added.path, {
      ...added,
      unit: added.unit ?? before?.unit ?? null,
      at: [...before?.at ?? [], ...added.at].slice(-MOST_POINTS),
      value: [...before?.value ?? [], ...added.value].slice(-MOST_POINTS),
    });
  }
  return {
    ...facts,
    messages: [...facts.messages, ...known.messages].slice(0, MOST_MESSAGES),
    series: [...series.values()],
  };
}

/**
 * Fields worth drawing: where any varies, only those that do.
 * @param {readonly Series[]} series
 */
export function drawable(series) {
  const drawn = series.filter(({ at }) => at.length > 1);
  const varying = drawn.filter(({ value }) => value.some((one) => one !== value[0]));
  return varying.length > 0 ? varying : drawn;
}

/** How a broker is named in addresses: they outlast sessions, whose ids are new after each start. @param {Session} session */
export function brokerKey(session) {
  return session.broker.name ?? brokerText(session.broker);
}

/**
 * Parameters that lead to a session again.
 * @param {Session} session
 * @param {readonly Session[]} sessions
 */
export function sessionParams(session, sessions) {
  const broker = brokerKey(session);
  const alone = sessions.filter((one) => brokerKey(one) === broker).length < 2;
  return { broker, ...(!alone && { session: session.session_id }) };
}

/**
 * The session that an address means; a sentence where it is gone.
 * @param {readonly Session[]} sessions
 * @param {URLSearchParams} params
 * @returns {Session | string | null} null: no session at all
 */
export function sessionMeant(sessions, params) {
  const id = params.get("session");
  const broker = params.get("broker");
  const byId = id === null ? undefined : sessions.find(({ session_id }) => session_id === id);
  if (byId !== undefined) return byId;
  if (id !== null && broker === null) return `The session ${id.slice(0, 8)} has ended`;
  const meant = broker === null
    ? sessions
    : sessions.filter((session) =>
      brokerKey(session) === broker || brokerText(session.broker) === broker
    );
  const best = meant.find((one) => one.recordings.length > 0 && one.status === "connected") ??
    meant.find((one) => one.recordings.length > 0) ?? meant[0];
  if (best !== undefined) return best;
  return broker === null ? null : `No session with ${broker} is open any more`;
}

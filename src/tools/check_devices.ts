import { z } from "zod";
import { validateTopicFilter } from "../mqtt/topic.ts";
import type { Session } from "../session/session.ts";
import { checkFleet, FLEET_SECONDS, type FleetFacts } from "./check_fleet.ts";
import { invalidCursor, otherQuestion } from "./cursor.ts";
import { filterHint } from "./filter_hint.ts";
import { fitRows } from "./fit.ts";
import {
  anObject,
  heardTime,
  listenedOutput,
  rowsOutput,
  sessionId,
  topicFilter,
} from "./params.ts";
import { withShownTexts } from "./shown_text.ts";
import { defineTool } from "./tool.ts";
import { withSession } from "./with_session.ts";

/** Characters of one text, and of all rows of one list. */
const SHOWN_CHARS = 400;
const DEVICES_MAX_CHARS = 24_000;
const PROBLEMS_MAX_CHARS = 8_000;
const PLACES_MAX_CHARS = 3_000;
/** Answers of one session whose further pages can be asked for. */
const MOST_HELD = 3;

/** Judges every device at once and lists the sick ones. */
export const checkDevices = defineTool({
  name: "check_devices",
  title: "Check all devices",
  description:
    "Which devices are sick? Judges every device on the broker at once: the sick ones, worst first, with what is " +
    "wrong; healthy ones as counts by place; problems nobody has alone (a bridge down, ghost discovery, a flood). " +
    "Call it first. Then give a row's device to debug_device for evidence and what to do.",
  access: "read",
  quotesStrangers: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    pattern: topicFilter.default("#").describe('Topic filter, e.g. "zigbee2mqtt/#"'),
    ...heardTime(FLEET_SECONDS, 300),
    limit: z.number().int().min(1).max(200).default(50).describe("Sick devices per page"),
    cursor: z.string().max(100).optional().describe("next_cursor of a page"),
  }),
  output: z.looseObject({
    answer: z.string(),
    summary: anObject,
    devices: rowsOutput,
    problems: rowsOutput,
    healthy: rowsOutput,
    unknown: rowsOutput,
    truncated: z.boolean(),
    next_cursor: z.string().optional(),
    listened: listenedOutput,
  }),
  example: { args: { duration: 10 } },
  async run(args, context) {
    validateTopicFilter(args.pattern);
    return await withSession(args.session_id, context, async (session) => {
      if (args.cursor !== undefined) return nextPage(session, args.cursor, args);
      const { pattern } = args;
      const checked = await checkFleet(session, { ...context, pattern, time: args });
      const hint = checked.summary.devices > 0
        ? null
        : filterHint(pattern, session.id, context.core);
      const facts = hint === null ? checked : { ...checked, answer: `${checked.answer}. ${hint}` };
      return page({ id: hold(session, { facts, pattern }), facts, offset: 0, limit: args.limit });
    });
  },
});

/** An answer with further pages, and of what it tells. */
interface Held {
  readonly facts: FleetFacts;
  readonly pattern: string;
}

/** Answers with further pages, while their session lives. */
const held = new WeakMap<Session, Map<string, Held>>();

function hold(session: Session, answer: Held): string {
  const answers = held.get(session) ?? new Map<string, Held>();
  const id = crypto.randomUUID();
  answers.set(id, answer);
  const [oldest] = answers.keys();
  if (answers.size > MOST_HELD) answers.delete(oldest);
  held.set(session, answers);
  return id;
}

function nextPage(
  session: Session,
  cursor: string,
  { pattern, limit }: { pattern: string; limit: number },
): object {
  const [, id = "", offset = ""] = /^([0-9a-f-]{36}):(\d{1,6})$/.exec(cursor) ?? [];
  const answer = held.get(session)?.get(id);
  if (answer === undefined) {
    throw invalidCursor("check_devices", `the last ${MOST_HELD} answers of this session`);
  }
  if (pattern !== "#" && pattern !== answer.pattern) throw otherQuestion("pattern");
  return page({ id, facts: answer.facts, offset: Number(offset), limit });
}

function page(
  o: { id: string; facts: FleetFacts; offset: number; limit: number },
): object {
  const { facts, offset } = o;
  const rest = facts.devices.slice(offset, offset + o.limit);
  const devices = fitRows(withShownTexts(rest, SHOWN_CHARS), DEVICES_MAX_CHARS);
  const next = offset + devices.length;
  const truncated = next < facts.devices.length;
  const { cut, ...said } = facts;
  return {
    answer: said.answer,
    summary: said.summary,
    devices,
    ...(truncated && { returned: devices.length, next_cursor: `${o.id}:${next}` }),
    truncated,
    problems: fitRows(withShownTexts(said.problems, SHOWN_CHARS), PROBLEMS_MAX_CHARS),
    healthy: fitRows(said.healthy, PLACES_MAX_CHARS),
    unknown: fitRows(said.unknown, PLACES_MAX_CHARS),
    ...(cut.length > 0 && { cut: cut.join("; ") }),
    listened: said.listened,
    ...(said.collection_id !== undefined && { collection_id: said.collection_id }),
    stop_reason: said.stop_reason,
  };
}

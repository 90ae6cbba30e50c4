import { isoTime } from "../iso_time.ts";
import { z } from "zod";
import type { Core } from "../core.ts";
import { invalidArgument, notAllowed, OperationError } from "../errors.ts";
import { filtersOverlap, plainTopic, validateTopicFilter } from "../mqtt/topic.ts";
import type { JsonValue } from "../payload/payload.ts";
import type { Session } from "../session/session.ts";
import { DEVICE_STATES, isDeviceWatch, type Watch, type WatchTarget } from "../watching/watch.ts";
import { fitRows } from "./fit.ts";
import { messageCondition, quietFor, rowsOutput, sessionId } from "./params.ts";
import { shownText } from "./shown_text.ts";
import { defineTool, type ToolContext } from "./tool.ts";
import { watchFacts } from "./watch_view.ts";
import { withSession } from "./with_session.ts";

const WEEK_S = 604_800;

const input = z.strictObject({
  session_id: sessionId,
  action: z.enum(["start", "stop", "list"]).describe(
    "stop takes watch_id; list may take it, or topic, device or name",
  ),
  watch_id: z.string().max(100).optional().describe("From start or list"),
  name: z.string().max(100).optional().describe("For people"),
  topic: z.string().optional().describe("Topic filter"),
  ...messageCondition,
  quiet_for: quietFor(WEEK_S),
  device: z.string().max(1_000).optional().describe("Instead of topic, as in debug_device"),
  state: z.enum(DEVICE_STATES).optional().describe(
    "offline (default): says so, overdue or flapping",
  ),
  cooldown: z.number().min(1).max(WEEK_S).default(60).describe("Seconds, met once in them"),
});

type Arguments = z.output<typeof input>;

/** Starts and stops standing watches, which tell when something happens. */
export const watchTopics = defineTool({
  name: "watch_topics",
  title: "Watch topics and devices",
  description:
    "Watch topics, or the state of a device, in the background, and tell when it happens: with the session's next " +
    "result, to subscribers of its resource, and where the operator's NOTIFY_URL points. " +
    "Give a topic with a condition as in wait_for, or a device with a state. Use wait_for for seconds.",
  access: "session",
  quotesStrangers: true,
  idempotent: true,
  input,
  output: z.looseObject({ answer: z.string(), watches: rowsOutput }),
  example: { args: { action: "start", device: "plant/pump-1", name: "pump 1 is gone" } },
  async run(args, context) {
    return await withSession(args.session_id, context, async (session) => {
      if (args.action === "start") return await start(session, args, context);
      refuseConditions(args);
      const { watches } = context.core;
      if (args.action === "stop") {
        if (args.watch_id === undefined) throw noWatchId();
        if (wishesOf(args).length > 0) throw stoppedById();
        const watch = await watches.stop(session, args.watch_id);
        const stopped = result([watch], { core: context.core, answer: `Stopped "${watch.name}"` });
        return { ...stopped, ...otherNews(session, [watch], context) };
      }
      return list(session, args, context);
    });
  },
});

async function start(session: Session, args: Arguments, { core, signal }: ToolContext) {
  if (session.isStanding) throw standing();
  const name = args.name?.trim();
  const watch = await core.watches.start(session, {
    target: targetOf(args),
    ...(name && { name }),
    cooldownS: args.cooldown,
  }, { signal });
  const told = [
    `the next result of this session`,
    `subscribers of mqtt-mcp://watches/${watch.id}`,
    core.notifier === null ? "" : "NOTIFY_URL",
  ].filter((way) => way !== "").join(", ");
  const { deviceState } = watch;
  return {
    ...result([watch], {
      core,
      answer: `Watching "${watch.name}"${
        deviceState === null ? "" : `: the device is ${deviceState} now`
      }`,
    }),
    told_to: told,
    ...(deviceState === "unknown" &&
      { advice: "Nothing tells how the device is so far: see in check_devices what it is called" }),
    ...(core.notifier === null &&
      { note: "No NOTIFY_URL is set: nobody is told outside of this program" }),
    expires_at: isoTime(session.expiresAt),
  };
}

/** Which watches of a list are asked for, besides by their id; each wish must hold. */
function wishesOf({ topic, device, name }: Arguments): ((watch: Watch) => boolean)[] {
  if (topic !== undefined) validateTopicFilter(topic);
  const wishes = [
    topic === undefined ? null : ({ target }: Watch) =>
      filtersOverlap(
        plainTopic(topic),
        plainTopic(isDeviceWatch(target) ? target.device : target.topic),
      ),
    device === undefined
      ? null
      : ({ target }: Watch) =>
        isDeviceWatch(target) && target.device.toLowerCase() === device.trim().toLowerCase(),
    name === undefined ? null : (watch: Watch) => watch.name === name.trim(),
  ];
  return wishes.filter((wish) => wish !== null);
}

/** What is told once, apart from what the rows of a result tell of their watches. */
function otherNews(session: Session, shown: readonly Watch[], { client }: ToolContext) {
  const notice = session.takeNotice(client.id, new Set(shown.map(({ id }) => id)));
  return notice === null ? {} : { notice };
}

function list(session: Session, args: Arguments, context: ToolContext) {
  const { core } = context;
  const { watch_id: watchId } = args;
  const wishes = wishesOf(args);
  const ofSession = core.watches.ofSession(session.id);
  const all = ofSession.filter((watch) =>
    (watchId === undefined || watch.id === watchId) && wishes.every((holds) => holds(watch))
  );
  const standing = all.filter(({ ended }) => ended === null);
  const met = all.filter((watch) => watch.met > 0);
  const facts = result([...standing, ...all.filter(({ ended }) => ended !== null)], {
    core,
    answer: all.length === 0
      ? ofSession.length === 0
        ? "Nothing is watched in this session"
        : `None of the watches of this session (${ofSession.length}) is like that; list alone shows all`
      : `${standing.length} of ${all.length} active, ${met.length} met${
        met.length === 0 ? "" : `: ${shownText(met.map(({ name }) => name).join(", "), 300)}`
      }`,
  });
  return { ...facts, ...otherNews(session, all, context) };
}

function result(watches: readonly Watch[], { core, answer }: { core: Core; answer: string }) {
  const rows = fitRows(watches.map(watchFacts));
  return {
    answer,
    watches: rows,
    ...(rows.length < watches.length &&
      { cut: `${rows.length} of ${watches.length} watches are shown; watch_id shows one` }),
    ...(core.notifier !== null && { notify_url: core.notifier.status }),
  };
}

function targetOf(args: Arguments): WatchTarget {
  const { topic, device, state, where, contains, changes, quiet_for: quiet, retained } = args;
  if ((topic === undefined) === (device === undefined)) {
    throw invalidArgument(
      topic === undefined
        ? "Cannot start a watch without a topic or a device"
        : "Cannot watch a topic and a device at once",
      'Give topic, e.g. "plant/+/alarm", or device with state "offline"; two watches for both',
    );
  }
  if (device !== undefined) {
    const hasCondition = where.length > 0 || contains !== undefined || changes !== undefined ||
      quiet !== undefined;
    if (hasCondition) throw misplaced("where, contains, changes and quiet_for", "topic");
    if (device.trim() === "") throw noDevice();
    if (/[\/+#]/.test(device)) validateTopicFilter(device);
    return { device, state: state ?? "offline", retained };
  }
  if (state !== undefined) throw misplaced("state", "device");
  validateTopicFilter(topic!);
  return {
    topic: topic!,
    where: where.map((one) => ({ ...one, value: one.value as JsonValue })),
    ...(contains !== undefined && { contains }),
    ...(changes !== undefined && { changes }),
    ...(quiet !== undefined && { quietFor: quiet }),
    retained,
  };
}

/** What only a start takes must not seem to choose among the watches there are. */
function refuseConditions(args: Arguments): void {
  const { action, where, contains, changes, quiet_for: quiet, state } = args;
  const given = Object.entries({
    where: where.length > 0 ? where : undefined,
    contains,
    changes,
    quiet_for: quiet,
    state,
  }).filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length === 0) return;
  throw invalidArgument(
    `Cannot ${action} watches by ${given.join(", ")}: that belongs to action start`,
    "Give watch_id, or with list a topic, device or name",
  );
}

function stoppedById(): OperationError {
  return invalidArgument(
    "Cannot tell which watch to stop: watch_id and topic, device or name were given",
    "Give watch_id alone",
  );
}

function misplaced(what: string, target: "topic" | "device"): OperationError {
  return invalidArgument(
    `Cannot start the watch: only a ${target} is watched by ${what}`,
    "Leave it out, or start a second watch for it",
  );
}

function noDevice(): OperationError {
  return invalidArgument(
    "Cannot watch a device without a name",
    "Give its name or topic, as check_devices tells it",
  );
}

function noWatchId(): OperationError {
  return invalidArgument(
    "Cannot stop a watch without its watch_id",
    "See the watch_id of each with action list",
  );
}

/** A session of the settings never ends, and neither would a watch in it. */
function standing(): OperationError {
  return notAllowed(
    "Cannot start a watch in this session: the operator's settings made it",
    "Connect with establish_connection and watch there",
  );
}

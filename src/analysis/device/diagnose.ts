import { deviceFilters } from "./filters.ts";
import type { DeviceDiagnosis, DeviceVerdict, ExpiringVerdict } from "./diagnosis.ts";
import type { Finding } from "./finding_shape.ts";
import { everyText, iso, previewOf } from "./evidence.ts";
import { unansweredCommands } from "./findings/orders/commands.ts";
import { fightingCommands } from "./findings/orders/fights.ts";
import { restartsNotDone } from "./findings/orders/restarts_asked.ts";
import { fallingCellVoltage } from "./findings/supply/cell_voltage.ts";
import { clientIdCollision, flapping, rebootLoop } from "./findings/reach/connection.ts";
import { reportedErrors } from "./findings/words/errors.ts";
import { bytesAmongTexts, unparseablePayloads } from "./findings/words/unparseable.ts";
import { type Detector, withoutExplained } from "./findings/finding.ts";
import { wrongClock } from "./findings/time/clock.ts";
import { emptyPacks } from "./findings/supply/empty_pack.ts";
import { chargesAmiss } from "./findings/supply/charges.ts";
import { chargesThoughOff, drawsMoreThanSet } from "./findings/supply/charges_unasked.ts";
import { chargeStandsDrawn } from "./findings/supply/standing_charge.ts";
import { behindItsTwins } from "./findings/likes/behind_twins.ts";
import { speaksByTurns } from "./findings/values/by_turns.ts";
import { defaultsTold } from "./findings/values/defaults_told.ts";
import { runaways } from "./findings/values/courses.ts";
import { partsWays } from "./findings/likes/parts_ways.ts";
import { ranOut } from "./findings/supply/run_out.ts";
import { raisedEvents } from "./findings/words/events.ts";
import { raisedFlags } from "./findings/flags/mod.ts";
import { failedReplies } from "./findings/orders/failed_replies.ts";
import { lostShares, poorShares } from "./findings/counts/lost_shares.ts";
import { lastResults } from "./findings/orders/last_results.ts";
import { gradedMessages } from "./findings/words/graded.ts";
import { lostFrames } from "./findings/reach/lorawan.ts";
import { greetingsAgain } from "./findings/reach/greets_again.ts";
import { messageLoops, switchFights } from "./findings/time/loops.ts";
import { startsTooOften } from "./findings/effects/short_cycles.ts";
import { switchesByItself } from "./findings/orders/switched_alone.ts";
import { endsOfScale, endsOfTypes } from "./findings/values/full_scale.ts";
import { filledInVain, ranDry, wateredInVain } from "./findings/effects/watered.ts";
import {
  neverReadPairs,
  neverReadProbes,
  neverReadRooms,
  neverReadSoils,
  powerWithoutCurrent,
} from "./findings/values/zero_pair.ts";
import {
  factorBeyondOne,
  powerBeyondCurrent,
  sumStandsBesidePhases,
} from "./findings/values/volt_amperes.ts";
import { packsWithoutVoltage } from "./findings/supply/pack_voltage.ts";
import { drivenInVain } from "./findings/effects/driven.ts";
import { frozenPosition, lostPosition, neverFound } from "./findings/values/lost_position.ts";
import { oldData } from "./findings/time/old_data.ts";
import {
  deadSiblings,
  emptiedDocuments,
  neverReadMeters,
  noReadings,
} from "./findings/values/no_reading.ts";
import { contradictedOffline } from "./findings/reach/offline_retained.ts";
import { duplicates, outOfOrder } from "./findings/time/order.ts";
import { badQuality } from "./findings/words/quality.ts";
import {
  discoveryNotRetained,
  ghostDiscovery,
  neverAvailable,
  retainedCommands,
  retainedStale,
} from "./findings/documents/retained.ts";
import { gaps, offlineLastWill, staleHeartbeat } from "./findings/reach/silence.ts";
import { fallingSupply } from "./findings/supply/falling_supply.ts";
import { rateChange } from "./findings/time/rate_change.ts";
import { growingBacklogs } from "./findings/counts/backlogs.ts";
import { stillParts } from "./findings/values/still_parts.ts";
import { frozenValues } from "./findings/values/frozen.ts";
import { growingCounts } from "./findings/counts/growing_counts.ts";
import { overflows } from "./findings/values/overflows.ts";
import { belowNothing, endedReadings } from "./findings/values/ended_readings.ts";
import { errorsInstead } from "./findings/words/errors_instead.ts";
import { silentChildren } from "./findings/reach/silent_children.ts";
import { neverReady } from "./findings/reach/never_ready.ts";
import { silentBranch } from "./findings/reach/silent_branch.ts";
import { flappingParts } from "./findings/reach/flapping_parts.ts";
import { beyondItsLimits } from "./findings/effects/beyond_limits.ts";
import { warmingColdStores } from "./findings/effects/cold_store.ts";
import { dwindling } from "./findings/counts/dwindling.ts";
import { saturatedLoops } from "./findings/effects/control_loops.ts";
import { heatsNoMore } from "./findings/effects/heats_no_more.ts";
import { impossiblePairs } from "./findings/effects/impossible_pairs.ts";
import { allNines } from "./findings/values/all_nines.ts";
import { raisedCodes } from "./findings/words/raised_codes.ts";
import { changedPlaces, levelShifts, noiseBegun, unitChanges } from "./findings/values/shifts.ts";
import { stuckMovers } from "./findings/effects/stuck_movers.ts";
import { countedTrips, toldTrips } from "./findings/counts/trips.ts";
import { agedParts, fewerParts } from "./findings/reach/fewer_parts.ts";
import { oddOnes } from "./findings/likes/odd_ones.ts";
import { goneParts } from "./findings/reach/gone_parts.ts";
import { leavesItsLike, partsDown } from "./findings/likes/leaves_its_like.ts";
import { oddSiblings } from "./findings/likes/siblings.ts";
import { unfilledTemplates } from "./findings/documents/unfilled.ts";
import { takenForAnother } from "./findings/words/taken_for_another.ts";
import { worsenedStates } from "./findings/words/state_words.ts";
import { scrambledKeys } from "./findings/documents/scrambled_keys.ts";
import { structureChanges } from "./findings/documents/structure.ts";
import { brokenTotals } from "./findings/counts/totals.ts";
import { strayingFromSetpoint } from "./findings/effects/setpoints.ts";
import { passesNoMore, sendsInVain } from "./findings/counts/standing_counts.ts";
import { standingTotals } from "./findings/counts/standing_totals.ts";
import { stillSensors } from "./findings/values/still_sensors.ts";
import { describedOtherwise } from "./findings/documents/described_otherwise.ts";
import { stillBesideTwins } from "./findings/likes/still_twins.ts";
import { leavesItsTwins } from "./findings/likes/leaves_twins.ts";
import { outliers, stuckValues } from "./findings/values/values.ts";
import { usedUp } from "./findings/supply/used_up.ts";
import { emptiedAtOnce } from "./findings/values/emptied_at_once.ts";
import { plainWords } from "./findings/words/plain_words.ts";
import { lowBattery } from "./findings/supply/battery.ts";
import { weakSignal } from "./findings/reach/signal.ts";
import { healthOf } from "./health.ts";
import { nearestNames } from "./naming/nearest.ts";
import { recentMessage } from "./recent.ts";
import { PREPARING, type Steps } from "./steps.ts";
import { inParts, messagesOf, topicsAsSpoken } from "./reading/told_in_parts.ts";
import { viewByThing } from "./reading/streams.ts";
import { asItsLikeDo } from "./findings/likes/with_its_like.ts";
import { type DeviceView, heardMs } from "./reading/view.ts";
import { changesIn } from "./changes.ts";
import { contradictions } from "./findings/likes/contradictions.ts";
import { vitalsOf } from "./vitals.ts";
import { withWrittenNames } from "./naming/written_names.ts";
import { rounded, sumOf } from "../../numbers.ts";
import { type Observation, viewOf } from "./reading/heard_view.ts";
import { connectionOf, hasLive, onlyLive, stateOf } from "./connection_state.ts";

const MAX_TOPICS = 60;
const RECENT_MESSAGES = 10;
const MAX_NAME_CHARS = 120;

/** A detector that judges each thing by its own numbers of which a topic speaks by turns. */
const byNumbers = (detector: Detector): Detector => (view) =>
  detector(viewByThing(view, "numbers"));
/** A detector that judges each of them by its own words. */
const byWords = (detector: Detector): Detector => (view) => detector(viewByThing(view, "words"));

const DETECTORS: readonly Detector[] = [
  offlineLastWill,
  clientIdCollision,
  rebootLoop,
  flapping,
  staleHeartbeat,
  byWords(reportedErrors),
  unparseablePayloads,
  bytesAmongTexts,
  scrambledKeys,
  structureChanges,
  byNumbers(stuckValues),
  byNumbers(frozenValues),
  byNumbers(outliers),
  duplicates,
  wrongClock,
  outOfOrder,
  gaps,
  rateChange,
  byNumbers(lowBattery),
  byNumbers(weakSignal),
  unansweredCommands,
  fightingCommands,
  restartsNotDone,
  retainedCommands,
  retainedStale,
  ghostDiscovery,
  discoveryNotRetained,
  describedOtherwise,
];

/** Detectors of causes: what they find stands beside all else, and nothing explains it. Of two that tell of one number the first does. */
const STANDING: readonly Detector[] = [
  (view) => view.families.flatMap((family) => family.ownFindings?.(view) ?? []),
  neverAvailable,
  byNumbers(flappingParts),
  errorsInstead,
  silentChildren,
  silentBranch,
  neverReady,
  byNumbers(lostShares),
  poorShares,
  failedReplies,
  lastResults,
  gradedMessages,
  lostFrames,
  contradictedOffline,
  byWords(raisedFlags),
  byWords(oddOnes),
  byNumbers(growingBacklogs),
  byNumbers(growingCounts),
  countedTrips,
  toldTrips,
  raisedEvents,
  byNumbers(badQuality),
  byNumbers(noReadings),
  byNumbers(neverReadPairs),
  byNumbers(neverReadProbes),
  byNumbers(neverReadRooms),
  byNumbers(neverReadSoils),
  byNumbers(powerWithoutCurrent),
  byNumbers(powerBeyondCurrent),
  byNumbers(factorBeyondOne),
  byNumbers(sumStandsBesidePhases),
  byNumbers(packsWithoutVoltage),
  byNumbers(endsOfScale),
  byNumbers(endsOfTypes),
  byNumbers(endedReadings),
  emptiedDocuments,
  unfilledTemplates,
  neverReadMeters,
  deadSiblings,
  byNumbers(brokenTotals),
  byNumbers(standingTotals),
  byNumbers(sendsInVain),
  byNumbers(passesNoMore),
  byNumbers(stillSensors),
  byNumbers(stillParts),
  byNumbers(stillBesideTwins),
  byNumbers(behindItsTwins),
  byNumbers(lostPosition),
  byNumbers(neverFound),
  byNumbers(frozenPosition),
  oldData,
  byNumbers(raisedCodes),
  byNumbers(allNines),
  byNumbers(unitChanges),
  byNumbers(oddSiblings),
  byNumbers(fallingSupply),
  byNumbers(levelShifts),
  byNumbers(changedPlaces),
  byNumbers(noiseBegun),
  byNumbers(emptiedAtOnce),
  byNumbers(stuckMovers),
  byNumbers(chargesAmiss),
  byNumbers(chargeStandsDrawn),
  byNumbers(chargesThoughOff),
  byNumbers((view) => drawsMoreThanSet(view)),
  byNumbers(drivenInVain),
  byNumbers(heatsNoMore),
  byNumbers(impossiblePairs),
  byNumbers(wateredInVain),
  ranDry,
  byNumbers(filledInVain),
  byNumbers(runaways),
  byNumbers(worsenedStates),
  byNumbers(dwindling),
  byNumbers(fallingCellVoltage),
  byNumbers(emptyPacks),
  byNumbers(ranOut),
  byNumbers(warmingColdStores),
  byNumbers(strayingFromSetpoint),
  byNumbers(saturatedLoops),
  byNumbers(beyondItsLimits),
  fewerParts,
  agedParts,
  byNumbers(belowNothing),
  byNumbers(overflows),
  byNumbers(leavesItsLike),
  byNumbers(leavesItsTwins),
  byNumbers(partsDown),
  byNumbers(partsWays),
  contradictions,
  speaksByTurns,
  defaultsTold,
  takenForAnother,
  messageLoops,
  switchFights,
  greetingsAgain,
  switchesByItself,
  startsTooOften,
];

/** Judges what was heard of a device, and tells all of it. Pure: the same observation gives the same diagnosis. */
export function* diagnose(observation: Observation): Steps<DeviceDiagnosis> {
  const { identity, listened } = observation;
  const view = yield* viewOf(observation);
  const { name, model, findings, also, ...verdict } = yield* judge(view);
  const heard = view.topics.length > 0;
  const { why } = healthOf(findings, { heard });
  const { traces, untraced } = observation;
  const live = sumOf(traces, (trace) => trace.live) + untraced.live;
  const retained = sumOf(traces, (trace) => trace.retained) + untraced.retained;
  const { nowMs } = observation;
  const heardSeconds = heardMs(view, nowMs - listened.seconds * 1000, nowMs) / 1000;
  const warnings = [...repeatedKeysOf(view), ...guessedOf(view)];
  const nearest = heard ? [] : yield* nearestNames(identity.deviceId, {
    topics: observation.strangers,
    names: identity.others,
  });
  return {
    device_id: identity.deviceId,
    ...(name === undefined ? {} : { name }),
    ...(model === undefined ? {} : { model }),
    topics: topicsOf(view),
    topic_count: traces.length + untraced.topics,
    convention: verdict.convention,
    also,
    connection: connectionOf(view, findings),
    health: verdict.health,
    health_why: why,
    findings,
    changes: changesIn(view, findings),
    ...(warnings.length > 0 ? { warnings } : {}),
    vitals: verdict.vitals,
    recent_messages: recentOf(view),
    messages_per_minute: heardSeconds > 0 ? Math.round((live / heardSeconds) * 600) / 10 : 0,
    messages: { live, retained, all: observation.heard },
    nearest,
    advice: adviceOf({ observation, view, nearest }),
  };
}

/** Judges what was heard of a device, as {@linkcode diagnose} does. Pure. */
export function* verdictOn(observation: Observation): Steps<ExpiringVerdict> {
  const view = yield* viewOf(observation);
  const { also: _, ...verdict } = yield* judge(view);
  return { verdict, expiresAtMs: view.expiry.atMs };
}

type Judged = DeviceVerdict & Pick<DeviceDiagnosis, "also">;

function* judge(view: DeviceView): Steps<Judged> {
  const { identity } = view;
  const heard = view.topics.length > 0;
  const first = yield* foundBy(DETECTORS, view);
  const standing = yield* foundBy(STANDING, view);
  standing.push(...goneParts(view, [...first, ...standing]));
  standing.push(...usedUp(viewByThing(view, "numbers"), [...first, ...standing]));
  standing.push(...plainWords(viewByThing(view, "words"), [...first, ...standing]));
  const findings = inParts(
    withWrittenNames(asItsLikeDo(withoutExplained(first, standing), view), view),
    view,
  );
  const { health } = healthOf(findings, { heard });
  const families = view.families.map((family) => family.name);
  return {
    ...(identity.name !== undefined && identity.name !== identity.deviceId
      ? { name: identity.name.slice(0, MAX_NAME_CHARS) }
      : {}),
    ...(identity.model === undefined ? {} : { model: identity.model.slice(0, MAX_NAME_CHARS) }),
    convention: families[0] ?? (heard ? "generic" : "unknown"),
    also: families.slice(1),
    connection: { state: stateOf(view, findings).state },
    health,
    findings,
    vitals: vitalsOf(view),
  };
}

function* foundBy(detectors: readonly Detector[], view: DeviceView): Steps<Finding[]> {
  const found: Finding[] = [];
  for (const detector of detectors) {
    found.push(...detector(view));
    yield PREPARING;
  }
  return found;
}

function topicsOf(view: DeviceView): DeviceDiagnosis["topics"] {
  const spoken = view.topics.flatMap((topic) =>
    topicsAsSpoken(topic.trace).map((trace) => ({ topic, trace }))
  ).sort((a, b) => a.trace.topic < b.trace.topic ? -1 : 1);
  return spoken.slice(0, MAX_TOPICS).map(({ topic, trace }) => {
    const last = trace.samples().at(-1);
    return {
      topic: trace.topic,
      role: topic.role,
      messages: trace.live + trace.retained,
      retained: trace.retained,
      last_seen: iso(trace.lastAt),
      ...(topic.rhythm?.even
        ? { interval: everyText(topic.intervals.map((interval) => interval.lengthMs)) }
        : {}),
      preview: last === undefined ? "" : previewOf(last, 80),
    };
  });
}

const MAX_WARNINGS = 5;

/** Topics whose objects hold a key twice: what is judged here is the last of each. */
function repeatedKeysOf(view: DeviceView): string[] {
  const warnings: string[] = [];
  for (const { topic, readings } of view.topics) {
    const key = readings.find(({ sample }) => sample.decoded?.repeatedKey !== undefined)
      ?.sample.decoded?.repeatedKey;
    if (key === undefined) continue;
    warnings.push(
      `Keys stand twice in one object on "${topic}", as ${JSON.stringify(key)} does: only the ` +
        "last value of each is judged, and readers disagree which one counts",
    );
    if (warnings.length === MAX_WARNINGS) break;
  }
  return warnings;
}

/** Topics whose bytes are read as what they fit, though nothing in them says that they are. */
function guessedOf(view: DeviceView): string[] {
  return view.topics.filter(({ readings }) =>
    readings.some(({ sample }) =>
      sample.sent !== undefined && sample.decoded?.certainty === "guess"
    )
  ).slice(0, MAX_WARNINGS).map(({ topic }) =>
    `All messages on "${topic}" are read as Cayenne LPP, which they fit to the last byte; nothing in them says that they are`
  );
}

function recentOf(view: DeviceView): DeviceDiagnosis["recent_messages"] {
  const samples = view.topics.filter((topic) => topic.role !== "discovery")
    .flatMap((topic) => topic.readings.slice(-RECENT_MESSAGES))
    .flatMap(({ sample }) => messagesOf(sample));
  // Live ones tell what happens; a retained replay only fills what is left.
  const live = samples.filter(({ retain }) => !retain).sort((a, b) => a.at - b.at);
  const retained = samples.filter(({ retain }) => retain);
  const shown = live.slice(-RECENT_MESSAGES);
  return [...retained.slice(0, RECENT_MESSAGES - shown.length), ...shown]
    .map(recentMessage);
}

function adviceOf(
  o: {
    observation: Observation;
    view: DeviceView;
    nearest: readonly { name: string; topic: string }[];
  },
): string[] {
  const { observation, view, nearest } = o;
  const { deviceId, isFilter } = observation.identity;
  const seconds = rounded(observation.listened.seconds, 1);
  if (view.topics.length > 0) {
    if (view.lastHeardMs !== null || view.nowMs - view.startedAtMs >= 600_000) return [];
    const what = hasLive(view)
      ? `Live came only ${onlyLive(view)} in ${seconds} s, none of its values`
      : observation.untraced.live > 0
      ? `On the ${view.topics.length} topics that are read nothing came live in ${seconds} s`
      : `Nothing came live in ${seconds} s; only retained messages were seen`;
    return [`${what}. Listen longer (duration) if the device reports rarely.`];
  }
  const advice = [
    `Listened ${seconds} s to ${
      deviceFilters(deviceId).slice(0, 3).map((filter) => `"${filter}"`).join(", ")
    }: ${observation.heard} messages, none of "${deviceId}" in a topic${
      isFilter ? "" : ", a discovery document or a payload's ids"
    }.`,
  ];
  if (observation.heard === 0) {
    advice.push(
      "No device at all was heard: check with test_connection that this is the right broker and that this login may subscribe.",
    );
  } else if (nearest.length > 0) {
    advice.push(
      `Try one of the nearest names: ${nearest.map((one) => `"${one.name}"`).join(", ")}.`,
    );
  } else {advice.push(
      "See with list_topics what is on this broker, and ask again with a name or a topic filter from it.",
    );}
  advice.push(
    "If the device reports rarely, listen longer (duration), or start record_topics and ask query_history later.",
  );
  if (observation.listened.gaps.length > 0) {
    advice.push("The connection was interrupted while listening; ask again.");
  }
  return advice;
}

/** All devices that recordings know, judged for whoever looks: once for all of them, and only while somebody does. */
import { isoTime } from "../iso_time.ts";
import { Pauses } from "../collect/pauses.ts";
import type { Core } from "../core.ts";
import { OperationError } from "../errors.ts";
import { log } from "../log.ts";
import { secretsAreShown } from "../payload/secrets.ts";
import { withoutLogins } from "../redact.ts";
import { type FleetFacts, StandingFleet } from "../tools/check_fleet.ts";
import { shownText, withShownTexts } from "../tools/shown_text.ts";
import type { DeviceFacts, DevicesFacts } from "./shapes/devices.ts";
import type { LiveEvent } from "./shapes/live.ts";
import type { BrokerNames } from "./broker_names.ts";
import { type DeviceSource, deviceSources } from "./device_sources.ts";

type DevicesEvent = LiveEvent & { type: "devices" };

const MOST_DEVICES = 2_000;
const SHOWN_CHARS = 400;
const ANSWER_CHARS = 1_500;
const MOST_PROBLEMS = 50;
/** Judging begins at most this often. */
const EVERY_MS = 3_000;
/** However many devices there are, judging them takes no more than this share of the time. */
const LARGEST_SHARE = 0.2;
const LOOK_AGAIN_MS = 1_000;
/** Where nothing comes, silence is judged this often. */
const SILENCE_MS = 15_000;
/** What is held for judging again is forgotten when nobody has looked for so long. */
const HELD_MS = 60_000;
/** What is older is not shown to somebody who begins to look. */
const STALE_MS = 20_000;

interface Judged {
  readonly facts: DevicesFacts;
  /** By id, as JSON: what has changed since is seen by comparing. */
  readonly texts: ReadonlyMap<string, string>;
  readonly version: number;
  readonly endedAt: number;
}

/** A source with what was judged of it; null where nothing is recorded any more. */
interface JudgedSource {
  readonly source: DeviceSource;
  readonly facts: FleetFacts | null;
}

/** A device as viewers are told of it. */
interface Tile {
  /** What it was made from. */
  readonly from: string;
  readonly facts: DeviceFacts;
  /** As JSON. */
  readonly text: string;
}

/** The devices of all brokers of a core. Costs nothing while nobody asks. */
export class DeviceBoard {
  readonly #core: Core;
  readonly #names: BrokerNames;
  readonly #tick: () => number;
  readonly #signal: AbortSignal;
  /** By session and what is heard of it. */
  #fleets = new Map<string, StandingFleet>();
  #tiles = new Map<string, Tile>();
  #looked = false;
  #forgetting: ReturnType<typeof setInterval> | null = null;
  #judged: Judged | null = null;
  #running: Promise<Judged> | null = null;
  #heard = "";
  #nextAt = 0;
  /** The event that leads from the version before to this one, and the one that leads to it from nothing. */
  #change: string | null = null;
  #whole: string | null = null;

  /** `signal` ends it; `tick`: a clock in milliseconds that never goes back. */
  constructor(core: Core, o: { names: BrokerNames; signal: AbortSignal; tick?: () => number }) {
    this.#core = core;
    this.#names = o.names;
    this.#signal = o.signal;
    this.#tick = o.tick ?? (() => performance.now());
    o.signal.addEventListener("abort", () => this.#forget(), { once: true });
  }

  /** Counts up each time the devices were judged and anything has changed; 0: never so far. */
  get version(): number {
    return this.#judged?.version ?? 0;
  }

  /** The devices as they were judged a few seconds ago at most. */
  async facts(): Promise<DevicesFacts> {
    this.#look();
    const judged = this.#judged;
    if (this.#running === null && judged !== null && this.#tick() < this.#nextAt) {
      return judged.facts;
    }
    return (await this.#judge()).facts;
  }

  /** Judges anew where it is time to. Never throws. */
  refresh(): void {
    this.#look();
    if (this.#running !== null || this.#tick() < this.#nextAt || this.#signal.aborted) return;
    const quietMs = this.#tick() - (this.#judged?.endedAt ?? -Infinity);
    if (quietMs < SILENCE_MS && this.#stateOfRecordings() === this.#heard) {
      this.#nextAt = this.#tick() + LOOK_AGAIN_MS;
      return;
    }
    this.#judge().catch(() => {});
  }

  /**
   * The event, as JSON, for a viewer that has seen a version: what has changed since, or all of it. Null while there is
   * nothing to tell.
   */
  eventSince(version: number): string | null {
    const judged = this.#judged;
    if (judged === null || version === judged.version) return null;
    if (version === judged.version - 1 && this.#change !== null) return this.#change;
    if (this.#tick() - judged.endedAt > Math.max(STALE_MS, this.#nextAt - judged.endedAt)) {
      return null;
    }
    return this.#whole ??= JSON.stringify(wholeOf(judged));
  }

  #judge(): Promise<Judged> {
    return this.#running ??= this.#judgeAll().finally(() => this.#running = null);
  }

  async #judgeAll(): Promise<Judged> {
    const startedAt = this.#tick();
    this.#heard = this.#stateOfRecordings();
    try {
      const sources = deviceSources(this.#core, this.#names);
      const keys = new Set(sources.map(keyOf));
      for (const key of this.#fleets.keys()) if (!keys.has(key)) this.#fleets.delete(key);
      const known = new Set(
        this.#judged?.facts.brokers.filter(({ listened }) => listened !== null)
          .map(({ session_id }) => session_id),
      );
      const isKnown = ({ session, recorded }: DeviceSource) =>
        recorded.length === 0 || known.has(session.id);
      const judged = new Map<DeviceSource, FleetFacts | null>();
      for (const source of sources.toSorted((a, b) => Number(isKnown(b)) - Number(isKnown(a)))) {
        // The first look at a broker may take long: what is known of others is told before.
        if (!isKnown(source) && judged.size > 0) await this.#tell(sources, judged);
        judged.set(source, await this.#factsOf(source));
        this.#signal.throwIfAborted();
      }
      return await this.#tell(sources, judged);
    } catch (error) {
      if (!this.#signal.aborted) {
        log("monitor").error("Bug: judging the devices failed: {error}", { error });
      }
      throw error;
    } finally {
      const endedAt = this.#tick();
      this.#nextAt = endedAt + Math.max(EVERY_MS, (endedAt - startedAt) / LARGEST_SHARE);
    }
  }

  async #tell(
    sources: readonly DeviceSource[],
    facts: ReadonlyMap<DeviceSource, FleetFacts | null>,
  ): Promise<Judged> {
    const judged = sources.filter((source) => facts.has(source))
      .map((source) => ({ source, facts: facts.get(source) ?? null }));
    const tiles = await this.#tilesOf(judged);
    return this.#take(factsOf(judged, tiles, this.#core.now()), tiles);
  }

  async #factsOf(source: DeviceSource): Promise<FleetFacts | null> {
    if (source.recorded.length === 0) return null;
    try {
      return await this.#fleetOf(source).check();
    } catch (error) {
      // the recording, or the session, has ended meanwhile
      if (error instanceof OperationError && !this.#signal.aborted) return null;
      throw error;
    }
  }

  #fleetOf(source: DeviceSource): StandingFleet {
    const { session, filters } = source;
    const key = keyOf(source);
    let fleet = this.#fleets.get(key);
    if (fleet === undefined) {
      fleet = new StandingFleet(session, {
        core: this.#core,
        signal: this.#signal,
        pattern: "#",
        ...(filters !== undefined && { filters }),
      });
      this.#fleets.set(key, fleet);
    }
    return fleet;
  }

  /** Notes that somebody looks: what judging again rests on is held until nobody does. */
  #look(): void {
    this.#looked = true;
    if (this.#signal.aborted) return;
    this.#forgetting ??= setInterval(() => {
      if (this.#looked) this.#looked = false;
      else this.#forget();
    }, HELD_MS);
  }

  #forget(): void {
    if (this.#forgetting !== null) clearInterval(this.#forgetting);
    this.#forgetting = null;
    this.#fleets = new Map();
    this.#tiles = new Map();
  }

  /** All devices, in order; those that are as before are not made again. */
  async #tilesOf(judged: readonly JudgedSource[]): Promise<Tile[]> {
    const pauses = new Pauses();
    const tiles: Tile[] = [];
    for (const { source, facts } of judged) {
      for (const device of facts?.everyDevice ?? []) {
        if (pauses.due) await pauses.take();
        const from = JSON.stringify(device) + source.broker;
        const known = this.#tiles.get(idOf(source, device));
        tiles.push(known?.from === from ? known : tileOf(device, { source, from }));
      }
    }
    // Of one broker they are in order already.
    if (judged.length > 1) tiles.sort(({ facts: a }, { facts: b }) => bySickness(a, b));
    this.#tiles = new Map(tiles.map((tile) => [tile.facts.id, tile]));
    return tiles.slice(0, MOST_DEVICES);
  }

  #take(facts: DevicesFacts, tiles: readonly Tile[]): Judged {
    const before = this.#judged;
    const texts = new Map(tiles.map((tile) => [tile.facts.id, tile.text]));
    const version = (before?.version ?? 0) + 1;
    const judged = { facts, texts, version, endedAt: this.#tick() };
    this.#judged = judged;
    this.#whole = null;
    this.#change = before === null ? null : JSON.stringify(changeOf(before, judged));
    return judged;
  }

  /** Changes with each message that is recorded, and when sessions come, go or lose their broker. */
  #stateOfRecordings(): string {
    return deviceSources(this.#core, this.#names).map(({ session, broker, recorded }) =>
      [
        session.id,
        session.state,
        broker,
        recorded.length,
        this.#core.recordings.logOf(session.id)?.total ?? 0,
      ].join(" ")
    ).join("\n");
  }
}

function wholeOf({ facts }: Judged): DevicesEvent {
  const { truncated: _, ...rest } = facts;
  return { type: "devices", reset: true, ...rest, order: facts.devices.map(({ id }) => id) };
}

function changeOf(before: Judged, after: Judged): DevicesEvent {
  const { truncated: _, ...rest } = after.facts;
  const order = [...after.texts.keys()];
  const isSameOrder = before.texts.size === order.length &&
    [...before.texts.keys()].every((id, i) => id === order[i]);
  return {
    type: "devices",
    reset: false,
    ...rest,
    devices: after.facts.devices.filter(({ id }) => before.texts.get(id) !== after.texts.get(id)),
    ...(!isSameOrder && { order }),
  };
}

const CONDITIONS = ["sick", "affected", "unknown", "healthy"];
const SEVERITIES = ["critical", "error", "warning", "info"];

function factsOf(
  judged: readonly JudgedSource[],
  tiles: readonly Tile[],
  nowMs: number,
): DevicesFacts {
  const reports = judged.flatMap(({ source, facts }) => facts === null ? [] : [{ source, facts }]);
  const devices = tiles.map(({ facts }) => facts);
  const summary = summed(reports.map(({ facts }) => facts.summary));
  return {
    answer: shownText(withoutLogin(answerOf(reports)), ANSWER_CHARS),
    judged_at: isoTime(nowMs),
    summary,
    devices,
    truncated: summary.devices > devices.length,
    problems: reports.flatMap(({ source, facts }) =>
      facts.problems.map((problem) => ({
        ...shown({ ...problem, topics: [...problem.topics], devices: [...problem.devices] }),
        broker: source.broker,
      }))
    ).slice(0, MOST_PROBLEMS),
    brokers: judged.map(({ source, facts }) => ({
      session_id: source.session.id,
      broker: source.broker,
      url: source.url,
      status: source.session.state,
      recorded: facts === null ? [] : [...source.recorded],
      records_all: facts !== null && source.filters === undefined,
      listened: facts === null ? null : listenedOf(facts),
      cut: [...facts?.cut ?? []],
    })),
  };
}

function keyOf({ session, filters }: DeviceSource): string {
  return JSON.stringify([session.id, filters]);
}

function idOf({ session }: DeviceSource, { device }: FleetFacts["everyDevice"][number]): string {
  return `${session.id} ${device}`;
}

function tileOf(
  device: FleetFacts["everyDevice"][number],
  { source, from }: { source: DeviceSource; from: string },
): Tile {
  const facts: DeviceFacts = {
    ...shown({ ...device, findings: [...device.findings] }),
    // What is asked with stays whole.
    device: device.device,
    id: idOf(source, device),
    session_id: source.session.id,
    broker: source.broker,
  };
  return { from, facts, text: JSON.stringify(facts) };
}

function bySickness(a: DeviceFacts, b: DeviceFacts): number {
  return CONDITIONS.indexOf(a.condition) - CONDITIONS.indexOf(b.condition) ||
    SEVERITIES.indexOf(a.severity ?? "info") - SEVERITIES.indexOf(b.severity ?? "info") ||
    (a.health ?? 0) - (b.health ?? 0) || (a.id < b.id ? -1 : 1);
}

function summed(summaries: readonly DevicesFacts["summary"][]): DevicesFacts["summary"] {
  const all = {
    devices: 0,
    sick: 0,
    affected: 0,
    offline: 0,
    sleeping: 0,
    healthy: 0,
    unknown: 0,
  };
  for (const summary of summaries) {
    for (const key of Object.keys(all) as (keyof typeof all)[]) all[key] += summary[key];
  }
  return all;
}

function answerOf(reports: readonly { source: DeviceSource; facts: FleetFacts }[]): string {
  if (reports.length === 0) return "No device is known: nothing is recorded";
  if (reports.length === 1) return reports[0].facts.answer;
  return reports.map(({ source, facts }) => `${source.broker}: ${facts.answer}`).join(". ");
}

function listenedOf({ listened }: FleetFacts): { from: string; to: string; gaps: number } {
  const { from, to, gaps } = listened as { from: string; to: string; gaps?: readonly unknown[] };
  return { from, to, gaps: gaps?.length ?? 0 };
}

/** What strangers wrote cut to what anybody reads, and without logins. */
function shown<T extends object>(facts: T): T {
  const cut = withShownTexts(facts, SHOWN_CHARS);
  return JSON.stringify(cut).includes("://") ? withoutLogin(cut) : cut;
}

function withoutLogin<T>(value: T): T {
  return secretsAreShown() ? value : withoutLogins(value);
}

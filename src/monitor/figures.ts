import { formatAuthority } from "../mqtt/connection_string.ts";
import type { Session } from "../session/session.ts";
import type { CallsOfMoment } from "./activity.ts";
import type { Stats } from "./shapes/overview.ts";
import type { MinuteFigures, SessionMinute } from "./history.ts";
import { rounded, sumOf } from "../numbers.ts";

const MEBIBYTE = 1024 * 1024;
const SECONDS_KEPT = 600;
const SPARKLINE_SECONDS = 60;
const MOST_SESSIONS = 20;
/** A plot is no wider than this many points. */
const MOST_POINTS = 1_500;

/** What is measured each second. */
export interface Sample {
  /** In ms since the epoch. */
  readonly at: number;
  /** The same on a clock that nobody sets: a rate must not be divided by what the time of day was put forward or back. */
  readonly tick: number;
  readonly sessions: readonly Pick<Session, "id" | "broker" | "counts" | "state">[];
  readonly calls: CallsOfMoment;
  readonly memory: { readonly rss: number; readonly heapUsed: number };
}

/** Figures of one second, of all sessions and of each. */
interface Second extends CallsOfMoment {
  readonly at: number;
  /** Seconds since the sample before: the timer may be late. */
  readonly lasted: number;
  readonly messages: number;
  readonly bytes: number;
  readonly published: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly sessionsOpen: number;
  readonly sessions: ReadonlyMap<string, { messages: number; bytes: number }>;
}

const RANGES = {
  "10m": { seconds: 600 },
  "1h": { seconds: 3_600 },
  "6h": { seconds: 6 * 3_600 },
  "24h": { seconds: 24 * 3_600 },
  "7d": { seconds: 7 * 24 * 3_600 },
  "30d": { seconds: 30 * 24 * 3_600 },
} as const;

/** Figures over time: the last ten minutes by the second, and minutes for the history. */
export class Figures {
  readonly #onMinute: (minute: MinuteFigures) => void;
  readonly #labels = new Map<string, string>();
  readonly #counted = new Map<string, { messages: number; bytes: number; published: number }>();
  readonly #lostSince = new Map<string, number>();
  #seconds: Second[] = [];
  #minute: Second[] = [];
  #lastTick: number;

  constructor(options: { onMinute: (minute: MinuteFigures) => void; startTick: number }) {
    this.#onMinute = options.onMinute;
    this.#lastTick = options.startTick;
  }

  /** Takes the sample of a second. */
  take(sample: Sample): void {
    const sessions = new Map<string, { messages: number; bytes: number }>();
    let messages = 0, bytes = 0, published = 0;
    for (const { id, broker, counts, state } of sample.sessions) {
      if (state === "connected") this.#lostSince.delete(id);
      else if (!this.#lostSince.has(id)) this.#lostSince.set(id, sample.at);
      const before = this.#counted.get(id) ?? { messages: 0, bytes: 0, published: 0 };
      const since = {
        messages: Math.max(0, counts.messagesReceived - before.messages),
        bytes: Math.max(0, counts.bytesReceived - before.bytes),
      };
      messages += since.messages;
      bytes += since.bytes;
      published += Math.max(0, counts.messagesPublished - before.published);
      sessions.set(id, since);
      this.#counted.set(id, {
        messages: counts.messagesReceived,
        bytes: counts.bytesReceived,
        published: counts.messagesPublished,
      });
      this.#labels.set(id, `${broker.name ?? formatAuthority(broker)} (${id.slice(0, 8)})`);
    }
    const second: Second = {
      ...sample.calls,
      at: sample.at,
      lasted: Math.max(0.001, (sample.tick - this.#lastTick) / 1000),
      messages,
      bytes,
      published,
      rssMb: rounded(sample.memory.rss / MEBIBYTE, 1),
      heapMb: rounded(sample.memory.heapUsed / MEBIBYTE, 1),
      sessionsOpen: sample.sessions.length,
      sessions,
    };
    this.#lastTick = sample.tick;
    // a plot's time only goes on: after a clock was put back, what it says was later is left out
    const last = this.#seconds.at(-1);
    if (last !== undefined && last.at >= sample.at) {
      this.#seconds = this.#seconds.filter(({ at }) => at < sample.at);
    }
    this.#seconds.push(second);
    if (this.#seconds.length > SECONDS_KEPT) this.#seconds.shift();
    if (this.#minute.length > 0 && minuteOf(this.#minute[0].at) !== minuteOf(sample.at)) {
      this.flushMinute();
    }
    this.#minute.push(second);
    this.#forgetEnded();
  }

  /** Gives the minute under way away, e.g. before the process ends. */
  flushMinute(): void {
    if (this.#minute.length === 0) return;
    this.#onMinute(this.#sum(this.#minute));
    this.#minute = [];
  }

  /** Messages and bytes per second at last, of one session or of all. */
  rate(sessionId?: string): { messages: number; bytes: number } {
    const last = this.#seconds.at(-1);
    if (last === undefined) return { messages: 0, bytes: 0 };
    const counts = sessionId === undefined ? last : last.sessions.get(sessionId);
    if (counts === undefined) return { messages: 0, bytes: 0 };
    return {
      messages: rounded(counts.messages / last.lasted, 1),
      bytes: rounded(counts.bytes / last.lasted, 1),
    };
  }

  /** When a session was first seen not to be connected, in ms since the epoch; null while it is. */
  lostSince(sessionId: string): number | null {
    return this.#lostSince.get(sessionId) ?? null;
  }

  /** Messages of a session in each of the last 60 seconds, oldest first. */
  sparkline(sessionId: string): number[] {
    const values = this.#seconds.slice(-SPARKLINE_SECONDS)
      .map((second) => second.sessions.get(sessionId)?.messages ?? 0);
    return [...new Array(SPARKLINE_SECONDS - values.length).fill(0), ...values];
  }

  /** Calls of the last minute. */
  callsOfLastMinute(): { calls: number; meanMs: number | null } {
    let calls = 0, sumMs = 0;
    for (const second of this.#seconds.slice(-60)) {
      calls += second.calls;
      sumMs += second.sumMs;
    }
    return { calls, meanMs: calls === 0 ? null : rounded(sumMs / calls, 1) };
  }

  /** Columns to plot. `minutesSince` reads the minutes that were stored. */
  stats(
    range: keyof typeof RANGES,
    options: { nowMs: number; minutesSince: (sinceMs: number) => MinuteFigures[] },
  ): Stats {
    const { seconds } = RANGES[range];
    if (range === "10m") {
      return columns(range, 1, this.#seconds.map((second) => this.#sum([second])));
    }
    const minutes = options.minutesSince(options.nowMs - seconds * 1000);
    if (this.#minute.length > 0) {
      const now = this.#sum(this.#minute);
      minutes.splice(0, minutes.length, ...minutes.filter(({ at }) => at < now.at), now);
    }
    const perPoint = Math.ceil(seconds / 60 / MOST_POINTS);
    return columns(range, perPoint * 60, perPoint === 1 ? minutes : grouped(minutes, perPoint));
  }

  #sum(seconds: readonly Second[]): MinuteFigures {
    const at = seconds.length === 1 ? seconds[0].at : minuteOf(seconds[0].at) * 60_000;
    const parts = seconds.map(({ lasted, sumMs, maxMs, sessions, ...second }) => ({
      ...second,
      seconds: lasted,
      callMsSum: sumMs,
      callMsMax: maxMs,
      sessions: [...sessions].map(([id, counts]) => ({
        id,
        label: this.#labels.get(id) ?? id.slice(0, 8),
        ...counts,
      })),
    }));
    return together(at, parts);
  }

  #forgetEnded(): void {
    if (this.#counted.size <= 4 * MOST_SESSIONS) return;
    const known = new Set(this.#seconds.flatMap((second) => [...second.sessions.keys()]));
    for (const id of this.#counted.keys()) {
      if (known.has(id)) continue;
      this.#counted.delete(id);
      this.#labels.delete(id);
    }
  }
}

function grouped(minutes: readonly MinuteFigures[], size: number): MinuteFigures[] {
  const groups = new Map<number, MinuteFigures[]>();
  for (const minute of minutes) {
    const key = Math.floor(minute.at / 60_000 / size);
    const group = groups.get(key);
    if (group) group.push(minute);
    else groups.set(key, [minute]);
  }
  return [...groups].map(([key, group]) => together(key * size * 60_000, group));
}

/** The figures of several moments as those of one. */
function together(at: number, parts: readonly MinuteFigures[]): MinuteFigures {
  const sessions = new Map<string, SessionMinute>();
  for (const one of parts.flatMap((part) => part.sessions)) {
    const sum = sessions.get(one.id);
    sessions.set(one.id, {
      ...one,
      messages: (sum?.messages ?? 0) + one.messages,
      bytes: (sum?.bytes ?? 0) + one.bytes,
    });
  }
  return {
    at,
    seconds: rounded(sumOf(parts, (part) => part.seconds), 1),
    messages: sumOf(parts, (part) => part.messages),
    bytes: sumOf(parts, (part) => part.bytes),
    published: sumOf(parts, (part) => part.published),
    calls: sumOf(parts, (part) => part.calls),
    errors: sumOf(parts, (part) => part.errors),
    callMsSum: sumOf(parts, (part) => part.callMsSum),
    callMsMax: Math.max(...parts.map((part) => part.callMsMax)),
    rssMb: Math.max(...parts.map((part) => part.rssMb)),
    heapMb: Math.max(...parts.map((part) => part.heapMb)),
    sessionsOpen: parts[parts.length - 1].sessionsOpen,
    sessions: busiest([...sessions.values()]),
  };
}

function columns(range: string, stepS: number, points: readonly MinuteFigures[]): Stats {
  const perSecond = (value: number, point: MinuteFigures) =>
    rounded(value / Math.max(0.001, point.seconds), 1);
  const labels = new Map<string, { label: string; messages: number }>();
  for (const { id, label, messages } of points.flatMap((point) => point.sessions)) {
    labels.set(id, { label, messages: (labels.get(id)?.messages ?? 0) + messages });
  }
  const shown = [...labels].sort(([, a], [, b]) => b.messages - a.messages).slice(0, MOST_SESSIONS);
  return {
    range,
    step_s: stepS,
    at: points.map((point) => Math.round(point.at / 100) / 10),
    messages_per_second: points.map((point) => perSecond(point.messages, point)),
    bytes_per_second: points.map((point) => perSecond(point.bytes, point)),
    published_per_second: points.map((point) => perSecond(point.published, point)),
    calls: points.map((point) => point.calls),
    errors: points.map((point) => point.errors),
    call_ms_mean: points.map((point) =>
      point.calls === 0 ? null : rounded(point.callMsSum / point.calls, 1)
    ),
    call_ms_max: points.map((point) => point.calls === 0 ? null : rounded(point.callMsMax, 1)),
    rss_mb: points.map((point) => point.rssMb),
    heap_mb: points.map((point) => point.heapMb),
    sessions_open: points.map((point) => point.sessionsOpen),
    sessions: shown.map(([id, { label }]) => {
      const mine = points.map((point) => point.sessions.find((session) => session.id === id));
      return {
        session_id: id,
        label,
        messages_per_second: mine.map((one, i) => one ? perSecond(one.messages, points[i]) : null),
        bytes_per_second: mine.map((one, i) => one ? perSecond(one.bytes, points[i]) : null),
      };
    }),
  };
}

function busiest(sessions: SessionMinute[]): SessionMinute[] {
  return sessions.sort((a, b) => b.messages - a.messages).slice(0, MOST_SESSIONS);
}

function minuteOf(atMs: number): number {
  return Math.floor(atMs / 60_000);
}

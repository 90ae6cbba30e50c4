import type { InboundMessage } from "../../src/mqtt/message.ts";
import { Random } from "./random.ts";
import { askedName, type Draft, type FamilyName, shapeOf, type Values } from "./shapes.ts";

/** A device's traffic with the truth about it. */
export interface Scenario {
  readonly family: FamilyName;
  readonly faults: readonly string[];
  readonly deviceId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly messages: readonly InboundMessage[];
  /** How the healthy part behaves, for reading a failure. */
  readonly note: string;
}

interface Timed extends Draft {
  at: number;
  retain?: boolean;
  dup?: boolean;
}

/** Which faults a family can show, by what its messages carry. */
export function faultsOf(family: FamilyName): string[] {
  const shape = shapeOf(family, { name: "any one", variant: 0, address: "a1b2c3d4e5f6" });
  const faults = [
    "stale_heartbeat",
    "reported_error",
    "stuck_value",
    "outlier",
    "mixed_types",
    "rate_change",
    "gap",
    "command_without_reply",
    "weak_signal",
    "duplicate_messages",
  ];
  if (shape.online() !== null) faults.push("offline_last_will", "flapping", "client_id_collision");
  if (shape.hasUptime) faults.push("reboot_loop");
  if (shape.hasBattery) faults.push("low_battery");
  if (shape.isDocument || family === "tasmota" || family === "shelly_gen2") {
    faults.push("schema_drift", "unparseable_payload");
  }
  if (shape.hasTimestamps) faults.push("clock_skew");
  if (shape.hasTimestamps && family !== "sparkplug_b") faults.push("retained_stale");
  if (
    shape.hasTimestamps && family !== "tasmota" && family !== "shelly_gen2" || shape.hasSequence
  ) faults.push("out_of_order");
  if (family !== "aws_shadow" && family !== "sparkplug_b") faults.push("retained_command");
  if (family === "home_assistant") faults.push("ghost_discovery", "discovery_not_retained");
  return faults;
}

/** Faults that leave no room for one another in one device's traffic. */
const CLASHES = [
  ["ghost_discovery", "*"],
  ["offline_last_will", "stale_heartbeat"],
  ["rate_change", "gap"],
  ["rate_change", "stale_heartbeat"],
  ["rate_change", "flapping"],
  ["retained_stale", "clock_skew"],
  ["flapping", "client_id_collision"],
  ["reboot_loop", "client_id_collision"],
  ["reboot_loop", "flapping"],
  ["duplicate_messages", "out_of_order"],
  ["gap", "out_of_order"],
  ["flapping", "offline_last_will"],
  ["client_id_collision", "offline_last_will"],
  ["flapping", "stale_heartbeat"],
  ["client_id_collision", "stale_heartbeat"],
  ["reboot_loop", "offline_last_will"],
  ["reboot_loop", "stale_heartbeat"],
  // Too few messages are left of a field on each side to show both.
  ["schema_drift", "mixed_types"],
  ["schema_drift", "unparseable_payload"],
] as const;

/** True when two faults can be played together. */
export function canPair(a: string, b: string): boolean {
  return a !== b &&
    !CLASHES.some(([x, y]) =>
      (x === a && (y === b || y === "*")) || (x === b && (y === a || y === "*"))
    );
}

const NAMES = [
  "pump 3",
  "boiler room",
  "Kitchen Sensor",
  "garden-gate",
  "Freezer 12",
  "attic fan",
  "Wohnzimmer",
  "line4 press",
];

/** Plays one device, with the faults given, among other devices. Same seed, same messages. */
export function play(
  o: { family: FamilyName; faults: readonly string[]; seed: number; sleepy?: boolean },
): Scenario {
  const random = new Random(o.seed * 7919 + 17);
  const has = (fault: string) => o.faults.includes(fault);
  const name = random.pick(NAMES);
  const address = Array.from({ length: 12 }, () => random.pick([..."0123456789abcdef"])).join("")
    .replace(/^../, "a4");
  const variant = random.integer(0, 5);
  const shape = shapeOf(o.family, { name, variant, address });
  const startedAtMs = Date.UTC(2026, 4, 12, 9, 30, 0) + random.integer(0, 86_400_000);
  const periodMs = random.pick([1_000, 2_000, 5_000, 10_000]) * random.between(0.9, 1.1);
  const beats = random.integer(44, 64);
  const lengthMs = o.sleepy ? random.pick([30_000, 60_000, 120_000]) : periodMs * beats;
  const endedAtMs = startedAtMs + lengthMs;
  const timeline: Timed[] = [];
  const say = (drafts: (Draft | null)[], at: number, extra: Partial<Timed> = {}) => {
    for (const draft of drafts) {
      if (draft !== null) timeline.push({ ...draft, at: at + random.between(0, 3), ...extra });
    }
  };

  const skewMs = has("clock_skew")
    ? random.pick([-1, 1]) * random.between(280_000, 420_000)
    : random.normal() * 400;
  const uptime0 = random.between(5_000, 900_000);
  let bootedAt = startedAtMs - uptime0 * 1000;
  let temperature = random.between(15, 30);
  let humidity = random.between(35, 60);
  let pressure = random.between(990, 1025);
  let co2 = random.between(450, 900);
  let on = random.chance(0.5);
  let sequence = random.integer(100, 90_000);
  const battery = has("low_battery") ? random.integer(1, 10) : random.integer(35, 100);
  const rssi = has("weak_signal") ? random.integer(-97, -93) : random.integer(-74, -45);
  const loadW = random.between(40, 900);
  let stuckAt: number | null = null;
  const measure = (at: number): Values => {
    temperature += random.normal() * 0.08;
    humidity += random.normal() * 0.15;
    pressure += random.normal() * 0.05;
    co2 = Math.max(400, co2 + random.normal() * 6);
    sequence++;
    return {
      temperature: Number((stuckAt ?? temperature).toFixed(2)),
      humidity: Number(humidity.toFixed(1)),
      pressure: Number(pressure.toFixed(2)),
      co2: Math.round(co2),
      illuminance: Math.round(random.between(100, 140)),
      battery,
      rssi: has("weak_signal") ? rssi + random.integer(-1, 1) : rssi + random.integer(-3, 3),
      uptimeS: (at - bootedAt) / 1000,
      sequence,
      power: on ? Number((loadW + random.normal() * 2).toFixed(1)) : 0,
      on,
      clockMs: Math.round(at + skewMs),
    };
  };

  // What the broker had retained when we came.
  const silent = has("ghost_discovery");
  const keptAgeMs = o.sleepy ? random.between(10_000, 1_700_000) : random.between(0, periodMs);
  const burst = startedAtMs + 5;
  if (!has("discovery_not_retained")) say(shape.discovery(), burst, { retain: true });
  const offlineFromStart = has("offline_last_will") && o.faults.length === 1 && random.chance(0.4);
  if (!silent) {
    say([offlineFromStart ? shape.offline() : shape.online()], burst, { retain: true });
    const kept = measure(startedAtMs - keptAgeMs);
    if (random.chance(0.7) || o.sleepy || offlineFromStart) {
      say(shape.telemetry(kept), burst, { retain: true });
    }
  }
  if (has("retained_command")) say([shape.command(true)], burst, { retain: true });
  if (has("retained_stale")) {
    const old = measure(startedAtMs - random.between(3, 40) * 86_400_000);
    for (const draft of shape.telemetry(old)) {
      const at = draft.topic.lastIndexOf("/");
      const carries = /ts"|Time"|unixtime"/.test(draft.payload);
      if (carries) {
        say(
          [{
            topic: `${draft.topic.slice(0, at)}/OLD_${draft.topic.slice(at + 1)}`,
            payload: draft.payload,
          }],
          burst,
          { retain: true },
        );
      }
    }
  }

  if (o.sleepy && !silent) {
    // Its ten minutes may come round while we listen.
    const next = startedAtMs - keptAgeMs % 600_000 + 600_000;
    if (next < endedAtMs) say(shape.telemetry(measure(next)), next);
  }
  if (!o.sleepy && !silent && !offlineFromStart) {
    const endAt = has("offline_last_will") || has("stale_heartbeat") ? beats - 14 : Infinity;
    const drop = has("gap") ? { from: 24, to: 24 + random.integer(8, 12) } : { from: -1, to: -1 };
    const outlierBeat = has("outlier") ? random.pick([10, 11, 12, 16, 17, 18]) : -1;
    const outlierBy = random.pick([-1, 1]) * random.between(150, 300);
    const stuckBeat = has("stuck_value") ? random.integer(12, 16) : Infinity;
    const driftBeat = has("schema_drift") ? random.integer(16, 22) : Infinity;
    const driftKind = random.pick(["gone", "text"]);
    const mixedWord = random.pick(["unknown", "n/a", "unavailable"]);
    const broken = new Set(
      has("unparseable_payload") ? [8, random.integer(11, 15), random.integer(18, 24)] : [],
    );
    const errors = new Set(
      has("reported_error") ? [7, random.integer(9, 13), random.integer(15, 20), 23] : [],
    );
    const errorText = random.pick([
      "sensor read failed",
      "motor overcurrent fault",
      "checksum error on bus",
    ]);
    const isWarning = random.chance(0.2);
    const swaps = new Set(has("out_of_order") ? [6, 11, 17, 22] : []);
    const copies = has("duplicate_messages") ? random.between(0.3, 0.5) : 0;
    const reboots = new Set(
      has("reboot_loop")
        ? [8, 15, 22, 27]
        : random.chance(0.1) && o.faults.length === 0
        ? [15]
        : [],
    );
    const losses = new Set(has("flapping") ? [6, 13, 20, 27] : []);
    const takeovers = new Set(has("client_id_collision") ? [5, 9, 13, 17, 21, 25] : []);
    const commands = new Set(random.chance(0.5) || has("command_without_reply") ? [10, 18] : []);
    const faster = random.chance(0.5);
    const jitter = random.between(0.005, 0.06);
    let at = startedAtMs + random.between(0.2, 1) * periodMs;
    let offlineUntilBeat = -1;
    let pendingSwap: Timed[] | null = null;
    for (let beat = 0; beat < endAt; beat++) {
      const stepMs = periodMs * (1 + random.normal() * jitter) *
        (has("rate_change") ? (beat >= 24 ? (faster ? 0.16 : 1.6) : faster ? 1 : 0.25) : 1);
      at += Math.max(stepMs, 20);
      if (at >= endedAtMs - 50) break;
      if (beat === stuckBeat) stuckAt = Number(temperature.toFixed(2));
      if (reboots.has(beat)) {
        bootedAt = at - random.between(500, 900);
        if (has("reboot_loop")) say([shape.offline()], at - 800);
        say([...shape.restart(), shape.online()], at - 400);
      }
      if (losses.has(beat)) {
        say([shape.offline()], at);
        offlineUntilBeat = beat + 3;
        continue;
      }
      if (beat < offlineUntilBeat) continue;
      if (beat === offlineUntilBeat) say([shape.online()], at - 100);
      if (takeovers.has(beat)) {
        say([shape.offline()], at - 900);
        say([shape.online()], at - 900 + random.between(50, 700));
      }
      if (beat >= drop.from && beat < drop.to) {
        measure(at);
        continue;
      }
      const values = measure(at);
      if (beat === outlierBeat) values.pressure += outlierBy;
      if (has("mixed_types") && beat % 3 === 1) values.co2 = mixedWord;
      if (beat >= driftBeat) {
        values.illuminance = driftKind === "gone" ? undefined : String(values.illuminance);
      }
      // Switching by itself to what was commanded would be an answer to anybody who listens.
      const switches = !has("stuck_value") && random.chance(0.02);
      if (switches && !has("command_without_reply")) on = !on;
      let drafts = shape.telemetry(values).map((draft): Timed => ({
        ...draft,
        at: at + random.between(0, 3),
      }));
      if (broken.has(beat)) {
        drafts = drafts.map((draft) =>
          draft.payload.startsWith("{")
            ? {
              ...draft,
              payload: draft.payload.slice(
                0,
                Math.floor(draft.payload.length * random.between(0.4, 0.9)),
              ),
            }
            : draft
        );
      }
      if (pendingSwap !== null) {
        const late = pendingSwap;
        timeline.push(...drafts, ...late.map((draft) => ({ ...draft, at: at + 12 })));
        pendingSwap = null;
      } else if (swaps.has(beat)) pendingSwap = drafts;
      else timeline.push(...drafts);
      if (random.chance(copies)) {
        timeline.push(
          ...drafts.map((draft) => ({
            ...draft,
            at: draft.at + random.between(6, 40),
            dup: false,
          })),
        );
      }
      if (errors.has(beat)) {
        say([isWarning ? shape.warning(errorText) : shape.error(errorText)], at + periodMs * 0.3);
      }
      if (commands.has(beat)) {
        const wanted = !on;
        say([shape.command(wanted)], at + 20);
        if (!has("command_without_reply")) {
          on = wanted;
          const answerAt = at + 60 + random.between(20, Math.min(900, periodMs * 0.5));
          say(shape.reply({ ...values, on, clockMs: Math.round(answerAt + skewMs) }), answerAt);
        }
      }
      if (has("discovery_not_retained") && beat === 12) say(shape.discovery(), at + 100);
    }
    if (has("offline_last_will")) say([shape.offline()], at + periodMs * 0.5);
  }

  timeline.push(...others(random, { startedAtMs, endedAtMs }));
  timeline.sort((a, b) => a.at - b.at);
  const encoder = new TextEncoder();
  return {
    family: o.family,
    faults: o.faults,
    deviceId: askedName(o.family, { name, address }),
    startedAtMs,
    endedAtMs,
    messages: timeline.map((one) => ({
      topic: one.topic,
      payload: one.bytes ?? encoder.encode(one.payload),
      qos: 0,
      retain: one.retain ?? false,
      dup: one.dup ?? false,
      receivedAt: Math.round(one.at),
    })),
    note: `seed ${o.seed}, ${name}, variant ${variant}, period ${Math.round(periodMs)} ms${
      o.sleepy ? ", sleepy" : ""
    }`,
  };
}

/** Other devices on the same broker: their troubles must not become ours. */
function others(random: Random, o: { startedAtMs: number; endedAtMs: number }): Timed[] {
  const messages: Timed[] = [];
  messages.push({
    topic: "zigbee2mqtt/hall lamp/availability",
    payload: "offline",
    at: o.startedAtMs + 5,
    retain: true,
  });
  messages.push({
    topic: "tele/heater/LWT",
    payload: "Offline",
    at: o.startedAtMs + 5,
    retain: true,
  });
  messages.push({
    topic: "other/compressor/status",
    payload: "offline",
    at: o.startedAtMs + 6,
    retain: true,
  });
  const stepMs = (o.endedAtMs - o.startedAtMs) / 30;
  for (let i = 1; i < 30; i++) {
    const at = o.startedAtMs + i * stepMs;
    messages.push({
      topic: "other/compressor/telemetry",
      payload: JSON.stringify({ error: "E42", temperature: random.between(0, 500) }),
      at,
    });
    messages.push({
      topic: "zigbee2mqtt/bridge/logging",
      payload: JSON.stringify({
        level: "error",
        message: "z2m: Publish 'set' to 'hall lamp' failed: timeout",
      }),
      at: at + 1,
    });
  }
  return messages;
}

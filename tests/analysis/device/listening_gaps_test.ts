import assert from "node:assert/strict";
import { diagnosisOf, type Line, START_MS, times } from "./support.ts";

const SECONDS = 60;
/** Of what comes every second, nothing is heard from then on for so long. */
const FROM_S = 25.5;
const TO_S = 42.5;

const iso = (s: number) => new Date(START_MS + s * 1000).toISOString();
const DEAF = { from: iso(FROM_S), to: iso(TO_S), reason: "connection lost" };
const isHeard = ({ s }: Line) => s < FROM_S || s > TO_S;

/** The titles of gaps among what a device sends every second, of which some did not come; heard all the time, and not. */
function gapsTold(deviceId: string, lines: readonly Line[]) {
  return [[], [DEAF]].map((gaps) =>
    diagnosisOf(deviceId, lines.filter(isHeard), { seconds: SECONDS, gaps }).findings
      .filter(({ code }) => code === "gap").map(({ title }) => title)
  );
}

const sent = (topic: string, payload: (i: number) => unknown): Line[] =>
  times(SECONDS - 1, (i) => ({ s: 1 + i, topic, payload: payload(i) }));

const temperature = (i: number) => 20 + Math.abs(i % 6 - 3);

Deno.test("numbers of messages that came while we could not listen are not missing, others are", () => {
  const lines = sent("plant/p1/telemetry", (seq) => ({ seq, t: temperature(seq) }));
  const [heard, deaf] = gapsTold("p1", lines);
  assert.deepEqual(heard, ['17 messages are missing on "plant/p1/telemetry"']);
  assert.deepEqual(deaf, []);
  const { messages_per_minute } = diagnosisOf("p1", lines.filter(isHeard), {
    seconds: SECONDS,
    gaps: [DEAF],
  });
  assert.equal(messages_per_minute, Math.round(600 * 42 / (SECONDS - (TO_S - FROM_S))) / 10);
  const lossy = lines.filter(({ s }) => ![11, 14, 50].includes(s));
  assert.deepEqual(gapsTold("p1", lossy)[1], ['3 messages are missing on "plant/p1/telemetry"']);
});

Deno.test("frames that came while we could not listen are not lost by the radio, others are", () => {
  const lines = sent("application/1/device/70b3d5/event/up", (fCnt) => ({
    deviceInfo: { devEui: "70b3d57ed0050001" },
    fCnt,
    rxInfo: [{ rssi: -90 }],
  }));
  const [heard, deaf] = gapsTold("70b3d5", lines);
  assert.match(heard.join(), /^17 of 58 frames are missing/);
  assert.deepEqual(deaf, []);
  const lossy = lines.filter(({ s }) => s % 2 === 1);
  assert.match(gapsTold("70b3d5", lossy)[1].join(), /^20 of 40 frames are missing/);
});

Deno.test("Sparkplug's numbers of what came while we could not listen are not missing, others are", () => {
  // A metric `t` of type Int64, and the seq.
  const lines = sent(
    "spBv1.0/G/NDATA/E5",
    (seq) => Uint8Array.of(0x12, 7, 0x0a, 1, 116, 0x20, 4, 0x58, temperature(seq), 0x18, seq),
  );
  const [heard, deaf] = gapsTold("E5", lines);
  assert.deepEqual(heard, ['17 messages of node "E5" are missing']);
  assert.deepEqual(deaf, []);
  const lossy = lines.filter(({ s }) => ![11, 14, 50].includes(s));
  assert.deepEqual(gapsTold("E5", lossy)[1], ['3 messages of node "E5" are missing']);
});

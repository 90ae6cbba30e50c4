/**
 * Schema inference beside a plain `JSON.parse` loop over the same stream: 100,000 JSON messages of
 * about 150 bytes with 8 fields, from 1, 100 and 1,000 topics. Run: `deno run -A bench/schema.ts`.
 */
import { SchemaInference } from "../src/analysis/schema/mod.ts";

const MESSAGES = 100_000;
const ROUNDS = 3;
const START_MS = Date.UTC(2026, 0, 1);

interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly atMs: number;
}

interface Row {
  readonly stream: string;
  readonly "bytes/message": number;
  readonly "JSON.parse ms": number;
  readonly "inference ms": number;
  readonly "result ms": number;
  readonly "messages/s": number;
  readonly "result characters": number;
}

function makeStream(topics: number): Message[] {
  const encoder = new TextEncoder();
  return Array.from({ length: MESSAGES }, (_, index) => {
    const atMs = START_MS + index * 10;
    const body = {
      device: `sensor-${index % topics}`,
      time: new Date(atMs).toISOString(),
      temperature: 20 + Math.round(Math.sin(index / 500) * 500) / 100,
      humidity: 40 + (index * 7) % 20,
      battery: 100 - (index % 40),
      state: index % 3 === 0 ? "idle" : "running",
      rssi: -50 - (index * 13) % 40,
      online: index % 50 !== 0,
    };
    return {
      topic: `plant/line/${index % topics}/telemetry`,
      payload: encoder.encode(JSON.stringify(body)),
      atMs,
    };
  });
}

function timeParse(stream: readonly Message[]): number {
  const decoder = new TextDecoder();
  const startedAt = performance.now();
  let fields = 0;
  for (const { payload } of stream) {
    fields += Object.keys(JSON.parse(decoder.decode(payload))).length;
  }
  const elapsedMs = performance.now() - startedAt;
  if (fields !== 8 * stream.length) throw new Error("The stream is not what it should be");
  return elapsedMs;
}

function timeInference(
  stream: readonly Message[],
): { addMs: number; resultMs: number; size: number } {
  const inference = new SchemaInference();
  const startedAt = performance.now();
  for (const { topic, payload, atMs } of stream) inference.add(topic, payload, atMs);
  const addedAt = performance.now();
  const result = inference.result();
  const resultMs = performance.now() - addedAt;
  return { addMs: addedAt - startedAt, resultMs, size: JSON.stringify(result).length };
}

function measure(topics: number): Row {
  const stream = makeStream(topics);
  const bytes = stream.reduce((sum, { payload }) => sum + payload.length, 0);
  const parses: number[] = [];
  const runs: ReturnType<typeof timeInference>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    parses.push(timeParse(stream));
    runs.push(timeInference(stream));
  }
  const best = runs.sort((a, b) => a.addMs - b.addMs)[0];
  return {
    stream: `${topics} ${topics === 1 ? "topic" : "topics"}`,
    "bytes/message": Math.round(bytes / MESSAGES),
    "JSON.parse ms": Math.round(Math.min(...parses)),
    "inference ms": Math.round(best.addMs),
    "result ms": Math.round(best.resultMs),
    "messages/s": Math.round(MESSAGES / best.addMs) * 1000,
    "result characters": best.size,
  };
}

console.table([1, 100, 1000].map(measure));

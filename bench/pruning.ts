/**
 * How well `Sampler` chooses, against taking an even sample by chance and taking the first ones, on
 * generated streams whose errors, topics and structures are known; and how fast it takes messages in.
 *
 * `deno run -A bench/pruning.ts [--quick]` prints one table. `--quick` leaves out the streams of a
 * million messages.
 */
import { createRandom } from "../src/demo/random.ts";
import { Sampler } from "../src/sampling/sampler.ts";
import type { InboundMessage } from "../src/mqtt/message.ts";

const TARGET = 50;
const STARTED_AT = Date.UTC(2026, 0, 5, 8);
const encoder = new TextEncoder();

/** What the generator knows of one message, independent of anything the sampler works out. */
interface Truth {
  readonly topic: string;
  readonly body: string;
  readonly atMs: number;
  readonly isError: boolean;
  /** Names the template the body was made from. */
  readonly structure: string;
}

interface Stream {
  readonly name: string;
  readonly count: number;
  generate(random: () => number): Generator<Truth>;
}

const FAULTS = [
  '{"level":"error","message":"Sensor lost","device":7}',
  '{"status":"failed","attempt":3}',
  '{"error":{"code":17,"message":"Overheated"},"temp":91.5}',
  "ERROR: cannot read register 40012",
  "Störung Pumpe 2",
];
/** Lines that a search for "error" would take for one. */
const DECOYS = [
  '{"errors":0,"uptime":1234}',
  '{"error":null,"ok":true}',
  "no problem",
  "failover: ok",
  '{"tissue":1}',
];

function reading(topic: string, options: { atMs: number; random: () => number }): Truth {
  const { atMs, random } = options;
  const temp = (20 + random() * 5).toFixed(2);
  const body = `{"temp":${temp},"hum":${Math.floor(random() * 100)},"ts":${Math.floor(atMs)}}`;
  return { topic, body, atMs, isError: false, structure: "reading" };
}

function fault(topic: string, options: { atMs: number; index: number }): Truth {
  const which = options.index % FAULTS.length;
  const body = FAULTS[which];
  return { topic, body, atMs: options.atMs, isError: true, structure: `fault ${which}` };
}

function* steady(count: number, random: () => number): Generator<Truth> {
  for (let i = 0; i < count; i++) {
    const atMs = STARTED_AT + i * (60_000 / count);
    const topic = `plant/line${i % 20}/env`;
    if (i % 97 === 5) {
      const which = (i / 97 | 0) % DECOYS.length;
      yield { topic, body: DECOYS[which], atMs, isError: false, structure: `decoy ${which}` };
    } else if (i > 0 && i % Math.ceil(count / 12) === 0) {
      yield fault(topic, { atMs, index: Math.round(i / Math.ceil(count / 12)) });
    } else yield reading(topic, { atMs, random });
  }
}

function* bursty(count: number, random: () => number): Generator<Truth> {
  const inBurst = Math.floor(count * 0.9);
  for (let i = 0; i < count; i++) {
    // Nine tenths come within one second of a minute.
    const atMs = i < inBurst
      ? STARTED_AT + 10_000 + i * (1_000 / inBurst)
      : STARTED_AT + 11_000 + (i - inBurst) * (49_000 / (count - inBurst));
    const topic = i < inBurst ? "plant/chatter" : `plant/quiet${i % 15}`;
    if (i === inBurst + 20 || i === 40 || i === count - 9) yield fault(topic, { atMs, index: i });
    else yield reading(topic, { atMs, random });
  }
}

function* skewed(count: number, random: () => number): Generator<Truth> {
  for (let i = 0; i < count; i++) {
    const atMs = STARTED_AT + i * (60_000 / count);
    // One message in 10,000 is on one of few quiet topics; never less than 25 of them in all.
    const every = Math.max(2, Math.min(10_000, Math.floor(count / 25)));
    const topic = i % every === every - 1 ? `quiet/${Math.floor(i / every) % 25}` : "loud";
    yield reading(topic, { atMs, random });
  }
}

function* manyTopics(count: number, random: () => number): Generator<Truth> {
  for (let i = 0; i < count; i++) {
    const atMs = STARTED_AT + i * (60_000 / count);
    const rank = Math.floor(10_000 ** random());
    yield reading(`fleet/${rank}/state`, { atMs, random });
  }
}

function* rareStructure(count: number, random: () => number): Generator<Truth> {
  for (let i = 0; i < count; i++) {
    const atMs = STARTED_AT + i * (60_000 / count);
    const topic = `plant/line${i % 10}`;
    if (i % 100 === 99) {
      const kind = (i / 100 | 0) % 5;
      const body = `{"frame${kind}":{"crc":${i},"id":"f${i}"},"n":[${i},${i + 1}]}`;
      yield { topic, body, atMs, isError: false, structure: `rare ${kind}` };
    } else yield reading(topic, { atMs, random });
  }
}

function* errorStorm(count: number, random: () => number): Generator<Truth> {
  for (let i = 0; i < count; i++) {
    const atMs = STARTED_AT + i * (60_000 / count);
    const topic = `plant/line${i % 20}`;
    const inStorm = i > count * 0.3 && i < count * 0.7 && i % 4 !== 0;
    if (inStorm) yield fault(topic, { atMs, index: i % 7 === 0 ? i : 0 });
    else yield reading(topic, { atMs, random });
  }
}

function* retainedBurst(count: number, random: () => number): Generator<Truth> {
  for (let i = 0; i < count; i++) {
    const atMs = STARTED_AT + (i < count / 2 ? 0 : (i - count / 2) * (120_000 / count));
    yield reading(i < count / 2 ? `retained/${i}` : `live/${i % 20}`, { atMs, random });
  }
}

function streams(quick: boolean): Stream[] {
  const large = quick ? 100_000 : 1_000_000;
  const list: Stream[] = [];
  function add(
    name: string,
    make: (count: number, random: () => number) => Generator<Truth>,
    counts: number[],
  ): void {
    for (const count of counts) {
      list.push({ name, count, generate: (random) => make(count, random) });
    }
  }
  add("steady", steady, [500, 10_000, large]);
  add("bursty", bursty, [500, 10_000, large]);
  add("skewed", skewed, [500, 10_000, large]);
  add("10,000 topics", manyTopics, [500, 100_000, large]);
  add("rare structure", rareStructure, [500, 10_000, large]);
  add("error storm", errorStorm, [500, 10_000, large]);
  add("retained burst", retainedBurst, [500, 20_000]);
  return list;
}

interface Score {
  readonly errorRecall: number;
  readonly errorKinds: number;
  readonly topics: number;
  readonly structures: number;
  readonly largestGapS: number;
}

interface Facts {
  readonly errors: number;
  readonly faults: ReadonlySet<string>;
  readonly topics: ReadonlySet<string>;
  readonly structures: ReadonlySet<string>;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

function score(chosen: readonly Truth[], facts: Facts): Score {
  const errors = chosen.filter((truth) => truth.isError);
  const times = [facts.firstAtMs, ...chosen.map((truth) => truth.atMs).sort((x, y) => x - y)];
  times.push(facts.lastAtMs);
  let gap = 0;
  for (let i = 1; i < times.length; i++) gap = Math.max(gap, times[i] - times[i - 1]);
  const distinct = (list: string[]) => new Set(list).size;
  return {
    errorRecall: errors.length / Math.max(1, facts.errors),
    errorKinds: distinct(errors.map((truth) => truth.structure)) / Math.max(1, facts.faults.size),
    topics: distinct(chosen.map((truth) => truth.topic)) / Math.min(TARGET, facts.topics.size),
    structures: distinct(chosen.map((truth) => truth.structure)) / facts.structures.size,
    largestGapS: gap / 1_000,
  };
}

function show(score: Score, facts: Facts): string[] {
  const none = facts.errors === 0;
  return [
    none ? "–" : score.errorRecall.toFixed(2),
    none ? "–" : score.errorKinds.toFixed(2),
    score.topics.toFixed(2),
    score.structures.toFixed(2),
    score.largestGapS.toFixed(1),
  ];
}

function measure(stream: Stream): string[][] {
  const topics = new Set<string>();
  const structures = new Set<string>();
  const faults = new Set<string>();
  let errors = 0;
  let firstAtMs = Infinity;
  let lastAtMs = STARTED_AT;
  const first: Truth[] = [];
  const uniform: Truth[] = [];
  const chance = createRandom(99);
  const sampler = new Sampler({ target: TARGET });
  let seq = 0;
  for (const truth of stream.generate(createRandom(7))) {
    seq++;
    topics.add(truth.topic);
    structures.add(truth.structure);
    if (truth.isError) {
      errors++;
      faults.add(truth.structure);
    }
    firstAtMs = Math.min(firstAtMs, truth.atMs);
    lastAtMs = truth.atMs;
    if (first.length < TARGET) first.push(truth);
    if (uniform.length < TARGET) uniform.push(truth);
    else {
      const at = Math.floor(chance() * seq);
      if (at < TARGET) uniform[at] = truth;
    }
    sampler.offer(toMessage(truth));
  }
  const facts: Facts = { errors, faults, topics, structures, firstAtMs, lastAtMs };
  const wanted = new Set(sampler.result().kept.map((kept) => kept.seq));
  const kept: Truth[] = [];
  let at = 0;
  for (const truth of stream.generate(createRandom(7))) if (wanted.has(++at)) kept.push(truth);
  const head = [
    stream.name,
    stream.count.toLocaleString("en"),
    errors.toLocaleString("en"),
    topics.size.toLocaleString("en"),
    String(structures.size),
  ];
  return [
    [...head, "Sampler", ...show(score(kept, facts), facts)],
    [...head.map(() => ""), "uniform", ...show(score(uniform, facts), facts)],
    [...head.map(() => ""), "first-N", ...show(score(first, facts), facts)],
  ];
}

function toMessage(truth: Truth): InboundMessage {
  return {
    topic: truth.topic,
    payload: encoder.encode(truth.body),
    qos: 0,
    retain: truth.topic.startsWith("retained/"),
    dup: false,
    receivedAt: Math.floor(truth.atMs),
  };
}

/** Offers messages that were made beforehand, as fast as they are taken, and counts per second. */
function offersPerSecond(name: string, make: (i: number) => Truth): string[] {
  const messages = Array.from({ length: 20_000 }, (_, i) => toMessage(make(i)));
  const rounds = 50;
  const sampler = new Sampler({ target: TARGET });
  for (const message of messages) sampler.offer(message);
  const startedAt = performance.now();
  for (let round = 1; round <= rounds; round++) {
    // Time goes on with the stream at 160,000 messages a second.
    const lateMs = round * messages.length / 160;
    for (const message of messages) {
      (message as { receivedAt: number }).receivedAt = STARTED_AT + lateMs;
      sampler.offer(message);
    }
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const rate = rounds * messages.length / seconds;
  return [name, `${(rate / 1e6).toFixed(2)} M/s`, `${(1e9 / rate).toFixed(0)} ns`];
}

function printTable(headings: string[], rows: string[][]): void {
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i].length))
  );
  const line = (cells: string[]) => `| ${cells.map((c, i) => c.padEnd(widths[i])).join(" | ")} |`;
  console.log(line(headings));
  console.log(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  for (const row of rows) console.log(line(row));
}

if (import.meta.main) {
  const quick = Deno.args.includes("--quick");
  const random = createRandom(3);
  const speeds = [
    offersPerSecond("same 20 bytes, 1 topic", (i) => ({
      topic: "bench/load",
      body: '{"state":"ON","n":1}',
      atMs: STARTED_AT + i / 160,
      isError: false,
      structure: "",
    })),
    offersPerSecond(
      "56-byte JSON, 20 topics",
      (i) => reading(`plant/line${i % 20}/env`, { atMs: STARTED_AT + i / 160, random }),
    ),
    offersPerSecond(
      "56-byte JSON, 10,000 topics",
      (i) => reading(`plant/${i % 10_000}/env`, { atMs: STARTED_AT + i / 160, random }),
    ),
    offersPerSecond("status and error fields", (i) => ({
      topic: `plant/line${i % 20}/env`,
      body: `{"temp":${(20 + random() * 5).toFixed(2)},"status":"ok","error":0,"code":200}`,
      atMs: STARTED_AT + i / 160,
      isError: false,
      structure: "",
    })),
    offersPerSecond("random id in each", (i) => ({
      topic: `plant/line${i % 20}/env`,
      body: `{"id":"${Math.floor(random() * 2 ** 40).toString(36)}","value":${i}}`,
      atMs: STARTED_AT + i / 160,
      isError: false,
      structure: "",
    })),
    offersPerSecond("error storm", (i) => fault(`plant/line${i % 20}`, { atMs: 0, index: i })),
  ];
  const rows = streams(quick).flatMap(measure);
  printTable([
    "stream",
    "messages",
    "errors",
    "topics",
    "structures",
    `kept ${TARGET} by`,
    "error recall",
    "error kinds",
    "topic coverage",
    "structure coverage",
    "largest gap (s)",
  ], rows);
  console.log(
    `\nEvery stream lasts 60 s. Topic coverage is of ${TARGET} topics where there are more.\n`,
  );
  printTable(["payloads", "offers", "each"], speeds);
}

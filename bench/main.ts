/**
 * `deno task bench [NAME …]`: measurements beside peers, one after the other; without a name, all of them.
 * Options after a single name are that bench's own.
 * `deno task bench --list` says what there is.
 */
const BENCHES: Readonly<Record<string, { what: string; args: readonly string[] }>> = {
  pruning: {
    what: "what a reader gets of 500 to 1,000,000 messages, beside uniform sampling and first-N",
    args: ["bench/pruning.ts"],
  },
  schema: {
    what: "schema inference of 100,000 messages, beside a loop of JSON.parse",
    args: ["bench/schema.ts"],
  },
  diagnosis: {
    what: "precision and recall of device findings on generated traffic with ground truth",
    args: ["bench/diagnosis.ts"],
  },
  questions: {
    what: "calls and characters that twelve questions take",
    args: ["bench/questions.ts"],
  },
  fleet: {
    what: "precision and recall of device findings on what real systems send",
    args: ["bench/fleet.ts"],
  },
  forms: {
    what: "whether a diagnosis depends on how a maker names, nests and writes the same things",
    args: ["bench/forms.ts"],
  },
  faults: {
    what:
      "how many faults are found that are put into the messages of healthy devices of any maker",
    args: ["bench/faults.ts"],
  },
  words: {
    what:
      "how many words of trouble of real systems are understood, and how many ordinary ones blamed",
    args: ["bench/words.ts"],
  },
  checking: {
    what: "what check_devices and a watch on a device cost a message, beside listening",
    args: ["bench/checking.ts"],
  },
  devices: {
    what: "what judging two thousand recorded devices costs, anew and again, and how long it holds",
    args: ["bench/devices.ts"],
  },
  firehose: {
    what: "a million messages, beside a bare MQTT.js subscriber and mosquitto_sub",
    args: ["bench/firehose.ts", "--v8-flags=--max-semi-space-size=4"],
  },
  bridge: {
    what: "start to first tools/list, through a core's bridge and with an own core",
    args: ["bench/bridge.ts"],
  },
  start: {
    what: "start to first tools/list and memory at rest, bundled, beside the smallest SDK server",
    args: ["bench/start.ts"],
  },
  calls: {
    what: "start, tool calls and acknowledged publishes, beside a minimal SDK server and MQTT.js",
    args: ["bench/calls.ts"],
  },
  load: {
    what: "20 collections on 5 sessions, 100,000 topics, 1,000 messages of 1 MiB",
    args: ["bench/load.ts"],
  },
  soak: {
    what: "ten minutes at 5,000 messages/s with clients, sessions and viewers coming and going",
    args: ["bench/soak.ts"],
  },
  hostile: {
    what: "a good client beside a hostile broker, hostile HTTP, hostile calls and hostile payloads",
    args: ["bench/hostile.ts"],
  },
  history: {
    what: "questions to a million recorded messages, and memory against its limit",
    args: ["bench/history.ts"],
  },
  lasting: {
    what: "recording into the store on the disk, and questions to ten million stored messages",
    args: ["bench/lasting.ts"],
  },
  kills: {
    what:
      "a writer of the store that is killed at fifty random moments: nothing lost, nothing twice",
    args: ["bench/kills.ts"],
  },
  page: {
    what:
      "the monitor's pages in a real browser: publish to pixel, requests, processor time, memory",
    args: ["bench/page.ts"],
  },
  viewers: {
    what: "what 50 live viewers of the monitor cost the collector",
    args: ["bench/viewers.ts"],
  },
};

async function main(args: readonly string[]): Promise<number> {
  const options = args.filter((arg) => arg.startsWith("--") && arg !== "--list");
  const names = args.filter((arg) => !arg.startsWith("--"));
  const unknown = [
    ...names.filter((name) => !(name in BENCHES)),
    // An option belongs to the one bench it stands beside.
    ...names.length === 1 ? [] : options,
  ];
  if (unknown.length > 0 || args.includes("--list")) {
    if (unknown.length > 0) console.error(`There is no bench "${unknown[0]}".`);
    for (const [name, { what }] of Object.entries(BENCHES)) {
      console.log(`${name.padEnd(10)} ${what}`);
    }
    return unknown.length > 0 ? 2 : 0;
  }
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const bench = BENCHES[name];
    console.log(`\n# ${name}: ${bench.what}\n`);
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--v8-flags=--expose-gc", ...bench.args, ...options],
    }).spawn().status;
    if (code !== 0) return code;
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

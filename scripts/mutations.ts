/**
 * `deno task mutations`: makes faults in the core logic by hand, one at a time in a copy of the tree, and shows that the
 * tests of that module notice each. A fault that survives is a test that is missing.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Fault {
  readonly what: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  readonly tests: string;
}

/** The faults, each with the tests that must notice it. */
export const FAULTS: readonly Fault[] = [
  {
    what: "a message overtakes packets that came before it",
    file: "src/mqtt/client/packet_reader.ts",
    from: "if (passFrom >= 0) return flush();",
    to: "",
    tests: "tests/mqtt/client/packet_reader_test.ts",
  },
  {
    what: "a message with QoS 1 is not acknowledged",
    file: "src/mqtt/client/inbound.ts",
    from: 'if (qos === 1) return this.#answer(0x40, "puback", messageId);',
    to: "if (qos === 1) return;",
    tests: "tests/mqtt/client/inbound_test.ts",
  },
  {
    what: "topics are told apart without end while memory is short",
    file: "src/memory/topic_room.ts",
    from: "return this.closed && known >= TOPICS_IN_ANY_CASE;",
    to: "return false;",
    tests: "tests/memory/topic_room_test.ts",
  },
  {
    what: "a leading wildcard matches topics that begin with $",
    file: "src/mqtt/topic.ts",
    from: 'if (inner === "#") return (topic) => topic.charCodeAt(0) !== DOLLAR;',
    to: 'if (inner === "#") return () => true;',
    tests: "tests/mqtt/topic_test.ts",
  },
  {
    what: "a/# does not match its parent a",
    file: "src/mqtt/topic.ts",
    from: "return (topic) => topic.startsWith(prefix) || topic === parent;",
    to: "return (topic) => topic.startsWith(prefix);",
    tests: "tests/mqtt/topic_test.ts",
  },
  {
    what: "messages are handed to listeners that the broker has not admitted yet",
    file: "src/session/subscription_table.ts",
    from:
      "if ((binding.granted || id >= binding.subscriptionId) && this.#offer(binding, message)) {",
    to: "if (this.#offer(binding, message)) {",
    tests: "tests/session/counting_test.ts",
  },
  {
    what: "a retained message goes to every listener of its filter",
    file: "src/session/subscription_table.ts",
    from:
      "if (binding.subscriptionId !== id || binding.retainedTopics.has(message.topic)) continue;",
    to: "if (binding.retainedTopics.has(message.topic)) continue;",
    tests: "tests/session/counting_test.ts",
  },
  {
    what: "a session expires during a call",
    file: "src/session/session.ts",
    from: "const unusedMs = this.#inUse > 0 ? 0 : tick() - this.#lastUsedTick;",
    to: "const unusedMs = tick() - this.#lastUsedTick;",
    tests: "tests/session/registry_test.ts",
  },
  {
    what: "PUBLISH_DENY comes after PUBLISH_ALLOW",
    file: "src/session/policy.ts",
    from: "if (meanings.some((meaning) => publishDeny.some((one) => one.matches(meaning)))) {",
    to: "if (publishAllow.length === 0 && publishDeny.some((one) => one.matches(topic))) {",
    tests: "tests/session/policy_test.ts",
  },
  {
    what: "an IPv4 address inside IPv6 passes the list of brokers",
    file: "src/session/broker_rules.ts",
    from: "if (mapped === null) return bare;",
    to: 'if (mapped === null || bare !== "") return bare;',
    tests: "tests/session/policy_test.ts",
  },
  {
    what: "the publish rate never runs dry",
    file: "src/session/rate_limit.ts",
    from: "this.#left--;",
    to: "",
    tests: "tests/session/rate_limit_test.ts",
  },
  {
    what: "the newest message of a topic is evicted with the rest",
    file: "src/collect/message_log.ts",
    from: "if (counts.lastSeq === segment.firstSeq + slot) {",
    to: "if (counts.lastSeq === -1) {",
    tests: "tests/collect/message_log_test.ts",
  },
  {
    what: "evicted messages are not counted as evicted",
    file: "src/collect/message_log.ts",
    from: "    counts.evicted++;\n    this.#evicted++;",
    to: "    counts.evicted++;",
    tests: "tests/collect",
  },
  {
    what: "outliers are not noticed",
    file: "src/sampling/outliers.ts",
    from: "const OUTLIER_Z2 = 25;",
    to: "const OUTLIER_Z2 = Infinity;",
    tests: "tests/sampling/sampler_test.ts",
  },
  {
    what: "memory comes back at once after it was short",
    file: "src/memory/memory_pressure.ts",
    from: "if (this.#now() - this.#calmSince < CALM_MS) return;",
    to: "",
    tests: "tests/memory/memory_pressure_test.ts",
  },
  {
    what: "characters that cannot be seen stay as they are",
    file: "src/payload/visible_text.ts",
    from: "return text.replace(UNSEEN, (char) =>",
    to: "return text.replace(/^$/, (char) =>",
    tests: "tests/payload/visible_text_test.ts",
  },
  {
    what: "flapping is told after one change",
    file: "src/analysis/device/findings/reach/connection.ts",
    from: "if (changes.length < 3 || areOfPeople(changes)) return [];",
    to: "if (changes.length < 1 || areOfPeople(changes)) return [];",
    tests: "tests/analysis/device",
  },
  {
    what: "a password in a URL is not redacted",
    file: "src/secret_text.ts",
    from: 'if (what === "://") this.#url(index);',
    to: 'if (what === "://") this.#at = index + 3;',
    tests: "tests/log_test.ts",
  },
  {
    what: "retained messages are taken as read after the first",
    file: "src/session/retained.ts",
    from: "clearTimeout(quiet);\n    // one that is large",
    to: "done.resolve();\n    // one that is large",
    tests: "tests/tools/clear_retained_test.ts",
  },
];

/** A fault may make a test hang; all cases of devices take a minute or two on a busy machine. */
const LIMIT_MS = 5 * 60_000;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const COPIED = [
  "src",
  "tests",
  "bench",
  "scripts",
  "docs",
  "main.ts",
  "deno.json",
  "deno.lock",
  ".dvmrc",
];

function copy(from: string, to: string): void {
  if (Deno.statSync(from).isFile) return Deno.copyFileSync(from, to);
  Deno.mkdirSync(to, { recursive: true });
  for (const { name } of Deno.readDirSync(from)) copy(join(from, name), join(to, name));
}

async function passes(folder: string, tests: string): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--quiet", "--fail-fast", tests],
    cwd: folder,
    stdout: "null",
    stderr: "null",
    // a fault that makes a test hang is noticed, too
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  return success;
}

async function main(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "mutations-" });
  let survived = 0;
  try {
    for (const name of COPIED) copy(join(ROOT, name), join(folder, name));
    for (const tests of new Set(FAULTS.map((fault) => fault.tests))) {
      if (!await passes(folder, tests)) throw new Error(`${tests} fails without any fault`);
    }
    for (const { what, file, from, to, tests } of FAULTS) {
      const path = join(folder, file);
      const text = await Deno.readTextFile(path);
      if (text.split(from).length !== 2) throw new Error(`Not once in ${file}: ${from}`);
      await Deno.writeTextFile(path, text.replace(from, () => to));
      const noticed = !await passes(folder, tests);
      await Deno.writeTextFile(path, text);
      if (!noticed) survived++;
      console.log(`${noticed ? "noticed " : "SURVIVED"}  ${file}: ${what}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  console.log(`${FAULTS.length - survived} of ${FAULTS.length} faults are noticed`);
  return survived === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());

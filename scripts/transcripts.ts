/**
 * `deno task transcripts`: writes docs/tools.md (every tool with its arguments, an example call and its result),
 * docs/examples.md (seven stories from question to answer) and the README's transcript. All calls and results are taken from a real run of the server
 * over stdio against the demo broker; long results are cut where `…` stands.
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { fileURLToPath } from "node:url";
import mqtt from "mqtt";
import { startDemoBroker } from "../src/demo/broker.ts";
import { type Demo, startDemo } from "../src/demo/mod.ts";
import { tools } from "../src/tools/mod.ts";
import { fillParts, generatedParts, markedPart, partOf } from "./docs.ts";
import { runtimeEnvironment } from "./runtime_environment.ts";

const ROOT = new URL("../", import.meta.url);

// deno-lint-ignore no-explicit-any -- results are JSON that the excerpts below pick from
type Facts = any;

/** One call of a transcript, and what of its result is shown. */
interface Step {
  readonly tool: string;
  readonly args: Record<string, unknown>;
  /** Picks the part worth reading; default: everything, cut. */
  readonly pick?: (facts: Facts) => unknown;
}

interface Story {
  readonly title: string;
  readonly question: string;
  /** What goes on while it is told. */
  readonly during?: (demo: Demo, until: AbortSignal) => Promise<Happening>;
  readonly steps: readonly Step[];
  /** What an assistant would say, made of the results. */
  readonly answer: (results: Facts[]) => string;
}

/** Something that goes on beside a story. */
interface Happening {
  /** What stands for what in the story's arguments. */
  readonly names?: Readonly<Record<string, string>>;
  /** Resolves once it is over; it ends with the story. */
  readonly over: Promise<unknown>;
}

const SESSION = "SESSION";
const NEW_SESSION = "NEW_SESSION";
const NEW_BROKER = "NEW_BROKER";
/** The device that a move forgets. */
const LEFT_BEHIND = "pump-1";

const STORIES: readonly Story[] = [
  {
    title: "Which of my devices are sick?",
    question: "Is everything in the house and the plant well?",
    steps: [{
      tool: "check_devices",
      args: { session_id: SESSION, duration: 10 },
      pick: (facts) => ({
        answer: facts.answer,
        summary: facts.summary,
        devices: facts.devices.slice(0, 4),
        healthy: facts.healthy.slice(0, 3),
      }),
    }],
    answer: ([fleet]) =>
      `${fleet.answer}. Ask about any of them by what stands in \`device\`: \`debug_device\` gives the evidence and ` +
      "what to do.",
  },
  {
    title: "A silent sensor",
    question: "The cold store shows no new temperatures. Is the sensor broken, or the network?",
    steps: [{
      tool: "debug_device",
      args: { session_id: SESSION, device_id: "cold store 1", duration: 10 },
      pick: (facts) => ({
        connection: { state: facts.connection.state, evidence: facts.connection.evidence },
        health: facts.health,
        findings: facts.findings.map((f: Facts) => ({
          severity: f.severity,
          code: f.code,
          title: f.title,
          suggestion: f.suggestion,
        })),
      }),
    }],
    answer: ([device]) =>
      `${device.findings[0]?.title}. ${
        device.findings[0]?.suggestion
      } The broker connection was up all the time ` +
      `(\`listened\` has ${device.listened.gaps.length} gaps), so it is the device.`,
  },
  {
    title: "Tell me when",
    question: "Is the heater's plug back? And can you tell me when it drops off again?",
    steps: [
      {
        tool: "wait_for",
        args: {
          session_id: SESSION,
          topic: "tele/heater_plug/LWT",
          contains: "Online",
          timeout: 30,
        },
        pick: ({ met, message, waited_s }) => ({ met, message, waited_s }),
      },
      {
        tool: "watch_topics",
        args: {
          session_id: SESSION,
          action: "start",
          device: "heater_plug",
          name: "the heater's plug drops off",
          cooldown: 600,
        },
        pick: (facts) => ({ answer: facts.answer, told_to: facts.told_to }),
      },
      {
        tool: "wait_for",
        args: {
          session_id: SESSION,
          topic: "tele/heater_plug/LWT",
          contains: "Online",
          timeout: 30,
        },
        pick: ({ met, waited_s, notice }) => ({ met, waited_s, notice }),
      },
      {
        tool: "watch_topics",
        args: { session_id: SESSION, action: "list" },
        pick: ({ answer, watches: [watch] }) => ({
          answer,
          watches: [{
            name: watch.name,
            met: watch.met,
            last_met_at: watch.last_met_at,
            before: watch.before,
            evidence: watch.evidence,
          }],
        }),
      },
    ],
    answer: ([back, , again, { watches: [watch] }]) =>
      `It came back after ${back.waited_s} s, was ${watch.before}, dropped off once more and was back ${again.waited_s} s ` +
      "later. The watch stands: it tells of the next time with whatever is asked next, ten minutes later at the earliest, " +
      "and where the operator set `NOTIFY_URL`, on the phone.",
  },
  {
    title: "A schema that changed",
    question: "My dashboard for conveyor 1 broke. What changed in its messages?",
    steps: [
      {
        tool: "get_topic_schema",
        args: {
          session_id: SESSION,
          topic: "plant/conveyor-1/telemetry",
          duration: 10,
        },
        pick: (facts) => ({
          sample_count: facts.sample_count,
          fields: facts.fields.map((f: Facts) => ({
            path: f.path,
            types: f.types,
            presence: f.presence,
            examples: f.examples,
          })),
          drift: facts.drift,
        }),
      },
    ],
    answer: ([schema]) => {
      const speed = schema.fields.find((f: Facts) => f.path === "speed");
      const load = schema.fields.find((f: Facts) => f.path === "load_kg");
      return `\`speed\` now comes as ${speed?.types.join(" or ")}, and \`load_kg\` is in ` +
        `${
          Math.round(100 * (load?.presence ?? 0))
        } % of the messages only. \`drift\` says since when.`;
    },
  },
  {
    title: "A flood",
    question: "Everything on the broker got slow. What floods it?",
    during: flood,
    steps: [{
      tool: "monitor_performance",
      args: { session_id: SESSION, duration: 8 },
      pick: (facts) => ({
        messages: facts.messages,
        throughput: { mean: facts.throughput.mean, peak: facts.throughput.peak },
        topics: facts.topics.slice(0, 3),
        alerts: facts.alerts,
        summary: facts.summary,
      }),
    }],
    answer: ([traffic]) =>
      `\`${traffic.topics[0].topic}\`: ${traffic.topics[0].rate} messages a second, ` +
      `${traffic.topics[0].share_percent} % of everything.`,
  },
  {
    title: "A new device to integrate",
    question: "There is a soil sensor on field/node-12. What does it send, and how do I parse it?",
    steps: [
      {
        tool: "list_topics",
        args: { session_id: SESSION, pattern: "field/#", duration: 8, settle: 6 },
        pick: (facts) => ({ topics: facts.topics, stop_reason: facts.stop_reason }),
      },
      {
        tool: "get_topic_schema",
        args: { session_id: SESSION, topic: "field/node-12/up", duration: 8 },
        pick: (facts) => ({
          formats: facts.formats,
          schema: facts.schema,
          confidence: facts.confidence,
        }),
      },
    ],
    answer: ([, schema]) =>
      `MessagePack with ${
        schema.fields.map((f: Facts) => `\`${f.path}\``).join(", ")
      }; the schema above fits every sample ` +
      `(confidence ${schema.confidence.level}).`,
  },
  {
    title: "A broker move",
    question:
      "We moved from the old broker to a new one. Is everything there, or does something still talk to the old one?",
    during: moveBroker,
    steps: [
      {
        tool: "test_connection",
        args: { connection_string: NEW_BROKER },
        pick: (facts) => ({
          healthy: facts.healthy,
          checks: facts.checks.map((c: Facts) => `${c.name}: ${c.status}`).join(", "),
          latency_ms: facts.latency_ms,
        }),
      },
      {
        tool: "establish_connection",
        args: { connection_string: NEW_BROKER },
        pick: (facts) => ({ status: facts.status, broker: facts.broker }),
      },
      {
        tool: "list_topics",
        args: { session_id: SESSION, pattern: "plant/+/telemetry", duration: 6 },
        pick: topicsAndMessages,
      },
      {
        tool: "list_topics",
        args: { session_id: NEW_SESSION, pattern: "plant/+/telemetry", duration: 6 },
        pick: topicsAndMessages,
      },
      {
        tool: "debug_device",
        args: { session_id: SESSION, device_id: LEFT_BEHIND, duration: 4 },
        pick: (facts) => ({
          topics: facts.topics.map((t: Facts) => t.topic),
          connection: { state: facts.connection.state, evidence: facts.connection.evidence },
        }),
      },
    ],
    answer: ([test, , before, after]) => {
      const moved = new Set(after.topics.map((t: Facts) => t.topic));
      const left = before.topics.map((t: Facts) => t.topic).filter((t: string) => !moved.has(t));
      return `The new broker is ${test.healthy ? "healthy" : "not healthy"}, and ` +
        `${moved.size} of ${before.topics.length} devices have moved. ` +
        `${
          left.map((topic: string) => `\`${topic}\``).join(", ")
        } is heard on the old broker only: ` +
        "that device still has the old address.";
    },
  },
];

/** The transcript of the README. */
const README_STORY: Story = {
  title: "",
  question: "Why is pump 3 offline?",
  steps: [{
    tool: "debug_device",
    args: { session_id: SESSION, device_id: "pump 3", duration: 10 },
    pick: (facts) => ({
      topics: facts.topics.map((t: Facts) => t.topic),
      connection: { state: facts.connection.state, evidence: facts.connection.evidence },
      health: facts.health,
      findings: facts.findings.slice(0, 2).map((f: Facts) => ({
        severity: f.severity,
        title: f.title,
        suggestion: f.suggestion,
      })),
      listened: { seconds: facts.listened.seconds, gaps: facts.listened.gaps },
    }),
  }],
  answer: ([device]) => {
    const reason = device.findings.find((f: Facts) => f.code === "reported_error");
    return `Its last will fired: \`${device.connection.last_will.topic}\` says ` +
      `"${device.connection.last_will.payload}". Before that it reported ` +
      `"${
        reason?.title.replace(/^The device reports an error: /, "")
      }". That is the cause to look at, not the network.`;
  },
};

/** The one that ends the session of all others, so that it goes last. */
const LAST = "close_connection";

/** The example of each tool, in an order in which they work. */
function exampleSteps(): (Step & { readonly afterSeconds: number })[] {
  const inOrder = [...tools].sort((a, b) => Number(a.name === LAST) - Number(b.name === LAST));
  return inOrder.map(({ name, input, example: { args, afterSeconds = 0 } }) => {
    const session = "session_id" in input.shape ? { session_id: SESSION } : {};
    return { tool: name, args: { ...session, ...args }, afterSeconds };
  });
}

const RESULT_CHARS = 1_600;
const LINE_CHARS = 110;

async function main(): Promise<void> {
  await using demo = await startDemo({});
  const transport = new StdioClientTransport({
    command: Deno.execPath(),
    args: ["run", "-A", fileURLToPath(new URL("main.ts", ROOT)), "--stdio", "--no-attach"],
    env: runtimeEnvironment(),
    stderr: "ignore",
  });
  const client = new Client({ name: "transcripts", version: "1.0.0" });
  await client.connect(transport);
  /** What the placeholders in the arguments stand for. */
  const names = new Map<string, string>();
  async function call(step: Step): Promise<Facts> {
    let text = JSON.stringify(step.args);
    for (const [name, value] of names) text = text.replaceAll(`"${name}"`, JSON.stringify(value));
    const result = await client.callTool({ name: step.tool, arguments: JSON.parse(text) });
    if (result.isError) throw new Error(`${step.tool}: ${JSON.stringify(result.content)}`);
    return result.structuredContent;
  }
  const [connect, ...steps] = exampleSteps();
  names.set(String(connect.args.connection_string), demo.url);
  const established = await call(connect);
  names.set(SESSION, established.session_id);

  async function tell(story: Story): Promise<string> {
    const told = new AbortController();
    const happening = await story.during?.(demo, told.signal);
    for (const [name, value] of Object.entries(happening?.names ?? {})) names.set(name, value);
    const results: Facts[] = [];
    const shown: string[] = [];
    for (const step of story.steps) {
      const facts = await call(step);
      if (step.tool === connect.tool) names.set(NEW_SESSION, facts.session_id);
      results.push(facts);
      shown.push(transcript(step, step.pick?.(facts) ?? facts));
    }
    if (names.has(NEW_SESSION)) {
      await call({ tool: "close_connection", args: { session_id: NEW_SESSION } });
      names.delete(NEW_SESSION);
    }
    told.abort();
    await happening?.over;
    return `> ${story.question}\n\n${shown.join("\n\n")}\n\n**Answer.** ${story.answer(results)}`;
  }
  const shortStory = await tell(README_STORY);
  const stories: string[] = [];
  for (const story of STORIES) stories.push(`## ${story.title}\n\n${await tell(story)}\n`);
  const examples = new Map([[connect.tool, transcript(connect, established)]]);
  for (const step of steps) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * step.afterSeconds));
    examples.set(step.tool, transcript(step, await call(step)));
  }
  await client.close();

  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  await write("README.md", fillParts(readme, { transcript: shortStory }));
  await write("docs/examples.md", [EXAMPLES_HEAD, ...stories].join("\n"));
  await write(
    "docs/tools.md",
    [TOOLS_HEAD, ...tools.map((tool) => toolPage(tool, examples))].join("\n"),
  );
}

const NOTE =
  "Made by `deno task transcripts` from a real run against the demo broker (`deno task demo`).";
const EXAMPLES_HEAD =
  `# Seven stories, from question to answer\n\n${NOTE} Names in capitals stand for ` +
  "what the host fills in, such as the id that `establish_connection` gave.\n";
const TOOLS_HEAD = `# Tools\n\n${NOTE} \`…\` marks where a result was cut for this page.\n`;

function toolPage(tool: typeof tools[number], examples: ReadonlyMap<string, string>): string {
  const head = markedPart(partOf(tool), generatedParts()[partOf(tool)]);
  return `## ${tool.name}\n\n${head}\n\n${examples.get(tool.name) ?? ""}\n`;
}

function transcript(step: Step, facts: unknown): string {
  const text = pretty(facts, 0);
  const shown = text.length > RESULT_CHARS ? `${text.slice(0, RESULT_CHARS)} …` : text;
  return `\`${step.tool}\` \`${JSON.stringify(step.args)}\`\n\n\`\`\`json\n${shown}\n\`\`\``;
}

/** JSON in which whatever fits stands on one line. */
function pretty(value: unknown, indent: number): string {
  const flat = JSON.stringify(value);
  if (typeof value !== "object" || value === null || flat.length + indent <= LINE_CHARS) {
    return flat;
  }
  const inner = " ".repeat(indent + 2);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const members = Array.isArray(value)
    ? value.map((item) => inner + pretty(item, indent + 2))
    : Object.entries(value).map(([key, member]) =>
      `${inner}${JSON.stringify(key)}: ${pretty(member, indent + 2)}`
    );
  return `${open}\n${members.join(",\n")}\n${" ".repeat(indent)}${close}`;
}

async function flood(demo: Demo, until: AbortSignal): Promise<Happening> {
  const client = await mqtt.connectAsync(demo.url);
  async function send(): Promise<void> {
    for (let n = 0; !until.aborted; n++) {
      client.publish("plant/press-1/debug", JSON.stringify({ n, register: n % 256 }));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await client.endAsync();
  }
  return { over: send() };
}

/** A new broker to which every device of the demo has moved but one: what they send to the old one is passed on. */
async function moveBroker(demo: Demo, until: AbortSignal): Promise<Happening> {
  const broker = await startDemoBroker();
  const from = await mqtt.connectAsync(demo.url);
  const to = await mqtt.connectAsync(broker.url);
  from.on("message", (topic, payload, { retain }) => {
    if (!topic.includes(LEFT_BEHIND)) to.publish(topic, payload, { retain });
  });
  await from.subscribeAsync("#");
  async function end(): Promise<void> {
    await new Promise((resolve) => until.addEventListener("abort", resolve, { once: true }));
    await from.endAsync();
    await to.endAsync();
    await broker.close();
  }
  return { names: { [NEW_BROKER]: broker.url }, over: end() };
}

function topicsAndMessages(facts: Facts): unknown {
  return {
    topics: facts.topics.map((t: Facts) => ({ topic: t.topic, messages: t.messages })),
    topic_count: facts.topic_count,
  };
}

async function write(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(new URL(path, ROOT), text);
}

if (import.meta.main) {
  await main();
  Deno.exit(0);
}

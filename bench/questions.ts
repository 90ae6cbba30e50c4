/**
 * Twelve questions that people ask, each answered by a fixed sequence of calls against the demo broker with `#` recorded.
 * Prints calls and characters of each, and their sums; exits 1 where they pass the bounds. `deno task bench questions`
 */
import { startDemo } from "../src/demo/mod.ts";
import { parseConfig } from "../src/config/mod.ts";
import { createCore } from "../src/core.ts";
import { tools } from "../src/tools/mod.ts";

const MOST_CALLS = 20;
const MOST_CHARS = 40_000;
const WARM_UP_S = Number(Deno.args.find((arg) => /^\d+$/.test(arg)) ?? 45);

type Args = Record<string, unknown>;

/** A question with the calls that answer it; arguments may be made of the result before. */
interface Question {
  readonly asked: string;
  readonly calls: readonly (readonly [string, Args])[];
}

const QUESTIONS: readonly Question[] = [
  {
    asked: "Which of my devices are sick, and why?",
    calls: [["check_devices", {}], ["debug_device", { device_id: "plant/pump-3" }]],
  },
  {
    asked: "Why does heater_plug drop out?",
    calls: [["debug_device", { device_id: "heater_plug" }]],
  },
  { asked: "What floods the broker?", calls: [["monitor_performance", {}]] },
  {
    asked: "Which batteries are low?",
    calls: [["query_history", {
      topic: "#",
      where: [{ path: "battery", op: "<", value: 20 }],
      limit: 5,
    }]],
  },
  { asked: "Is the old freezer gone?", calls: [["debug_device", { device_id: "Old freezer" }]] },
  { asked: "What is on this broker?", calls: [["list_topics", {}]] },
  {
    asked: "Which documents speak of devices that are gone?",
    calls: [["clear_retained", { topics: ["homeassistant/+/old_freezer/+/config"] }]],
  },
  {
    asked: "What changed in the last 20 seconds?",
    calls: [["query_history", {
      topic: "plant/#",
      since: "-20s",
      compare: { since: "-40s", until: "-20s" },
    }]],
  },
  {
    asked: "What does conveyor-1's telemetry look like?",
    calls: [["get_topic_schema", { topic: "plant/conveyor-1/telemetry" }]],
  },
  {
    asked: "What is the mean of its motor current?",
    calls: [["query_history", {
      topic: "plant/conveyor-1/telemetry",
      aggregate: { by: "topic", field: "current_a" },
    }]],
  },
  {
    asked: "Does the relay answer?",
    calls: [["request_reply", {
      topic: "cmnd/heater_plug/STATUS",
      payload: "8",
      reply_topic: "stat/heater_plug/STATUS8",
      timeout: 1,
    }]],
  },
  { asked: "Is the connection well?", calls: [["test_connection", {}]] },
];

await using demo = await startDemo();
const core = await createCore(parseConfig([], {}));
let calls = 0;
let chars = 0;
try {
  const call = async (name: string, args: Args): Promise<{ session_id?: string; text: string }> => {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    const facts = await tool.run(tool.input.parse(args), {
      core,
      client: { id: "bench", name: "bench" },
      signal: new AbortController().signal,
      progress: () => {},
    });
    return { ...facts, text: JSON.stringify(facts) };
  };
  const { session_id } = await call("establish_connection", {
    connection_string: demo.url,
    record: ["#"],
  });
  console.log(`${WARM_UP_S} s of the demo are recorded first\n`);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_S * 1000));
  for (const question of QUESTIONS) {
    const sizes: string[] = [];
    for (const [name, args] of question.calls) {
      calls++;
      let length: number;
      try {
        length = (await call(name, { session_id, ...args })).text.length;
      } catch (error) {
        length = String(error).length;
        sizes.push(`${String(error).slice(0, 150)}`);
      }
      chars += length;
      sizes.push(`${name} ${length}`);
    }
    console.log(`${question.asked.padEnd(52)} ${sizes.join(", ")}`);
  }
} finally {
  await core.close();
}
console.log(
  `\n${calls} calls (at most ${MOST_CALLS}), ${chars} characters (at most ${MOST_CHARS})`,
);
if (calls > MOST_CALLS || chars > MOST_CHARS) Deno.exitCode = 1;

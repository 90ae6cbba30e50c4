/** The documents tell what is so: links lead somewhere, commands work, every setting and message is there. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { documents, fillParts, generatedParts, settingExamples } from "../../scripts/docs.ts";
import { parseConfig } from "../../src/config/mod.ts";
import { options, settingNames } from "../../src/config/settings.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { tools } from "../../src/tools/mod.ts";
import { startMosquitto } from "../support/mosquitto.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const LEFT_OUT = new Set([".git", "dist", "node_modules", "coverage", "__snapshots__"]);

function read(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path));
}

/** Paths of the files with that ending, relative to the root. */
function filesBelow(folder: string, ending: string): string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap((entry) => {
    const path = join(folder, entry.name);
    if (LEFT_OUT.has(entry.name)) return [];
    if (entry.isDirectory) return filesBelow(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  }).sort();
}

const markdown = filesBelow(".", ".md");

/** A document without what stands in code. */
function proseOf(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.+)$/gm);
  return new Set([...headings].map(([, heading]) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}_ -]/gu, "").trim().replaceAll(" ", "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  }));
}

/** Why a link leads nowhere; null when it leads somewhere. */
function linkProblem(from: string, target: string): string | null {
  if (/^[a-z]+:/i.test(target)) {
    if (!URL.canParse(target)) return "is no URL";
    return /^(https?|mailto):/.test(target) ? null : "has a scheme that browsers do not open";
  }
  const [path, anchor] = target.split("#");
  const file = path === "" ? from : join(dirname(from), decodeURIComponent(path));
  try {
    Deno.statSync(join(ROOT, file));
  } catch {
    return "names no file";
  }
  if (anchor === undefined) return null;
  return anchorsOf(read(file)).has(anchor) ? null : "names no heading";
}

Deno.test("every link and picture of every document leads somewhere", () => {
  const problems: string[] = [];
  let links = 0;
  for (const file of markdown) {
    const prose = proseOf(read(file));
    const targets = [
      ...[...prose.matchAll(/\]\(<?([^()\s>]+)>?(?: "[^"]*")?\)/g)].map((match) => match[1]),
      ...[...prose.matchAll(/<(https?:[^>]*)>/g)].map((match) => match[1]),
      ...[...prose.matchAll(/^\[[^\]]+\]: +(\S+)/gm)].map((match) => match[1]),
      ...[...prose.matchAll(/\b(?:src|href)="([^"]*)"/g)].map((match) => match[1]),
    ];
    links += targets.length;
    for (const target of targets) {
      const problem = linkProblem(file, target);
      if (problem !== null) problems.push(`${file}: "${target}" ${problem}`);
    }
  }
  assert.deepEqual(problems, []);
  assert.ok(links > 40, `only ${links} links were found`);
});

Deno.test("a link to a missing file, a missing heading or an unknown scheme is found", () => {
  assert.equal(linkProblem("README.md", "docs/nothing.md"), "names no file");
  assert.equal(linkProblem("README.md", "#nothing"), "names no heading");
  assert.equal(
    linkProblem("README.md", "javascript:alert(1)"),
    "has a scheme that browsers do not open",
  );
  assert.equal(linkProblem("docs/configuration.md", "../README.md#try-it"), null);
});

Deno.test("every page of docs/ is reached from the README", () => {
  const readme = read("README.md");
  for (const file of markdown.filter((path) => path.startsWith("docs/"))) {
    assert.ok(readme.includes(`](${file}`), file);
  }
});

Deno.test("the generated parts of the documents are in step", () => {
  const parts = generatedParts();
  const text = documents.map((name) => {
    assert.equal(fillParts(read(name), parts), read(name), `${name}: run deno task docs`);
    return read(name);
  }).join("\n");
  for (const name of Object.keys(parts)) {
    const documentCount = text.split(`<!-- ${name}:begin -->`).length - 1;
    assert.equal(documentCount, name === "layers" ? 2 : 1, `${name}: documents it stands in`);
  }
});

Deno.test("the example of each setting is one that the program takes", () => {
  for (const name of settingNames) {
    const { env } = options[name];
    const pair = { MQTT_CERT_FILE: "a.pem", MQTT_KEY_FILE: "b.pem" };
    const place = { DATA_DIR: "data" };
    const config = parseConfig([], {
      ...(env in pair ? pair : {}),
      ...(env === "RECORD_STORE" ? place : {}),
      [env]: settingExamples[name],
    });
    assert.ok(config.given.has(name), env);
    assert.notDeepEqual(config[name], options[name].default, env);
  }
});

/** Every command of a document, one a line, with continued lines joined. */
function commandsOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1]);
  return blocks.flatMap((block) => block.replace(/\\\n\s*/g, "").trim().split("\n"));
}

const commands = commandsOf(read("README.md"));
const pinned = `npx -y deno@${read(".dvmrc").trim()} `;
/** The published package; tests/ship/npm_test.ts runs it as it is published. */
const published = "npx -y @bitsperity/mqtt-mcp";

/** Runs one of the README's commands of the published package with the Deno that runs the tests, from this checkout. */
async function runCommand(command: string) {
  assert.ok(commands.includes(command), `the README does not say: ${command}`);
  const args = command.slice(published.length + 1).split(" ");
  return await runDeno(["run", "-A", "main.ts", ...args]);
}

async function runDeno(args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("each command of the README is one that these tests know", () => {
  const known = [
    `${pinned}task demo`,
    `${pinned}task test`,
    published,
    `${published} --help`,
    `${published} --check mqtt://127.0.0.1:1883`,
    `${published} --demo`,
    `${published} --monitor`,
  ];
  assert.deepEqual(commands.toSorted(), known.sort());
});

/** What a host is to start, in every form in which the documents name it. */
const COMMAND = { command: "npx", args: ["-y", "@bitsperity/mqtt-mcp"] };

Deno.test("the README's buttons, lines and JSON for hosts, and cursor-mcp-config.json, all start the published package", () => {
  const text = read("README.md");
  const cursor = /cursor\.com\/en\/install-mcp\?name=mqtt&config=([^)]+)\)/.exec(text)?.[1] ?? "";
  const code = /mcp\/install\?name=mqtt&config=([^)]+)\)/.exec(text)?.[1] ?? "";
  assert.deepEqual(JSON.parse(atob(cursor)), COMMAND);
  assert.deepEqual(JSON.parse(decodeURIComponent(code)), COMMAND);
  const added = /`code --add-mcp '([^']+)'`/.exec(text)?.[1] ?? "";
  assert.deepEqual(JSON.parse(added), { name: "mqtt", ...COMMAND });
  for (const host of ["claude", "codex"]) {
    assert.ok(text.includes(`\`${host} mcp add mqtt -- ${published}\``), host);
  }
  const pasted = /^```json\n(\{\n {2}"mcpServers"[\s\S]*?)^```/m.exec(text)?.[1] ?? "";
  for (const settings of [pasted, read("cursor-mcp-config.json")]) {
    const { env, ...command } = JSON.parse(settings).mcpServers.mqtt;
    assert.deepEqual(command, COMMAND);
    assert.equal(parseConfig([], env).defaultMqttBroker, env.DEFAULT_MQTT_BROKER);
  }
});

Deno.test("the README's demo and tests are tasks that there are, and tests/demo runs the demo", async () => {
  const { tasks } = JSON.parse(read("deno.json"));
  for (const task of ["demo", "test"]) {
    assert.ok(commands.includes(`${pinned}task ${task}`), task);
    const script = /deno run -A (\S+)$/.exec(tasks[task].command)?.[1];
    assert.ok((await Deno.stat(join(ROOT, String(script)))).isFile, task);
  }
  assert.match(read("tests/demo/showcase_test.ts"), /args: \["task", "demo"\]/);
});

Deno.test("the README's command for help answers", async () => {
  const help = await runCommand(`${published} --help`);
  assert.deepEqual([help.code, help.stderr], [0, ""]);
  for (const flag of ["--monitor", "--check URL", "--core"]) assert.ok(help.stdout.includes(flag));
});

Deno.test("the README's check tells a broker that is there from one that is not", async () => {
  assert.ok(commands.includes(`${published} --check mqtt://127.0.0.1:1883`));
  const check = async (url: string) => await runDeno(["run", "-A", "main.ts", "--check", url]);
  let url: string;
  {
    await using broker = await startMosquitto();
    url = broker.url;
    const good = await check(url);
    assert.equal(good.code, 0, good.stdout + good.stderr);
  }
  assert.equal((await check(url)).code, 1);
});

/** The parts of a document below its headings of the second level, by heading. */
function partsOf(text: string): Map<string, string> {
  return new Map(
    text.split(/^## /m).slice(1).map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end)];
    }),
  );
}

Deno.test("seven stories go from a question through calls and results to an answer", () => {
  const stories = partsOf(read("docs/examples.md"));
  assert.deepEqual([...stories.keys()], [
    "Which of my devices are sick?",
    "A silent sensor",
    "Tell me when",
    "A schema that changed",
    "A flood",
    "A new device to integrate",
    "A broker move",
  ]);
  for (const [title, story] of stories) {
    assert.match(
      story,
      /^> .+\?\n\n`\w+` `\{.*\}`\n\n```json\n[\s\S]+^\*\*Answer\.\*\* .+/m,
      title,
    );
    for (const [, name] of story.matchAll(/^`(\w+)` `\{/gm)) {
      assert.ok(tools.some((tool) => tool.name === name), name);
    }
  }
});

Deno.test("each tool is documented with a call that it takes, and the result", () => {
  const pages = partsOf(read("docs/tools.md"));
  assert.deepEqual([...pages.keys()], tools.map((tool) => tool.name));
  for (const tool of tools) {
    const call = new RegExp(`^\`${tool.name}\` \`(\\{.*\\})\`\n\n\`\`\`json\n`, "m");
    const args = call.exec(pages.get(tool.name) ?? "")?.[1];
    assert.ok(args, tool.name);
    for (const name of Object.keys(JSON.parse(args))) assert.ok(name in tool.input.shape, name);
  }
});

const troubleshooting = read("docs/troubleshooting.md");

/** The words of a template between its values, the longest one. */
function longestWords(template: string): string {
  const parts = template.replace(/\\"/g, '"').split(/\$\{[^}]*\}|\{[a-z]+\}/);
  return parts.toSorted((a, b) => b.length - a.length)[0].trim();
}

/** The first text after each match of a pattern in src/ and main.ts. */
function textsAfter(pattern: RegExp): { file: string; text: string }[] {
  const found: { file: string; text: string }[] = [];
  for (const file of [...filesBelow("src", ".ts"), "main.ts"]) {
    const source = read(file);
    for (const match of source.matchAll(pattern)) {
      const rest = source.slice(match.index + match[0].length);
      const text = /^\s*(?:`((?:[^`\\]|\\.)*)`|"((?:[^"\\]|\\.)*)")/.exec(rest);
      if (text !== null) found.push({ file, text: text[1] ?? text[2] });
    }
  }
  return found;
}

/** Every code that a failed call can carry; the compiler holds it to all there are. */
const CODES: Readonly<Record<ErrorCode | "INTERNAL_ERROR", true>> = {
  BROKER_UNREACHABLE: true,
  AUTHENTICATION_FAILED: true,
  CONNECTION_TIMEOUT: true,
  TLS_FAILED: true,
  CONNECTION_LOST: true,
  SESSION_NOT_FOUND: true,
  SESSION_EXPIRED: true,
  RESOURCE_LIMIT: true,
  CONNECTION_STRING_INVALID: true,
  TOPIC_INVALID: true,
  PAYLOAD_TOO_LARGE: true,
  QOS_NOT_SUPPORTED: true,
  NOT_AUTHORIZED: true,
  NOT_ALLOWED: true,
  INVALID_ARGUMENT: true,
  TIMEOUT: true,
  INTERNAL_ERROR: true,
};

Deno.test("every code that a failed call can carry is explained", () => {
  const http = textsAfter(/new HttpError\(\s*\d+,/g).map(({ text }) => text);
  assert.ok(http.includes("UNKNOWN_HOST"));
  for (const code of [...Object.keys(CODES), ...http]) {
    assert.match(troubleshooting, new RegExp(`^\\|.*\`${code}\`.*\\|`, "m"), code);
  }
});

Deno.test("every line that refuses a setting or tells of a core is explained", () => {
  const refusals = textsAfter(/new ConfigError\(/g);
  const bridge = textsAfter(/\bsay\(/g).filter(({ file }) => file.endsWith("bridge.ts"));
  const brokers = textsAfter(/throw new Error\(/g).filter(({ file, text }) =>
    file.endsWith("named_brokers.ts") && text.startsWith("Cannot")
  );
  assert.ok(refusals.length >= 14 && bridge.length === 6, `${refusals.length}, ${bridge.length}`);
  for (const { file, text } of [...refusals, ...bridge, ...brokers]) {
    const words = longestWords(text);
    assert.ok(troubleshooting.includes(words), `${file}: "${words}"`);
  }
  for (const words of ["a core is already running on", "Unknown flag --", "is taken`"]) {
    assert.ok(troubleshooting.includes(words), words);
  }
});

Deno.test("every warning and error of the log is explained", () => {
  const lines = textsAfter(/log\("\w+"\)\.(?:warning|error)\(/g)
    .filter(({ text }) => text !== "{error}");
  assert.ok(lines.length >= 8, String(lines.length));
  for (const { file, text } of lines) {
    const words = text.startsWith("Bug:") ? "Bug:" : longestWords(text);
    assert.ok(troubleshooting.includes(words), `${file}: "${words}"`);
  }
});

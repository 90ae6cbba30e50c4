/** The plugin for Claude Code and the extension for Gemini CLI, by the rules of their formats. */
import { Ajv } from "ajv";
import assert from "node:assert/strict";
import { parse } from "yaml";
import { extensionFiles, skills } from "../../scripts/extensions.ts";
import { npmManifest } from "../../scripts/release/npm.ts";
import { environmentNames, parseConfig } from "../../src/config/mod.ts";
import { jsonSchemaOf } from "../../src/mcp/json_schema.ts";
import { tools } from "../../src/tools/mod.ts";

const ROOT = new URL("../../", import.meta.url);
const files = extensionFiles();

// deno-lint-ignore no-explicit-any -- documents of other programs' formats
function readJson(path: string): any {
  return JSON.parse(files[path]);
}

Deno.test("what is in the repository is what the one source says, and nothing else lies beside it", () => {
  for (const [path, text] of Object.entries(files)) {
    assert.equal(Deno.readTextFileSync(new URL(path, ROOT)), text, path);
  }
  const { stdout } = new Deno.Command("git", {
    args: ["ls-files", ".claude-plugin", "plugins", "skills"],
    cwd: ROOT,
  }).outputSync();
  const there = new TextDecoder().decode(stdout).trim().split("\n");
  const known = [...Object.keys(files), "plugins/mqtt/.claude-plugin/icon.png"];
  assert.deepEqual(there.filter((path) => !known.includes(path)), []);
});

const text = { type: "string", minLength: 1 };
const kebab = { type: "string", pattern: "^[a-z0-9]+(-[a-z0-9]+)*$", maxLength: 64 };
const strings = { type: "array", items: text };
const person = {
  type: "object",
  required: ["name"],
  properties: { name: text, email: text, url: text },
};
const marketplace = {
  type: "object",
  required: ["name", "owner", "plugins"],
  additionalProperties: false,
  properties: {
    $schema: text,
    // names that Anthropic keeps for itself
    name: { ...kebab, not: { pattern: "^(claude|anthropic|official|agent-skills|life-sciences)" } },
    description: text,
    owner: person,
    plugins: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["name", "source"],
        additionalProperties: false,
        properties: {
          name: kebab,
          source: { type: "string", pattern: "^\\./[^.]" },
          description: text,
          category: text,
          keywords: strings,
        },
      },
    },
  },
};
const plugin = {
  type: "object",
  required: ["name", "version", "description", "author"],
  additionalProperties: false,
  properties: {
    name: kebab,
    version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+$" },
    description: text,
    license: text,
    author: person,
    homepage: { type: "string", pattern: "^https://" },
    repository: { type: "string", pattern: "^https://" },
    keywords: strings,
    userConfig: {
      type: "object",
      propertyNames: { pattern: "^[a-z_]+$" },
      // a key it does not know keeps the whole plugin from loading
      additionalProperties: {
        type: "object",
        required: ["type", "title", "description"],
        additionalProperties: false,
        properties: {
          type: { enum: ["string", "number", "boolean", "directory", "file"] },
          title: text,
          description: text,
          sensitive: { type: "boolean" },
          required: { type: "boolean" },
        },
      },
    },
  },
};
const geminiExtension = {
  type: "object",
  required: ["name", "version"],
  additionalProperties: false,
  properties: {
    name: kebab,
    version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+$" },
    description: text,
    mcpServers: {
      type: "object",
      additionalProperties: {
        type: "object",
        required: ["command"],
        // `trust` is not for extensions
        additionalProperties: false,
        properties: { command: text, args: strings, env: { type: "object" } },
      },
    },
    settings: {
      type: "array",
      items: {
        type: "object",
        required: ["name", "description", "envVar"],
        additionalProperties: false,
        properties: {
          name: text,
          description: text,
          envVar: { type: "string", pattern: "^[A-Z_]+$" },
          sensitive: { type: "boolean" },
        },
      },
    },
  },
};

for (
  const [path, shape] of [
    [".claude-plugin/marketplace.json", marketplace],
    ["plugins/mqtt/.claude-plugin/plugin.json", plugin],
    ["gemini-extension.json", geminiExtension],
  ] as const
) {
  Deno.test(`${path} keeps the rules of its format`, () => {
    const valid = new Ajv({ strict: false }).compile(shape);
    assert.ok(valid(readJson(path)), JSON.stringify(valid.errors));
    assert.ok(!valid({ ...readJson(path), name: "Not A Name" }));
    assert.ok(!valid({ ...readJson(path), unknown: 1 }));
  });
}

Deno.test("the marketplace's plugin is in this repository under its name", () => {
  for (const { name, source } of readJson(".claude-plugin/marketplace.json").plugins) {
    assert.equal(readJson(`${source.slice(2)}/.claude-plugin/plugin.json`).name, name);
  }
});

Deno.test("both start this version's package, with settings that there are, and none where nothing was given", () => {
  const claude = readJson("plugins/mqtt/.mcp.json").mcpServers.mqtt;
  const gemini = readJson("gemini-extension.json");
  const { name, version } = npmManifest();
  for (const { command, args } of [claude, gemini.mcpServers.mqtt]) {
    assert.deepEqual([command, ...args], ["npx", "-y", `${name}@${version}`]);
  }
  const { userConfig } = readJson("plugins/mqtt/.claude-plugin/plugin.json");
  const { NPM_CONFIG_FETCH_RETRY_MINTIMEOUT, NPM_CONFIG_FETCH_RETRY_MAXTIMEOUT, ...own } =
    claude.env;
  // npm's own would be silent for more than a minute where its network is away
  assert.deepEqual(gemini.mcpServers.mqtt.env, {
    NPM_CONFIG_FETCH_RETRY_MINTIMEOUT,
    NPM_CONFIG_FETCH_RETRY_MAXTIMEOUT,
  });
  assert.ok(Number(NPM_CONFIG_FETCH_RETRY_MAXTIMEOUT) <= 5_000);
  const wanted = Object.values<string>(own).map((value) =>
    /^\$\{user_config\.(\w+)\}$/.exec(value)?.[1]
  );
  assert.deepEqual(wanted, Object.keys(userConfig));
  const variables = gemini.settings.map(({ envVar }: { envVar: string }) => envVar);
  assert.deepEqual(Object.keys(own), variables);
  for (const variable of variables) assert.ok(environmentNames.includes(variable), variable);
  // what Claude Code puts in for a setting that was left empty
  const empty = Object.fromEntries(variables.map((variable: string) => [variable, ""]));
  assert.deepEqual([...parseConfig([], empty).given], []);
});

Deno.test("each has the three skills, and each skill is named as its folder and says when it is for", () => {
  assert.equal(skills.length, 3);
  for (const folder of ["skills", "plugins/mqtt/skills"]) {
    const found = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
    assert.deepEqual(found, skills.map(({ name }) => `${folder}/${name}/SKILL.md`));
    for (const path of found) {
      const [, head, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(files[path]) ?? [];
      const { name, description, ...others } = parse(head);
      assert.deepEqual(others, {});
      assert.equal(`${folder}/${name}/SKILL.md`, path);
      assert.match(name, /^[a-z0-9-]{1,64}$/);
      assert.ok(description.length <= 1_024 && / Use when /.test(description), name);
      assert.ok(body.split("\n").length < 60, "short enough to be read each time");
    }
  }
});

Deno.test("the skills name tools and arguments that there are", () => {
  const names = tools.map(({ name }) => name);
  const args = new Set(
    tools.flatMap(({ input }) => Object.keys(jsonSchemaOf(input, "input").properties ?? {})),
  );
  // keys of results that a skill has read
  const results = ["answer", "problems", "tree", "device", "mqtt"];
  for (const { name } of skills) {
    const code = [...files[`skills/${name}/SKILL.md`].matchAll(/`([^`]+)`/g)].map(([, c]) => c);
    assert.ok(code.some((word) => names.includes(word)));
    for (const word of code) {
      const key = word.split(":")[0];
      assert.ok(
        names.includes(word) || args.has(key) || results.includes(word),
        `${name}: ${word}`,
      );
    }
  }
});

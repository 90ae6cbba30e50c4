/** The add-on of Home Assistant, by the rules its Supervisor holds a repository and an add-on to. */
import { Ajv } from "ajv";
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import manifest from "../../deno.json" with { type: "json" };
import { imageReadable, imageWritable } from "../../scripts/release/permissions.ts";
import { parseConfig } from "../../src/config/mod.ts";
import { flagOf, options, settingNames } from "../../src/config/settings.ts";
import { flagsOfOptions } from "../../src/supervisor.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const ADD_ON = join(ROOT, "homeassistant");

function read(path: string): string {
  return Deno.readTextFileSync(join(ROOT, path));
}

// deno-lint-ignore no-explicit-any -- documents of another program's format
function readYaml(path: string): any {
  return parse(read(path));
}

const config = readYaml("homeassistant/config.yaml");

const bool = { type: "boolean" };
const port = { type: "integer", minimum: 1, maximum: 65_535 };
const strings = { type: "array", items: { type: "string" }, uniqueItems: true };
/** A kind of value that its settings page can ask for; `?` where nothing has to be given. */
const element = {
  type: "string",
  pattern: "^(bool|email|url|port|(str|password)(\\(\\d*,\\d*\\))?|int(\\(-?\\d*,-?\\d*\\))?|" +
    "float(\\([-.\\d]*,[-.\\d]*\\))?|match\\(.*\\)|list\\(.+\\)|device(\\(subsystem=[a-z]+\\))?)\\??$",
};
const addOnShape = {
  type: "object",
  required: ["name", "version", "slug", "description", "arch"],
  // It ignores what it does not know, and so would not tell of a misspelled key.
  additionalProperties: false,
  properties: {
    name: { type: "string", minLength: 1 },
    version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+" },
    // a part of the host's name, where _ becomes -
    slug: { type: "string", pattern: "^[a-z0-9_]+$" },
    description: { type: "string", minLength: 1 },
    url: { type: "string", pattern: "^https://" },
    // without a tag: that is the version
    image: { type: "string", pattern: "^[a-z0-9.-]+(/[a-z0-9][a-z0-9._-]*)+$" },
    arch: { ...strings, items: { enum: ["amd64", "aarch64"] }, minItems: 1 },
    startup: { enum: ["initialize", "system", "services", "application", "once"] },
    boot: { enum: ["auto", "manual", "manual_only"] },
    init: bool,
    timeout: { type: "integer", minimum: 10, maximum: 300 },
    watchdog: {
      type: "string",
      pattern: "^(https?|\\[PROTO:\\w+\\]|tcp)://\\[HOST\\]:(\\[PORT:\\d+\\]|\\d+).*$",
    },
    services: { ...strings, items: { pattern: "^(mqtt|mysql):(provide|want|need)$" } },
    ingress: bool,
    ingress_port: port,
    panel_icon: { type: "string", pattern: "^mdi:[a-z0-9-]+$" },
    panel_title: { type: "string" },
    ports: {
      type: "object",
      propertyNames: { pattern: "^\\d+(/tcp|/udp)?$" },
      additionalProperties: { ...port, type: ["integer", "null"] },
    },
    map: {
      type: "array",
      items: {
        type: "object",
        required: ["type"],
        additionalProperties: false,
        properties: {
          // of its names those that all of its versions know
          type: {
            enum: [
              "data",
              "ssl",
              "backup",
              "share",
              "media",
              "homeassistant_config",
              "addon_config",
            ],
          },
          read_only: bool,
          path: { type: "string", pattern: "^/.+" },
        },
      },
    },
    backup_exclude: strings,
    options: { type: "object" },
    schema: {
      type: "object",
      additionalProperties: {
        anyOf: [element, { type: "array", items: element, minItems: 1, maxItems: 1 }],
      },
    },
  },
};

const valid = new Ajv({ strict: false }).compile(addOnShape);

Deno.test("the add-on's settings keep the Supervisor's rules", () => {
  assert.ok(valid(config), JSON.stringify(valid.errors));
  const broken: [string, unknown][] = [
    ["slug", "mqtt mcp"],
    ["arch", ["x86"]],
    ["image", "ghcr.io/a/b:1"],
    ["ports", { "8091/tcp": "8091" }],
    ["schema", { read_only: "boolean" }],
    ["map", [{ type: "config_dir" }]],
    ["services", ["mqtt"]],
    ["ingres", true],
  ];
  for (const [key, value] of broken) assert.ok(!valid({ ...config, [key]: value }), key);
  const paths = (config.map as { path: string }[]).map(({ path }) => path);
  assert.equal(new Set(paths).size, paths.length);
});

Deno.test("this repository is one of Home Assistant's: its file, and one add-on with all that the store shows", () => {
  const repository = readYaml("repository.yaml");
  assert.deepEqual(Object.keys(repository).sort(), ["maintainer", "name", "url"]);
  // It takes every config.yaml, config.yml and config.json of the repository for an add-on.
  const { stdout } = new Deno.Command("git", { args: ["ls-files"], cwd: ROOT }).outputSync();
  const configs = new TextDecoder().decode(stdout).split("\n").filter((path) =>
    /(^|\/)config\.(ya?ml|json)$/.test(path) &&
    !path.split("/").some((part) => part.startsWith(".") || part === "rootfs")
  );
  assert.deepEqual(configs, ["homeassistant/config.yaml"]);
  for (const name of ["README.md", "DOCS.md", "CHANGELOG.md"]) {
    assert.match(read(`homeassistant/${name}`), /^# /, name);
  }
  assert.equal(/^## (\S+)/m.exec(read("homeassistant/CHANGELOG.md"))?.[1], manifest.version);
  for (const [name, width, height] of [["icon.png", 128, 128], ["logo.png", 250, 100]] as const) {
    const bytes = Deno.readFileSync(join(ADD_ON, name));
    const view = new DataView(bytes.buffer);
    assert.deepEqual([...bytes.subarray(1, 4)], [...new TextEncoder().encode("PNG")], name);
    assert.deepEqual([view.getUint32(16), view.getUint32(20)], [width, height], name);
  }
});

Deno.test("every option is a setting of the program, and its defaults start it", () => {
  const names = ["record_database", ...settingNames.map((name) => options[name].env.toLowerCase())];
  for (const name of Object.keys(config.schema)) assert.ok(names.includes(name), name);
  const settings = parseConfig(["--data-dir=/app/data", ...flagsOfOptions(config.options)], {});
  assert.equal(settings.readOnly, false);
  assert.deepEqual(settings.record, ["#"]);
  for (const [name, value] of Object.entries(config.options)) {
    const kind = config.schema[name];
    assert.ok(kind !== undefined, `${name} is not in the schema`);
    // one with a default may not be left out, by its rules
    assert.ok(!String(kind).endsWith("?"), name);
    assert.equal(Array.isArray(kind), Array.isArray(value), name);
  }
  for (const [name, kind] of Object.entries<string | string[]>(config.schema)) {
    if (config.options[name] === undefined) assert.ok(String(kind).endsWith("?"), name);
  }
});

Deno.test("each kind of option says what the program takes: its bounds, its words, what is secret", () => {
  const { record_database: database, ...schema } = config.schema;
  assert.equal(database, "password?");
  for (const [name, kind] of Object.entries<string | string[]>(schema)) {
    const setting = settingNames.find((one) => options[one].env.toLowerCase() === name)!;
    const flag = (value: string) => parseConfig([`--${flagOf(options[setting].env)}=${value}`], {});
    const text = String(kind).replace(/\?$/, "");
    const [, low, high] = /^int\((\d+),(\d+)\)$/.exec(text) ?? [];
    if (low !== undefined) {
      for (const bound of [low, high]) flag(bound);
      assert.throws(() => flag(String(Number(high) + 1)), name);
    }
    const words = /^list\((.*)\)$/.exec(text)?.[1].split("|") ?? [];
    for (const word of words) parseConfig([`--${flagOf(name)}=${word}`, "--data-dir=/d"], {});
    assert.equal(text === "bool", options[setting].boolean === true, name);
    if (/token|broker$|notify_url/.test(name)) {
      assert.equal(options[setting].secret, true, name);
      assert.equal(text, "password", name);
    }
  }
});

for (const language of ["en", "de"]) {
  Deno.test(`the options and ports are told in ${language}, each of them and no other`, () => {
    const { configuration, network, ...others } = readYaml(
      `homeassistant/translations/${language}.yaml`,
    );
    assert.deepEqual(others, {});
    assert.deepEqual(Object.keys(configuration).sort(), Object.keys(config.schema).sort());
    assert.deepEqual(Object.keys(network), Object.keys(config.ports));
    for (const [name, told] of Object.entries<Record<string, string>>(configuration)) {
      assert.deepEqual(Object.keys(told), ["name", "description"], name);
      assert.ok(told.name.length > 2 && told.name.length < 60, name);
      assert.ok(told.description.length > 5, name);
    }
  });
}

Deno.test("what Home Assistant mounts lies where the image's program may open it, and its image is the add-on's", () => {
  const allowed: readonly string[] = [...imageWritable, ...imageReadable];
  for (const { type, read_only, path } of config.map) {
    assert.ok(allowed.includes(path), `${type} at ${path}`);
    if (!read_only) assert.ok(imageWritable.some((own) => own === path), path);
  }
  const stage = read("Dockerfile").split(/^(?=FROM )/m).find((text) =>
    /^FROM \S+ AS homeassistant$/m.test(text)
  );
  assert.ok(stage !== undefined);
  const data = config.map.find(({ type }: { type: string }) => type === "data");
  assert.match(stage, new RegExp(`^ENV .*DATA_DIR=${data.path}$`, "m"));
  assert.match(stage, /^CMD \["--home-assistant"\]$/m);
  assert.match(stage, /^HEALTHCHECK .+"--healthcheck"\]$/m);
  // Home Assistant's mounts belong to root, and the socket's directory must belong to whoever runs it
  assert.match(stage, /^USER 0:0$/m);
  assert.match(stage, /^COPY --from=program --chown=0:0 \/root-of-image\/ \/$/m);
  const labelled = /io\.hass\.arch="([^"]+)"/.exec(stage)?.[1].split("|");
  assert.deepEqual(labelled?.toSorted(), config.arch.toSorted());

  const { steps } = readYaml(".github/workflows/release.yml").jobs.image;
  const push = steps.find((step: { id?: string }) => step.id === "addon").with;
  assert.equal(push.target, "homeassistant");
  const image = config.image.replace("bitsperity", "${{ github.repository_owner }}");
  assert.equal(push.tags, `${image}:\${{ steps.meta.outputs.version }}`);
  assert.match(push["build-args"], /^VERSION=\$\{\{ steps\.meta\.outputs\.version \}\}$/m);
});

Deno.test("the ports agree: the one that is listened on, the ingress', the one assistants use, the watchdog's", () => {
  const { webPort } = parseConfig([], {});
  assert.equal(config.ingress_port, webPort);
  assert.deepEqual(Object.keys(config.ports), [`${webPort}/tcp`]);
  assert.equal(config.watchdog, `http://[HOST]:[PORT:${webPort}]/health`);
});

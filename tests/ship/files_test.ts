import { Ajv } from "ajv";
import assert from "node:assert/strict";
import { parse } from "yaml";
import manifest from "../../deno.json" with { type: "json" };
import server from "../../server.json" with { type: "json" };
import { npmManifest } from "../../scripts/release/npm.ts";
import { releaseNotes } from "../../scripts/release/notes.ts";
import { imageWritable } from "../../scripts/release/permissions.ts";
import { targets } from "../../scripts/release/targets.ts";
import { APP_ID, pinImage } from "../../scripts/release/umbrel.ts";
import { versionDifferences } from "../../scripts/release/version.ts";
import { environmentNames, parseConfig } from "../../src/config/mod.ts";
import { options, settingNames } from "../../src/config/settings.ts";
import { hostGuard } from "../../src/monitor/http_guard.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

function read(path: string): string {
  return Deno.readTextFileSync(`${ROOT}/${path}`);
}

// deno-lint-ignore no-explicit-any -- documents of other programs' formats
function readYaml(path: string): any {
  return parse(read(path));
}

Deno.test("every file that names the version names the same", async () => {
  assert.deepEqual(await versionDifferences(ROOT), []);
  assert.equal((await versionDifferences(ROOT, "99.0.0")).length, 1);
});

Deno.test(".env.example has every setting, and the container's limits", () => {
  const named = [...read(".env.example").matchAll(/^#? ?([A-Z_]+)=/gm)].map((match) => match[1]);
  for (const name of settingNames) assert.ok(named.includes(options[name].env), options[name].env);
  for (const name of ["MEMORY_LIMIT", "MEMORY_RESERVATION", "CPU_LIMIT"]) {
    assert.ok(named.includes(name), name);
  }
  assert.equal(new Set(named).size, named.length, "none twice");
  const text = read(".env.example").replace(/\n# /g, " ").toLowerCase();
  for (const name of settingNames) {
    assert.ok(text.includes(options[name].help.toLowerCase()), options[name].env);
  }
});

Deno.test("the compose file runs the monitor within its limits, read-only and without capabilities", () => {
  const service = readYaml("docker-compose.yml").services["mcp-server"];
  assert.deepEqual(service.command, ["--monitor"]);
  assert.equal(service.container_name, "bitsperity-mqtt-mcp_mcp-server_1");
  assert.equal(service.user, "1000:1000");
  assert.equal(service.read_only, true);
  assert.deepEqual(service.cap_drop, ["ALL"]);
  const { limits, reservations } = service.deploy.resources;
  assert.equal(reservations.memory, "${MEMORY_RESERVATION:-64M}");
  assert.equal(service.stop_grace_period, "30s");
  assert.deepEqual([limits.memory, limits.cpus], ["${MEMORY_LIMIT:-256M}", "${CPU_LIMIT:-0.5}"]);
  assert.equal(service.environment.LOG_FILE, "/app/logs/mqtt-mcp.log");
  assert.equal(service.environment.DATA_DIR, "/app/data");
  assert.equal(
    service.environment.DEFAULT_MQTT_BROKER,
    "${DEFAULT_MQTT_BROKER:-mqtt://mosquitto:1883}",
  );
  assert.deepEqual(service.networks, ["mosquitto"]);
});

for (const path of ["docker-compose.yml", `${APP_ID}/docker-compose.yml`]) {
  Deno.test(`${path}: only settings there are, and a place for each directory that is written to`, () => {
    const service = readYaml(path).services["mcp-server"];
    for (const name of Object.keys(service.environment)) {
      assert.ok(environmentNames.includes(name), name);
    }
    const mounts: string[] = [...service.volumes, ...service.tmpfs];
    for (const writable of imageWritable) {
      const found = mounts.filter((mount) => mount.split(":").includes(writable));
      assert.equal(found.length, 1, `${writable} in ${mounts.join(" ")}`);
      assert.doesNotMatch(found[0], /:ro$/);
    }
  });
}

Deno.test("the development compose file only changes what the other has", () => {
  const { services } = readYaml("docker-compose.override.yml");
  assert.deepEqual(Object.keys(services), ["mcp-server"]);
  assert.equal(services["mcp-server"].build.target, "development");
  assert.match(read("Dockerfile"), /^FROM .+ AS development$/m);
});

Deno.test("the Dockerfile ends with the image: no root, a health check, every version pinned", () => {
  const text = read("Dockerfile");
  const stages = text.split(/^(?=FROM )/m).slice(1);
  const image = stages.at(-1) ?? "";
  assert.match(image, /^FROM \S+ AS image$/m);
  assert.match(image, /^USER 1000:1000$/m);
  assert.match(image, /^HEALTHCHECK .+"--healthcheck"\]$/m);
  assert.doesNotMatch(image, /^RUN /m);
  for (const [, base] of text.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)) {
    assert.doesNotMatch(base, /:latest$/);
    assert.match(base, /^(scratch|\$\{PROGRAM\}|\S+:\S+)$/);
  }
  assert.ok(text.includes(`ARG DENO_VERSION=${read(".dvmrc").trim()}\n`), "as in .dvmrc");
  const label = /io\.modelcontextprotocol\.server\.name="([^"]+)"/.exec(text)?.[1];
  assert.equal(label, server.name);
});

const CATEGORIES = "ai automation bitcoin crypto developer files finance media networking social";

Deno.test("the Umbrel manifest keeps the store's rules", () => {
  const app = readYaml(`${APP_ID}/umbrel-app.yml`);
  assert.equal(app.manifestVersion, 1.1);
  assert.equal(app.id, APP_ID);
  assert.match(app.id, /^bitsperity-[a-z0-9-]+$/);
  assert.ok(CATEGORIES.split(" ").includes(app.category), app.category);
  assert.equal(app.category, "developer");
  assert.equal(app.version, manifest.version);
  assert.equal(app.port, 8091);
  assert.equal(app.deterministicPassword, true);
  assert.ok(app.tagline.length <= 100 && !app.tagline.endsWith("."), app.tagline);
  for (const name of ["name", "description", "releaseNotes", "developer", "submitter"]) {
    assert.ok(app[name]?.length > 0, name);
  }
  for (const name of ["website", "repo", "support", "submission", "icon"]) {
    assert.equal(new URL(app[name]).protocol, "https:", name);
  }
  assert.ok(Array.isArray(app.dependencies));
});

Deno.test("this repository is a community app store of umbrelOS: its app's folder is named after it, with all it mounts", () => {
  const store = readYaml("umbrel-app-store.yml");
  assert.deepEqual(Object.keys(store).sort(), ["id", "name"]);
  assert.match(store.id, /^[a-z-]+$/);
  // umbrelOS takes every folder with a manifest for an app
  const apps = [...Deno.readDirSync(ROOT)].filter(({ name, isDirectory }) =>
    isDirectory && [...Deno.readDirSync(`${ROOT}/${name}`)].some((e) => e.name === "umbrel-app.yml")
  ).map(({ name }) => name);
  assert.deepEqual(apps, [APP_ID]);
  assert.ok(APP_ID.startsWith(`${store.id}-`));
  const { volumes } = readYaml(`${APP_ID}/docker-compose.yml`).services["mcp-server"];
  for (const volume of volumes as string[]) {
    const folder = volume.split(":")[0].replace("${APP_DATA_DIR}", APP_ID);
    // git keeps no empty folders, and a missing one would belong to root
    assert.ok(Deno.statSync(`${ROOT}/${folder}/.gitkeep`).isFile, folder);
  }
});

/** Width and height of a PNG, from its header. */
function pngSize(path: string): [width: number, height: number] {
  const bytes = Deno.readFileSync(`${ROOT}/${path}`);
  assert.deepEqual([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10], path);
  const view = new DataView(bytes.buffer);
  return [view.getUint32(16), view.getUint32(20)];
}

Deno.test("what the Umbrel manifest shows is in this repository: an icon, and three pictures of the store's size", async () => {
  const { icon, gallery } = readYaml(`${APP_ID}/umbrel-app.yml`);
  const here = `https://raw.githubusercontent.com/bitsperity/mqtt-mcp/v${manifest.version}/umbrel/`;
  assert.equal(gallery.length, 3);
  assert.equal(new Set(gallery).size, 3);
  for (const url of [icon, ...gallery]) {
    assert.ok(url.startsWith(here), url);
    assert.ok((await Deno.stat(`${ROOT}/umbrel/${url.slice(here.length)}`)).isFile, url);
  }
  for (const url of gallery) {
    const path = `umbrel/${url.slice(here.length)}`;
    assert.deepEqual(pngSize(path), [1440, 900], path);
    assert.ok((await Deno.stat(`${ROOT}/${path}`)).size < 500_000, path);
  }
  const svg = read("umbrel/icon.svg");
  assert.match(svg, /viewBox="0 0 256 256"/);
  assert.doesNotMatch(svg, /<script|href=|<image/);
});

Deno.test("the Umbrel app's compose file keeps the store's rules once its image is pinned", () => {
  const pinned = parse(pinImage(read(`${APP_ID}/docker-compose.yml`), { digest: DIGEST }));
  assert.deepEqual(Object.keys(pinned), ["services"], "no networks or volumes of its own");
  const { app_proxy, ...services } = pinned.services;
  assert.deepEqual(Object.keys(app_proxy), ["environment"]);
  assert.equal(app_proxy.environment.APP_HOST, `${APP_ID}_mcp-server_1`);
  assert.equal(app_proxy.environment.APP_PORT, 8091);
  assert.ok(
    services["mcp-server"].environment.WEB_TOKEN,
    "what umbrelOS lets pass has its own guard",
  );
  for (const service of Object.values<Record<string, unknown>>(services)) {
    assert.match(String(service.image), /^[^\s:@]+\/[^\s:@]+:\d[^\s:@]*@sha256:[0-9a-f]{64}$/);
    assert.equal(service.restart, "on-failure");
    assert.equal(service.user, "1000:1000");
    for (const key of ["build", "ports", "container_name", "networks", "privileged"]) {
      assert.equal(service[key], undefined, key);
    }
    for (const volume of service.volumes as string[]) {
      assert.match(volume, /^\$\{APP_DATA_DIR\}\/data\/[a-z]+:/);
    }
  }
});

Deno.test("on umbrelOS the monitor answers to each name of the device, and to no other", () => {
  const { environment } = readYaml(`${APP_ID}/docker-compose.yml`).services["mcp-server"];
  // What umbrelOS puts in for an app.
  const device: Record<string, string> = {
    APP_DATA_DIR: "/home/umbrel/umbrel/app-data/bitsperity-mqtt-mcp",
    APP_HIDDEN_SERVICE: "exampleexampleexampleexampleexampleexampleexampleexample.onion",
    APP_PASSWORD: "5f0c",
    DEVICE_DOMAIN_NAME: "umbrel.local",
    DEVICE_HOSTNAME: "umbrel",
  };
  const filled = Object.fromEntries(
    Object.entries<string>(environment).map(([name, value]) => [
      name,
      value.replace(/\$\{(\w+)\}/g, (_, variable) => device[variable] ?? assert.fail(variable)),
    ]),
  );
  // The image listens on every address.
  assert.match(read("Dockerfile"), /^ENV .*WEB_HOST=0\.0\.0\.0/m);
  const { webAllowedHosts: allowed, webToken } = parseConfig([], filled);
  assert.equal(webToken, device.APP_PASSWORD);
  const answers = hostGuard({ allowed, listening: "0.0.0.0", hostName: "5c1f09d2" });
  for (
    const host of [
      "umbrel.local:8091",
      "umbrel:8091",
      "192.168.1.20:8091",
      "[fd00::20]:8091",
      `${device.APP_HIDDEN_SERVICE}:8091`,
      `${APP_ID}_mcp-server_1:8091`,
      "127.0.0.1:8091",
    ]
  ) assert.ok(answers(host), host);
  for (const host of ["umbrel.local.evil.example:8091", "evil.example"]) {
    assert.equal(answers(host), false, host);
  }
});

Deno.test("an image is pinned only to a whole digest, and can come from another registry", () => {
  const compose = "    image: ghcr.io/a/b:1.2.3\n";
  assert.throws(() => pinImage(compose, { digest: "sha256:abc" }), /digest/);
  assert.equal(
    pinImage(compose, { digest: DIGEST, repository: "docker.io/c/d" }),
    `    image: docker.io/c/d:1.2.3@${DIGEST}\n`,
  );
});

const WORKFLOWS = ["ci.yml", "release.yml"] as const;

for (const file of WORKFLOWS) {
  Deno.test(`${file}: actions are pinned by commit, rights are few, and jobs end`, () => {
    const path = `.github/workflows/${file}`;
    const text = read(path);
    const workflow = readYaml(path);
    const uses = [...text.matchAll(/uses: (.*)$/gm)].map((match) => match[1]);
    assert.ok(uses.length > 0);
    for (const used of uses) assert.match(used, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    assert.deepEqual(workflow.permissions, { contents: "read" });
    for (const [name, job] of Object.entries<Record<string, unknown>>(workflow.jobs)) {
      assert.ok(job["timeout-minutes"], name);
      assert.doesNotMatch(String(job["runs-on"]), /latest/);
    }
    for (const block of text.matchAll(/run: [|>]?([\s\S]*?)(?=\n {6}- |\n {2}\w|$)/g)) {
      // What others can name (branches, titles) must not become part of a script.
      assert.doesNotMatch(block[1], /\$\{\{ *github\.(event|head_ref|ref_name)/);
    }
  });
}

Deno.test("each release target is compiled on a machine of its own kind, in both workflows", () => {
  const jobs = [readYaml(".github/workflows/ci.yml").jobs.compile];
  jobs.push(readYaml(".github/workflows/release.yml").jobs.program);
  for (const job of jobs) {
    const compiled = job.strategy.matrix.include.map((entry: { target: string }) => entry.target);
    assert.deepEqual(compiled.toSorted(), targets.map(({ name }) => name).toSorted());
  }
});

/** What the MCP registry asks of an entry: the parts of its schema that this one has, and the rules of its publisher. */
const input = {
  name: { type: "string" },
  description: { type: "string" },
  isRequired: { type: "boolean" },
  isSecret: { type: "boolean" },
  default: { type: "string" },
  value: { type: "string" },
  format: { enum: ["string", "number", "boolean", "filepath"] },
};
const argument = {
  type: "object",
  required: ["type"],
  properties: { ...input, type: { enum: ["named", "positional"] }, valueHint: { type: "string" } },
  additionalProperties: false,
  if: { properties: { type: { const: "named" } } },
  then: { required: ["name"] },
  else: { anyOf: [{ required: ["value"] }, { required: ["valueHint"] }] },
};
const registryEntry = {
  type: "object",
  required: ["$schema", "name", "description", "version"],
  additionalProperties: false,
  properties: {
    $schema: { pattern: "/2025-12-11/server\\.schema\\.json$" },
    name: { pattern: "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", minLength: 3, maxLength: 200 },
    title: { type: "string", minLength: 1, maxLength: 100 },
    description: { type: "string", minLength: 1, maxLength: 100 },
    version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+(-[\\w.]+)?$" },
    repository: { type: "object", required: ["url", "source"] },
    packages: {
      type: "array",
      items: {
        type: "object",
        required: ["registryType", "identifier", "transport"],
        additionalProperties: false,
        properties: {
          registryType: { enum: ["npm", "oci"] },
          identifier: { type: "string" },
          version: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+" },
          runtimeHint: { enum: ["npx", "docker"] },
          transport: { const: { type: "stdio" } },
          runtimeArguments: { type: "array", items: argument },
          packageArguments: { type: "array", items: argument },
          environmentVariables: {
            type: "array",
            items: {
              type: "object",
              required: ["name"],
              properties: input,
              additionalProperties: false,
            },
          },
        },
        dependencies: { runtimeArguments: ["runtimeHint"] },
        if: { properties: { registryType: { const: "oci" } } },
        // an image's version is its tag
        then: {
          properties: { version: false, identifier: { pattern: "^[a-z0-9./-]+:[\\w.-]+$" } },
        },
        else: { required: ["version"] },
      },
    },
  },
};

Deno.test("the registry's entry keeps its rules, and names the package for npm and the image, which name it", () => {
  const valid = new Ajv({ strict: false }).compile(registryEntry);
  assert.ok(valid(server), JSON.stringify(valid.errors));
  const [npm, image] = server.packages;
  assert.ok(!valid({ ...server, packages: [{ ...image, version: "1.0.0" }] }), "a version twice");
  assert.ok(!valid({ ...server, description: "a".repeat(101) }));
  assert.deepEqual([npm.identifier, npm.version], [npmManifest().name, npmManifest().version]);
  assert.equal(npmManifest().mcpName, server.name);
  assert.equal(image.identifier, `ghcr.io/bitsperity/mqtt-mcp:${manifest.version}`);
  for (const { environmentVariables } of server.packages) {
    for (const { name } of environmentVariables) assert.ok(environmentNames.includes(name), name);
  }
});

Deno.test("a release publishes to npm with provenance, to both image registries, and to the MCP registry after them", () => {
  const { jobs } = readYaml(".github/workflows/release.yml");
  const said = (job: string) => JSON.stringify(jobs[job].steps);
  assert.match(said("npm"), /npm@[\d.]+ publish dist\/npm\/\*\.tgz .*--provenance/);
  assert.match(said("image"), /ghcr\.io\/.*docker\.io\/bitsperity\/mqtt-mcp/);
  assert.match(said("registry"), /mcp-publisher login github-oidc.*mcp-publisher publish/);
  assert.deepEqual(jobs.registry.needs, ["npm", "image"]);
  for (const job of ["npm", "registry"]) {
    assert.deepEqual(jobs[job].permissions, { contents: "read", "id-token": "write" });
  }
});

Deno.test("release notes are the changelog's entry", () => {
  const changelog =
    "# C\n\n## [Unreleased]\n\nx\n\n## [1.0.0] - 2026-01-02\n\n### Added\n\n- A\n\n## [0.9.0]\n\n- B\n";
  assert.equal(releaseNotes(changelog, "1.0.0"), "### Added\n\n- A");
  assert.throws(() => releaseNotes(changelog, "2.0.0"), /2\.0\.0/);
  const current = releaseNotes(read("CHANGELOG.md"), manifest.version);
  assert.match(current, /^- MCP server on stdio/m);
  assert.doesNotMatch(current, /^\[/m);
});

Deno.test("the install links hold the command that is documented", () => {
  const text = read("docs/deployment.md");
  const cursor = /cursor\.com\/en\/install-mcp\?name=mqtt&config=([^)]+)\)/.exec(text)?.[1] ?? "";
  const code = /mcp\/install\?name=mqtt&config=([^)]+)\)/.exec(text)?.[1] ?? "";
  const wanted = { command: "mqtt-mcp", args: ["--stdio"] };
  assert.deepEqual(JSON.parse(atob(cursor)), wanted);
  assert.deepEqual(JSON.parse(decodeURIComponent(code)), wanted);
});

for (const script of ["local", "dockerhub", "umbrel"]) {
  Deno.test(`deploy-${script}.sh prints its steps when dry, and does none`, async () => {
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: [`scripts/deploy-${script}.sh`, "--dry-run"],
      cwd: ROOT,
      // Neither docker, ssh nor deno is found there.
      env: { PATH: "/usr/bin:/bin" },
      clearEnv: true,
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(text, new RegExp(`^\\+ docker .*build .*mqtt-mcp:${manifest.version}`, "m"));
    for (const line of text.trim().split("\n")) assert.match(line, /^\+ /);
  });
}

Deno.test("the dry run for an Umbrel prints each step: compile, push for both machines, pin, copy, restart, look", async () => {
  const { stdout } = await new Deno.Command("bash", {
    args: ["scripts/deploy-umbrel.sh", "--dry-run", "me@box.local", "docker.io/me/mqtt-mcp"],
    cwd: ROOT,
    env: { PATH: "/usr/bin:/bin" },
    clearEnv: true,
  }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  const steps = [
    /release\/version\.ts$/,
    /compile\.ts --profile image --target linux-x64 --target linux-arm64$/,
    /buildx build .*linux\/amd64.*linux\/arm64 --tag docker\.io\/me\/mqtt-mcp:.* --push \.$/,
    /containerimage\.digest/,
    /release\/umbrel\.ts sha256:0{64} docker\.io\/me\/mqtt-mcp$/,
    /scp .*docker-compose\.yml .*umbrel-app\.yml me@box\.local:/,
    /ssh -t me@box\.local .*apps\.restart\.mutate/,
    /ssh -T me@box\.local .*\/health/,
  ];
  assert.equal(lines.length, steps.length, lines.join("\n"));
  for (const [index, step] of steps.entries()) assert.match(lines[index], step);
});

Deno.test("shellcheck finds nothing in the shell scripts", async () => {
  const scripts = ["scripts", "scripts/release"].flatMap((folder) =>
    [...Deno.readDirSync(`${ROOT}/${folder}`)].map(({ name }) => `${folder}/${name}`)
  ).filter((name) => name.endsWith(".sh"));
  const { code, stdout } = await new Deno.Command("shellcheck", {
    args: [...scripts, ".ci/run", ".githooks/pre-commit"],
    cwd: ROOT,
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stdout));
});

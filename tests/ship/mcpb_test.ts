/** The bundles for Claude Desktop: their manifests, and how a host starts what it has unpacked. */
import { Ajv } from "ajv";
import assert from "node:assert/strict";
import { join } from "node:path";
import { bundleManifest, layOutBundle } from "../../scripts/release/mcpb.ts";
import { hostTarget, type Target, targets } from "../../scripts/release/targets.ts";
import { environmentNames } from "../../src/config/mod.ts";
import { toolsShown } from "../../src/mcp/listed_tools.ts";
import { tools } from "../../src/tools/mod.ts";
import { mainArgs, WireClient } from "../support/mcp_client.ts";
import manifestSchema from "./mcpb_manifest.json" with { type: "json" };

const validManifest = new Ajv({ strict: false, validateFormats: false }).compile(manifestSchema);

for (const target of targets) {
  Deno.test(`the desktop bundle for ${target.name} keeps the format's rules, and starts its program with settings there are`, () => {
    const manifest = bundleManifest(target);
    assert.ok(validManifest(manifest), JSON.stringify(validManifest.errors));
    assert.ok(!validManifest({ ...manifest, plattforms: [] }), "a misspelled key is found");
    const { server: { entry_point, mcp_config }, user_config, compatibility } = manifest;
    const windows = compatibility.platforms[0] === "win32";
    assert.equal(entry_point.endsWith(".exe"), windows);
    assert.equal(mcp_config.command, windows ? `\${__dirname}/${entry_point}` : "/bin/sh");
    for (const [name, value] of Object.entries(mcp_config.env)) {
      assert.ok(environmentNames.includes(name), name);
      const key = /^\$\{user_config\.(\w+)\}$/.exec(value)?.[1] ?? "";
      assert.ok(key in user_config, value);
    }
    assert.equal(mcp_config.env.DEFAULT_MQTT_BROKER, "${user_config.broker}");
  });
}

/** Lays a bundle out as a host does that forgets modes; in place of the program stands this checkout. */
async function unpack(target: Target): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "bundle of a host-" });
  const program = join(folder, "program");
  const command = [Deno.execPath(), ...mainArgs].map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(program, `#!/bin/sh\nexec ${command} --no-attach "$@"\n`);
  await layOutBundle(folder, { target, program });
  await Deno.remove(program);
  for await (const { name } of Deno.readDir(folder)) await Deno.chmod(join(folder, name), 0o644);
  return folder;
}

/** What a host starts, with what its user gave; placeholders of what was left empty stay, as some hosts leave them. */
function commandOf(target: Target, folder: string, given: Record<string, string>) {
  const { command, args, env } = bundleManifest(target).server.mcp_config;
  const filled = (text: string) =>
    text.replace("${__dirname}", folder)
      .replace(/\$\{user_config\.(\w+)\}/, (whole, name) => given[name] ?? whole);
  return {
    program: filled(command),
    flags: args.map(filled),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value)])),
  };
}

for (
  const [title, given] of [
    ["nothing", {}],
    ["empty words", { broker: "", read_only: "false" }],
    ["a broker", { broker: "mqtt://127.0.0.1:1", read_only: "true" }],
  ] as const
) {
  Deno.test(`a bundle that was unpacked without the run bit starts and lists its tools, given ${title}`, async () => {
    const target = hostTarget();
    const folder = await unpack(target);
    try {
      await using wire = new WireClient(commandOf(target, folder, given));
      await wire.initialize();
      const { result } = await wire.request("tools/list");
      const readOnly = "read_only" in given && given.read_only === "true";
      const shown = toolsShown(tools, { readOnly });
      assert.equal(result.tools.length, shown.length, wire.stderr);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("a bundle of another machine, and one that is not whole, end with one line that tells the way out", async () => {
  const other = targets.find(({ name }) =>
    name === (Deno.build.arch === "x86_64" ? "linux-arm64" : "linux-x64")
  )!;
  for (
    const [target, said] of [[other, /this bundle is for/], [hostTarget(), /is missing/]] as const
  ) {
    const folder = await unpack(target);
    try {
      if (target !== other) await Deno.remove(join(folder, "mqtt-mcp"));
      const { program, flags } = commandOf(target, folder, {});
      const { code, stderr, stdout } = await new Deno.Command(program, { args: flags }).output();
      const line = new TextDecoder().decode(stderr);
      assert.deepEqual([code, stdout.length], [1, 0]);
      assert.match(line, /^mqtt-mcp: Cannot start: [^\n]+ Try: [^\n]+\n$/);
      assert.match(line, said);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
});

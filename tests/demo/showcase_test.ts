import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("deno task demo finds every sick device, blames no other, and ends within a minute", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "demo"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(60_000),
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(code, 0, text + new TextDecoder().decode(stderr));
  assert.match(text, /(\d+) of \1 faulty devices found, 0 of 3 healthy ones blamed/);
  assert.ok(!text.includes("\x1b"), "an escape sequence despite NO_COLOR");
  const settings = JSON.parse(text.slice(text.indexOf("\n{") + 1, text.lastIndexOf("\n}") + 2));
  assert.deepEqual(Object.keys(settings.mcpServers), ["mqtt-demo", "mqtt"]);
});

Deno.test("main.ts --demo tells where it is and ends on SIGTERM with exit code 0", async () => {
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "main.ts", "--demo"],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  let text = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (!text.includes("Ctrl-C") && (text + chunk).includes("Ctrl-C")) child.kill("SIGTERM");
    text += chunk;
  }
  const { code } = await child.status;
  assert.equal(code, 0, text + await stderr);
  await stderr;
  assert.match(text, /Demo broker: mqtt:\/\/127\.0\.0\.1:\d+/);
  assert.match(text, /Demo broker stopped\n$/);
});

// takes long: it plays the whole showcase
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { issueCertificate } from "../support/certificates.ts";
import { freePort } from "../support/free_ports.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Where this Deno has its packages. */
function cacheFolder(): string {
  const told = execFileSync(Deno.execPath(), ["info", "--json"], { encoding: "utf8" });
  return JSON.parse(told).denoDir;
}

Deno.test("deno task demo finds every sick device and blames no other, with an empty home, a cache and a certificate elsewhere, and the network cut", async () => {
  const home = await Deno.makeTempDir({ prefix: "home-" });
  const certificate = join(home, "ca.pem");
  const { cert } = issueCertificate({ commonName: "Company CA", isCa: true });
  await Deno.writeTextFile(certificate, cert);
  const cut = `http://127.0.0.1:${freePort()}`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "demo"],
    cwd: ROOT,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: home,
      DENO_DIR: cacheFolder(),
      DENO_CERT: certificate,
      HTTPS_PROXY: cut,
      HTTP_PROXY: cut,
      NO_COLOR: "1",
    },
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(code, 0, text + new TextDecoder().decode(stderr));
  assert.match(text, /all there, nothing to download/);
  assert.match(text, /(\d+) of \1 faulty devices found, 0 of 3 healthy ones blamed/);
  assert.ok(!text.includes("\x1b"), "an escape sequence despite NO_COLOR");
  assert.deepEqual([...Deno.readDirSync(home)].map(({ name }) => name), ["ca.pem"]);
  const settings = JSON.parse(text.slice(text.indexOf("\n{") + 1, text.lastIndexOf("\n}") + 2));
  assert.deepEqual(Object.keys(settings.mcpServers), ["mqtt-demo", "mqtt"]);
  // hosts hand nearly nothing on: what the server needs stands in their settings
  assert.equal(settings.mcpServers.mqtt.env.DENO_CERT, certificate);
  assert.equal(settings.mcpServers.mqtt.env.HTTPS_PROXY, cut);
  await Deno.remove(home, { recursive: true });
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

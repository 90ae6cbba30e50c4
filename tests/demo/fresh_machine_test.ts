import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchPackages } from "../../scripts/packages.ts";
import { hostEnvironment, runtimeEnvironment } from "../../scripts/runtime_environment.ts";
import { freePort } from "../support/free_ports.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

Deno.test("packages that cannot be fetched are told with what was said, and ways out", async () => {
  const empty = await Deno.makeTempDir({ prefix: "deno-" });
  const script = `
    import { fetchPackages } from ${
    JSON.stringify(import.meta.resolve("../../scripts/packages.ts"))
  };
    await fetchPackages(["main.ts"], { update() {} }).catch((error) => console.log(error.message));
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: ROOT,
    env: {
      DENO_DIR: empty,
      HTTPS_PROXY: `http://127.0.0.1:${freePort()}`,
      NPM_CONFIG_REGISTRY: "https://registry.invalid",
    },
  }).output();
  const told = new TextDecoder().decode(stdout);
  assert.match(told, /^Cannot fetch the packages: deno said\n {4}\S.*registry\.invalid/s);
  assert.match(told, /\nTry: .*HTTPS_PROXY.*DENO_CERT.*NPM_CONFIG_REGISTRY/);
  await Deno.remove(empty, { recursive: true });
});

Deno.test("where all packages are, fetching them asks nobody and takes none", async () => {
  const updates: unknown[] = [];
  const { packages } = await fetchPackages(["main.ts"], { update: (state) => updates.push(state) });
  assert.deepEqual([packages, updates], [0, []]);
});

Deno.test("of the environment that is handed on what finds packages and the network, and no setting", () => {
  const handed = {
    HOME: "/home/me",
    PATH: "/bin",
    DENO_DIR: "/cache",
    DENO_CERT: "/ca.pem",
    DENO_TLS_CA_STORE: "system",
    NPM_CONFIG_REGISTRY: "https://npm.example",
    npm_config_cafile: "/ca.pem",
    HTTPS_PROXY: "http://proxy:3128",
    no_proxy: "localhost",
    SSL_CERT_FILE: "/ca.pem",
    NODE_EXTRA_CA_CERTS: "/ca.pem",
  };
  assert.deepEqual(
    runtimeEnvironment({ ...handed, READ_ONLY: "true", DEFAULT_MQTT_BROKER: "mqtt://x", FOO: "1" }),
    handed,
  );
});

Deno.test("a host's settings name the certificate by its whole path, and no proxy's password", () => {
  assert.deepEqual(
    hostEnvironment({
      DENO_CERT: "ca.pem",
      HTTPS_PROXY: "http://me:hunter2@proxy:3128",
      http_proxy: "http://proxy:3128",
      HOME: "/home/me",
      DENO_DIR: "",
    }),
    { DENO_CERT: join(Deno.cwd(), "ca.pem"), http_proxy: "http://proxy:3128" },
  );
});

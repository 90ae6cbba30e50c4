import assert from "node:assert/strict";
import { parseConfig } from "../../src/config/mod.ts";
import { createCore } from "../../src/core.ts";
import { resolveBroker } from "../../src/tools/broker_choice.ts";

const LIST = '{"home":"mqtt://ada:pw@10.0.0.2"}';

async function coreWith(env: Record<string, string>) {
  return await createCore(parseConfig([], { ...env }), { readFile: () => LIST });
}

Deno.test("a name, a connection string or the default says which broker is meant", async () => {
  await using disposal = new AsyncDisposableStack();
  const core = disposal.adopt(
    await coreWith({ DEFAULT_MQTT_BROKER: "lab:1884", BROKERS_FILE: "/brokers" }),
    (core) => core.close(),
  );
  assert.equal(resolveBroker({}, core).target.port, 1884);
  const named = resolveBroker({ broker: "home" }, core);
  assert.deepEqual([named.name, named.target.host, named.target.password], [
    "home",
    "10.0.0.2",
    "pw",
  ]);
  const given = resolveBroker({ connection_string: "mqtt://x" }, core);
  assert.deepEqual([given.name, given.target.host], [undefined, "x"]);
  assert.throws(() => resolveBroker({ broker: "home", connection_string: "mqtt://x" }, core), {
    code: "INVALID_ARGUMENT",
  });
  assert.throws(() => resolveBroker({ broker: "nobody" }, core), { hint: /home/ });
});

Deno.test("without a default the names are offered, and with named brokers only nothing else is taken", async () => {
  await using disposal = new AsyncDisposableStack();
  const open = disposal.adopt(await coreWith({ BROKERS_FILE: "/brokers" }), (core) => core.close());
  assert.throws(() => resolveBroker({}, open), { code: "INVALID_ARGUMENT", hint: /home/ });
  const strict = disposal.adopt(
    await coreWith({
      BROKERS_FILE: "/brokers",
      NAMED_BROKERS_ONLY: "true",
      DEFAULT_MQTT_BROKER: "x",
    }),
    (core) => core.close(),
  );
  assert.throws(() => resolveBroker({ connection_string: "mqtt://x" }, strict), {
    code: "NOT_ALLOWED",
    hint: /home/,
  });
  assert.throws(() => resolveBroker({}, strict), { code: "NOT_ALLOWED" });
});

import { startCoreProcess } from "../support/core_process.ts";
import { startMosquitto } from "../support/mosquitto.ts";

Deno.test("a core's log tells when a session is opened, lost, back, given up and closed", async () => {
  await using broker = await startMosquitto();
  await using core = await startCoreProcess();
  await using client = await core.attach();
  const at = `127\\.0\\.0\\.1:${broker.port}`;
  const open = () => client.call("establish_connection", { connection_string: broker.url });
  const { facts } = await open();
  const session = String(facts.session_id).slice(0, 8);
  await core.untilLog(new RegExp(`Session ${session} connected with MQTT 5 to ${at}`));
  await broker.stop();
  await core.untilLog(new RegExp(`Session ${session} lost ${at}: the broker `));
  await broker.restart();
  await core.untilLog(new RegExp(`Session ${session} has ${at} back: lost from .* to `));
  await client.call("close_connection", { session_id: facts.session_id });
  await core.untilLog(new RegExp(`Session ${session} to ${at} was closed`));

  const other = String((await open()).facts.session_id).slice(0, 8);
  await broker.stop();
  await core.untilLog(new RegExp(`Session ${other} gave ${at} up: `));
});

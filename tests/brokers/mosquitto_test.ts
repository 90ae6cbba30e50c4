import { startMosquitto } from "../support/mosquitto.ts";
import { playEveryTool } from "./play.ts";

Deno.test("every tool does as promised on mosquitto", async (t) => {
  await using broker = await startMosquitto();
  await playEveryTool(broker, { version: "5" }, t);
});

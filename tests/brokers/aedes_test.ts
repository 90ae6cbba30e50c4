import { startDemoBroker } from "../../src/demo/broker.ts";
import { playEveryTool } from "./play.ts";

Deno.test("every tool does as promised on aedes", async (t) => {
  await using broker = await startDemoBroker();
  await playEveryTool(broker, { version: "3.1.1" }, t);
});

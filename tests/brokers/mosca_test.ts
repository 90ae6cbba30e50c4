import { startMosca } from "../support/brokers/mosca.ts";
import { playEveryTool } from "./play.ts";

Deno.test("every tool does as promised on mosca", async (t) => {
  await using broker = await startMosca();
  await playEveryTool(broker, { version: "3.1.1", unflagged: true, ignoresQos2: true }, t);
});

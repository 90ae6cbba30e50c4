import { startActivemq } from "../support/brokers/activemq.ts";
import { playEveryTool } from "./play.ts";

Deno.test("every tool does as promised on activemq", async (t) => {
  await using broker = await startActivemq();
  await playEveryTool(broker, { version: "3.1.1" }, t);
});

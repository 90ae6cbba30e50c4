import { startRabbitmq } from "../support/brokers/rabbitmq.ts";
import { playEveryTool } from "./play.ts";

Deno.test("every tool does as promised on rabbitmq", async (t) => {
  await using broker = await startRabbitmq();
  await playEveryTool(broker, { version: "3.1.1", noRetainedByWildcard: true }, t);
});

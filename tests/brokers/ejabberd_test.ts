import { startEjabberd } from "../support/brokers/ejabberd.ts";
import { playEveryTool } from "./play.ts";

Deno.test("every tool does as promised on ejabberd", async (t) => {
  await using broker = await startEjabberd();
  await playEveryTool(broker, { version: "5" }, t);
});

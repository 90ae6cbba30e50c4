/** What clients see, word for word: every change to it is a visible diff. */
import { instructions } from "../../src/mcp/instructions.ts";
import { prompts } from "../../src/mcp/prompts.ts";
import { toolDefinition } from "../../src/mcp/server.ts";
import { tools } from "../../src/tools/mod.ts";

for (const tool of tools) {
  Deno.test(`the definition of ${tool.name} is the agreed one`, async (t) => {
    await t.assertSnapshot(toolDefinition(tool));
  });
}

Deno.test("the tools are in the agreed order", async (t) => {
  await t.assertSnapshot(tools.map((tool) => tool.name));
});

Deno.test("the instructions are the agreed ones", async (t) => {
  await t.assertSnapshot(instructions.split("\n"));
});

Deno.test("the prompts are the agreed ones", async (t) => {
  await t.assertSnapshot(prompts.map((prompt) => ({
    ...prompt,
    text: prompt.text({ session_id: "SESSION", device: "DEVICE", topic: "TOPIC/#" }).split("\n"),
  })));
});

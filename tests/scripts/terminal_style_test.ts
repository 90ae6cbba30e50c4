import assert from "node:assert/strict";
import { clientEntry } from "../../scripts/client_settings.ts";
import { plainLine, terminalStyle, wrapText } from "../../scripts/terminal_style.ts";

Deno.test("without colour no escape sequence is written, with colour each one is closed", () => {
  assert.equal(terminalStyle({ color: false }).red("sick"), "sick");
  assert.equal(terminalStyle({ color: true }).red("sick"), "\x1b[31msick\x1b[39m");
});

Deno.test("a payload cannot move the cursor or colour the terminal", () => {
  assert.equal(plainLine("a\x1b[2J\r\nb\u009b31m", 20), "a [2J b 31m");
  assert.equal(plainLine("abcdef", 4), "abc…");
});

Deno.test("lines are wrapped at words, the following ones behind the indent", () => {
  assert.equal(wrapText("one two three", { width: 9, indent: "  " }), "one two\n  three");
});

Deno.test("a pasted entry starts this checkout's server through the pinned Deno", () => {
  const entry = clientEntry({ mainPath: "/home/me/mqtt-mcp/main.ts", broker: "mqtt://b:1883" });
  assert.equal(entry.command, "npx");
  assert.deepEqual(entry.args.slice(0, 2), ["-y", "deno@2.9.6"]);
  assert.deepEqual(entry.args.slice(-2), ["/home/me/mqtt-mcp/main.ts", "--stdio"]);
  assert.equal(entry.env.DEFAULT_MQTT_BROKER, "mqtt://b:1883");
});

import assert from "node:assert/strict";
import { setupSnippets } from "../../src/monitor/setup.ts";

const container = { hostName: "3f2a", container: "mqtt_server_1", command: ["/mqtt-mcp"] };
const laptop = { hostName: "lap", container: null, command: ["/opt/my tools/mqtt-mcp"] };

Deno.test("every client gets a snippet for this host, over ssh, and over HTTP where that is on", () => {
  const snippets = setupSnippets({
    program: container,
    reachedAs: "umbrel.local",
    mcpUrl: "http://umbrel.local:8091/mcp",
    coreSocket: null,
  });
  const names = snippets.map(({ client, where }) => `${where} ${client}`);
  for (const where of ["local", "ssh"]) {
    for (const client of ["cursor", "claude_code", "claude_desktop", "vscode"]) {
      assert.ok(names.includes(`${where} ${client}`), `${where} ${client}`);
    }
  }
  assert.ok(names.includes("http cursor"));
  for (const { language, text } of snippets) {
    if (language === "json") JSON.parse(text);
  }
  const [local] = snippets;
  assert.deepEqual(JSON.parse(local.text).mcpServers.mqtt, {
    command: "docker",
    args: ["exec", "-i", "mqtt_server_1", "/mqtt-mcp", "--stdio"],
  });
  const ssh = snippets.find(({ where, client }) => where === "ssh" && client === "cursor");
  const { command, args } = JSON.parse(ssh?.text ?? "").mcpServers.mqtt;
  assert.equal(command, "ssh");
  assert.ok(args.includes("-T") && args.includes("<user>@umbrel.local"));
  assert.equal(args.at(-1), "docker exec -i mqtt_server_1 /mqtt-mcp --stdio");
});

Deno.test("a path with a space survives the shells it goes through", () => {
  const snippets = setupSnippets({
    program: laptop,
    reachedAs: "localhost",
    mcpUrl: null,
    coreSocket: null,
  });
  const find = (where: string, client: string) =>
    snippets.find((one) => one.where === where && one.client === client)?.text ?? "";
  assert.equal(
    find("local", "claude_code"),
    "claude mcp add mqtt -- '/opt/my tools/mqtt-mcp' --stdio",
  );
  const { args } = JSON.parse(find("ssh", "vscode")).servers.mqtt;
  assert.equal(args.at(-1), "'/opt/my tools/mqtt-mcp' --stdio");
  assert.ok(args.includes("<user>@lap"), "over ssh nobody reaches localhost");
  assert.ok(!snippets.some(({ where }) => where === "http"));
});

Deno.test("where the core's socket was set, every snippet that starts a program names it", () => {
  const options = { reachedAs: "localhost", mcpUrl: null, coreSocket: "/run/my core/a.sock" };
  for (const program of [laptop, container]) {
    for (const { text } of setupSnippets({ program, ...options })) {
      assert.match(text, /--core-socket=\/run\/my core\/a\.sock/);
    }
  }
});

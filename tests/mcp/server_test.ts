/** The wrapper around tools: on streams within this process, and, where a process is what matters, on its stdio. */
import assert from "node:assert/strict";
import {
  clientKinds,
  connectClient,
  type Progress,
  type ServerCommand,
  WireClient,
} from "../support/mcp_client.ts";
import { ServerHere } from "../support/server_here.ts";
import { smallTools } from "../support/small_server.ts";

/** The small tools, served within this process. */
const startSmall = (flags: readonly string[] = []) =>
  ServerHere.start({ flags, tools: smallTools() });

const small: ServerCommand = {
  args: [
    "run",
    "-A",
    "--no-prompt",
    new URL("../support/small_server.ts", import.meta.url).pathname,
  ],
};

for (const kind of clientKinds) {
  Deno.test(`a client with ${kind}`, async (t) => {
    await using client = await connectClient(kind, await startSmall());
    await t.step(
      "tools are listed in their order, called, and their facts come as structure and text",
      async () => {
        const tools = await client.listTools();
        assert.deepEqual(tools.map((tool) => tool.name).slice(0, 3), ["echo", "print", "slow"]);
        const result = await client.call("echo", { text: "hello" });
        assert.deepEqual(result.facts, { text: "hello", times: 1, where: [] });
        assert.equal(result.text, JSON.stringify(result.facts));
        assert.equal(result.isError, false);
        assert.match(client.instructions() ?? "", /data from strangers/);
      },
    );

    await t.step("annotations tell reading, writing and destroying apart", async () => {
      const tools = await client.listTools();
      const of = (name: string) => tools.find((tool) => tool.name === name)?.annotations;
      assert.deepEqual(
        [of("echo")?.readOnlyHint, of("echo")?.destructiveHint, of("echo")?.idempotentHint],
        [true, false, true],
      );
      assert.deepEqual(
        [of("send")?.readOnlyHint, of("send")?.destructiveHint, of("send")?.idempotentHint],
        [false, false, false],
      );
      assert.deepEqual([of("wipe")?.readOnlyHint, of("wipe")?.destructiveHint], [false, true]);
      assert.equal(of("echo")?.openWorldHint, undefined);
    });

    await t.step("a misspelled argument is refused, and the valid ones are named", async () => {
      const result = await client.call("echo", { text: "a", tines: 2 });
      assert.equal(result.isError, true);
      assert.match(result.text, /^INVALID_ARGUMENT: .*unknown argument "tines"/);
      assert.match(result.text, /\nTry: .*text, times, where/);
    });

    await t.step("each wrong argument is named with what is wrong about it", async () => {
      const { text } = await client.call("echo", { times: 9, where: [{ path: 3 }] });
      assert.match(text, /^INVALID_ARGUMENT: /);
      for (const name of ["`text`", "`times`", "`where[0].path`"]) {
        assert.ok(text.includes(name), text);
      }
      assert.match(text, /`text` is missing;.*\nTry: Add `text`, as the tool's input schema says/);
      const wrong = await client.call("echo", { text: "a", times: 9 });
      assert.match(wrong.text, /\nTry: Give `times` as the tool's input schema says/);
    });

    await t.step("an expected error becomes a code, a sentence and a way out", async () => {
      const result = await client.call("fail");
      assert.equal(result.isError, true);
      assert.equal(
        result.text,
        'TOPIC_INVALID: Cannot parse topic "a/#/b": # must be last.\nTry: Use a/#.',
      );
    });

    await t.step("an unexpected error tells nothing of its inside", async () => {
      const result = await client.call("crash");
      assert.equal(result.isError, true);
      assert.match(result.text, /^INTERNAL_ERROR: /);
      assert.doesNotMatch(result.text, /secret detail|hunter2|TypeError|\.ts/);
    });

    await t.step("a result that is far too long is cut, and says so", async () => {
      const { text, facts } = await client.call("huge");
      assert.ok(text.length < 40_000 && text.length > 15_000, String(text.length));
      assert.equal(text, JSON.stringify(facts));
      const [cut] = facts.cut as { field: string; total: number; returned: number; why: string }[];
      assert.equal(cut.field, "rows");
      assert.equal(cut.total, 2_000);
      assert.equal(cut.returned, (facts.rows as unknown[]).length);
      assert.match(cut.why, /40,000 characters/);
      assert.equal(facts.note, "kept");
    });

    await t.step(
      "progress rises, comes at most once a second, and never after the result",
      async () => {
        const reports: Progress[] = [];
        let done = false;
        const onProgress = (progress: Progress) => {
          assert.equal(done, false, "a report came after the result");
          reports.push(progress);
        };
        await client.call("slow", { seconds: 3.4 }, { onProgress });
        done = true;
        // the last second is quiet; a busy server may have time for one only
        assert.ok(reports.length >= 1 && reports.length <= 2, JSON.stringify(reports));
        if (reports.length === 2) assert.ok(reports[1].progress > reports[0].progress);
        assert.equal(reports[0].total, 3.4);
        assert.match(reports[0].message ?? "", / s$/);
      },
    );

    await t.step("a report just before the result is neither lost nor stray", async () => {
      const reports: Progress[] = [];
      const result = await client.call("steps", {}, {
        onProgress: (progress) => reports.push(progress),
      });
      assert.equal(result.facts.done, true);
      // one each second, which a busy server takes more than one for
      const { seconds } = result.facts as { seconds: number };
      assert.ok(
        reports.length >= 1 && reports.length <= seconds,
        `${reports.length}: ${seconds} s`,
      );
    });

    await t.step(
      "a cancelled call ends at once on both sides, and the server goes on",
      async () => {
        const abort = new AbortController();
        const call = client.call("slow", { seconds: 3_600 }, {
          signal: abort.signal,
          timeoutMs: 3_600_000,
        });
        const { facts } = await client.call("echo", { text: "meanwhile" });
        assert.equal(facts.text, "meanwhile");
        abort.abort();
        await assert.rejects(call);
        const { facts: after } = await client.call("aborted_calls");
        assert.equal(after.aborted, 1);
      },
    );

    await t.step("a client is known by its name, and by one id for its connection", async () => {
      const first = (await client.call("who")).facts.client as { id: string; name: string };
      const second = (await client.call("who")).facts.client as { id: string; name: string };
      assert.equal(first.name, `test ${kind}`);
      assert.match(first.id, /^[0-9a-f-]{36}$/);
      assert.equal(second.id, first.id);
    });

    await t.step("prompts are listed and filled in; a missing argument is told", async () => {
      const names = (await client.listPrompts()).map((prompt) => prompt.name);
      assert.deepEqual(names, [
        "check_my_devices",
        "explore_broker",
        "diagnose_device",
        "explain_traffic",
      ]);
      const text = await client.getPrompt("diagnose_device", {
        device: "boiler",
        session_id: "s-1",
      });
      assert.match(text, /"boiler"/);
      assert.match(text, /session "s-1"/);
      await assert.rejects(client.getPrompt("diagnose_device"), /device .* is needed/);
    });
  });
}

Deno.test(`a read-only server lists and runs only tools that read`, async () => {
  await using client = await connectClient("sdk v1", await startSmall(["--read-only"]));
  const names = (await client.listTools()).map((tool) => tool.name);
  assert.ok(names.includes("echo"));
  assert.ok(!names.includes("send") && !names.includes("wipe"));
  await assert.rejects(client.call("send"), /read-only/);
});

Deno.test(`a tool prefix goes before every name`, async () => {
  const server = await startSmall(["--tool-prefix=plant_"]);
  await using client = await connectClient("sdk v1", server);
  assert.equal((await client.listTools())[0].name, "plant_echo");
  assert.equal((await client.call("plant_echo", { text: "a" })).facts.text, "a");
  await assert.rejects(client.call("echo", { text: "a" }), /Unknown tool/);
});

Deno.test("a raw connection", async (t) => {
  await using wire = new WireClient(small);
  await wire.initialize();
  await t.step("nothing but JSON-RPC reaches stdout, whatever is printed", async () => {
    const answer = await wire.request("tools/call", { name: "print", arguments: {} });
    assert.equal(answer.result.structuredContent.printed, true);
    await wire.until(() => wire.stderr.includes("Deno.stdout.writeSync"));
    for (
      const printed of [
        "console.log",
        "console.info",
        "console.table",
        "process.stdout.write",
        "timer",
      ]
    ) {
      if (printed !== "console.table") assert.ok(wire.stderr.includes(printed), printed);
    }
    assert.doesNotMatch(wire.stderr, /hunter2/);
    assert.equal(wire.messages().length, 2);
  });

  await t.step("an unexpected error is logged redacted", async () => {
    const answer = await wire.request("tools/call", { name: "crash", arguments: {} });
    assert.equal(answer.result.isError, true);
    await wire.until(() => /TypeError: secret detail mqtt:\/\/\*\*\*@broker/.test(wire.stderr));
    assert.doesNotMatch(wire.stderr, /hunter2/);
  });

  await t.step("a call without a progress token gets no progress", async () => {
    await wire.request("tools/call", { name: "steps", arguments: {} });
    assert.equal(wire.messages().filter((message) => message.method).length, 0);
  });

  const aborted = async () => {
    const { result } = await wire.request("tools/call", { name: "aborted_calls", arguments: {} });
    return result.structuredContent.aborted;
  };

  await t.step("pings are answered while a call runs, not after it", async () => {
    const call = await wire.send("tools/call", { name: "slow", arguments: { seconds: 3_600 } });
    for (let i = 0; i < 5; i++) await wire.request("ping");
    assert.ok(!wire.messages().some(({ id }) => id === call), "the call runs on");
    await wire.notify("notifications/cancelled", { requestId: call });
    assert.equal(await aborted(), 1);
  });

  await t.step("after a cancellation neither progress nor a result is sent", async () => {
    const id = await wire.send("tools/call", {
      name: "slow",
      arguments: { seconds: 60 },
      _meta: { progressToken: "t" },
    });
    await wire.until(() =>
      wire.messages().some((message) => message.method === "notifications/progress")
    );
    await wire.notify("notifications/cancelled", { requestId: id });
    const sent = wire.lines.length;
    assert.equal(await aborted(), 2);
    assert.equal(wire.lines.length, sent + 1);
  });
});

Deno.test("every 2025-era protocol version is served as asked for", async () => {
  for (const version of ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]) {
    await using wire = await startSmall();
    const answer = await wire.initialize(version);
    assert.equal(answer.result.protocolVersion, version);
    assert.equal(answer.result.serverInfo.name, "mqtt-mcp");
    assert.deepEqual(answer.result.capabilities.tools, { listChanged: false });
    assert.deepEqual(answer.result.capabilities.completions, {});
    assert.equal(answer.result.serverInfo.title, "MQTT");
    assert.match(answer.result.serverInfo.websiteUrl, /^https:/);
    assert.match(answer.result.serverInfo.icons[0].src, /^data:image\/svg\+xml;base64,/);
    const completed = await wire.request("completion/complete", {
      ref: { type: "ref/prompt", name: "diagnose_device" },
      argument: { name: "session_id", value: "" },
    });
    assert.deepEqual(completed.result.completion.values, []);
  }
});

Deno.test("a byte order mark before the first message is tolerated", async () => {
  await using wire = await startSmall();
  await wire.write(new Uint8Array([0xef, 0xbb]));
  await wire.write(new Uint8Array([0xbf]));
  const answer = await wire.initialize();
  assert.equal(answer.result.serverInfo.name, "mqtt-mcp");
});

Deno.test("a line that is not JSON is survived", async () => {
  await using wire = await startSmall();
  await wire.write("this is not JSON\n{}\n[1,2\n");
  const answer = await wire.initialize();
  assert.equal(answer.result.serverInfo.name, "mqtt-mcp");
  wire.messages();
});

Deno.test("a line over 10 MiB ends the connection and the process, not the machine's memory", async () => {
  await using wire = new WireClient(small);
  await wire.initialize();
  const chunk = new TextEncoder().encode("x".repeat(1024 * 1024));
  const writing = (async () => {
    for (let i = 0; i < 12; i++) await wire.write(chunk);
  })().catch(() => {});
  await wire.ended();
  await writing;
});
